/** Requests to the controller as brokers and admin clients make them, with what a test does not care about filled in. */
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { create, type DeepPartial } from '#engine/protocol/message.ts';
import { CreateTopicsRequest, type CreateTopicsResponse } from '#engine/protocol/messages/19-create-topics.ts';
import { AlterPartitionRequest, type AlterPartitionResponse } from '#engine/protocol/messages/56-alter-partition.ts';
import { BrokerRegistrationRequest, type BrokerRegistrationResponse } from '#engine/protocol/messages/62-broker-registration.ts';
import { BrokerHeartbeatRequest, type BrokerHeartbeatResponse } from '#engine/protocol/messages/63-broker-heartbeat.ts';
import type { ControllerCluster } from '#engine/testing/controller-cluster.ts';
import { testClusterId } from '#engine/testing/controller-cluster.ts';

/** A broker's process, as the controller knows it. */
export interface TestBroker {
  id: number;
  epoch: bigint;
}

export function registrationBody(id: number, values: DeepPartial<BrokerRegistrationRequest> = {}): BrokerRegistrationRequest {
  return create(BrokerRegistrationRequest, {
    brokerId: id,
    clusterId: testClusterId,
    incarnationId: incarnation(id, 1),
    listeners: [{ name: 'PLAINTEXT', host: '127.0.0.1', port: 9092 + id, securityProtocol: 0 }],
    ...values,
  });
}

/** The identity of a broker's n-th life. */
export function incarnation(id: number, life: number): string {
  return `broker${String(id).padStart(4, '0')}life${String(life).padStart(7, '0')}A`;
}

export function register(cluster: ControllerCluster, id: number, values: DeepPartial<BrokerRegistrationRequest> = {}): BrokerRegistrationResponse {
  return cluster.call(ApiKey.BrokerRegistration, 4, registrationBody(id, values));
}

export function beat(cluster: ControllerCluster, broker: TestBroker, values: DeepPartial<BrokerHeartbeatRequest> = {}): BrokerHeartbeatResponse {
  const body = create(BrokerHeartbeatRequest, { brokerId: broker.id, brokerEpoch: broker.epoch, currentMetadataOffset: 1_000_000n, ...values });
  return cluster.call(ApiKey.BrokerHeartbeat, 2, body);
}

/** Registers a broker and lets it catch up, so that it is alive for the controller. */
export function liveBroker(cluster: ControllerCluster, id: number, values: DeepPartial<BrokerRegistrationRequest> = {}): TestBroker {
  const { brokerEpoch } = register(cluster, id, values);
  const broker = { id, epoch: brokerEpoch };
  beat(cluster, broker);
  return broker;
}

export function createTopic(
  cluster: ControllerCluster,
  name: string,
  values: DeepPartial<CreateTopicsRequest['topics'][number]> = {},
  validateOnly = false,
): CreateTopicsResponse['topics'][number] {
  const topic = { name, numPartitions: 1, replicationFactor: 3, ...values };
  const { topics } = cluster.call<CreateTopicsResponse>(ApiKey.CreateTopics, 7, create(CreateTopicsRequest, { topics: [topic], validateOnly }));
  return topics[0]!;
}

/** A leader's proposal for the ISR of partition 0. */
export function proposeIsr(
  cluster: ControllerCluster,
  leader: TestBroker,
  topicId: string,
  isr: readonly TestBroker[],
  epochs: { leaderEpoch: number; partitionEpoch: number },
): { topLevel: number; errorCode: number; isr: number[]; partitionEpoch: number } {
  const newIsrWithEpochs = isr.map(({ id, epoch }) => ({ brokerId: id, brokerEpoch: epoch }));
  const body = create(AlterPartitionRequest, {
    brokerId: leader.id,
    brokerEpoch: leader.epoch,
    topics: [{ topicId, partitions: [{ partitionIndex: 0, newIsrWithEpochs, ...epochs }] }],
  });
  const answer = cluster.call<AlterPartitionResponse>(ApiKey.AlterPartition, 3, body);
  const partition = answer.topics[0]?.partitions[0];
  return { topLevel: answer.errorCode, errorCode: partition?.errorCode ?? -1, isr: partition?.isr ?? [], partitionEpoch: partition?.partitionEpoch ?? -1 };
}
