/**
 * What the answers tell of brokers and topics, from the image (Kafka: KRaftMetadataCache).
 *
 * "Alive" is registered and not fenced; a client is only ever told of such brokers. A broker registers
 * one listener, whatever its name.
 */
import { isUnfenced, type BrokerRegistration, type PartitionImage } from '#engine/core/metadata/image.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';

export interface NodeEndpoint {
  nodeId: number;
  host: string;
  port: number;
  rack: string | null;
}

const internalTopics: ReadonlySet<string> = new Set(['__consumer_offsets', '__transaction_state', '__share_group_state']);

export function isInternalTopic(topic: string): boolean {
  return internalTopics.has(topic);
}

export function aliveBrokers(state: BrokerState): BrokerRegistration[] {
  return [...state.image.brokers.values()].filter((broker) => !broker.fenced);
}

/** Undefined for a broker that is not alive. */
export function endpointOf(state: BrokerState, brokerId: number): NodeEndpoint | undefined {
  const broker = state.image.brokers.get(brokerId);
  return broker === undefined || broker.fenced ? undefined : endpointOfRegistration(broker);
}

export function endpointOfRegistration(broker: BrokerRegistration): NodeEndpoint | undefined {
  const [endPoint] = broker.endPoints;
  return endPoint === undefined ? undefined : { nodeId: broker.id, host: endPoint.host, port: endPoint.port, rack: broker.rack };
}

export function nodeEndpoints(state: BrokerState, brokerIds: readonly number[]): NodeEndpoint[] {
  return brokerIds.map((id) => endpointOf(state, id)).filter((endpoint) => endpoint !== undefined);
}

/** Replicas on brokers that are not alive. */
export function offlineReplicas(state: BrokerState, partition: PartitionImage): number[] {
  return partition.replicas.filter((id) => !isUnfenced(state.image, id));
}
