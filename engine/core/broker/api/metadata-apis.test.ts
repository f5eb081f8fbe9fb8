import { describe, expect, test } from 'vitest';
import { cluster, type TestCluster } from '#engine/testing/cluster.ts';
import { RawClient, textBatch } from '#engine/testing/raw-client.ts';
import { apis } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { ProduceRequest, ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import { ListOffsetsRequest, ListOffsetsResponse } from '#engine/protocol/messages/02-list-offsets.ts';
import { MetadataRequest, MetadataResponse } from '#engine/protocol/messages/03-metadata.ts';
import { FindCoordinatorRequest, FindCoordinatorResponse } from '#engine/protocol/messages/10-find-coordinator.ts';
import { SaslHandshakeRequest, SaslHandshakeResponse } from '#engine/protocol/messages/17-sasl-handshake.ts';
import { ApiVersionsRequest, ApiVersionsResponse } from '#engine/protocol/messages/18-api-versions.ts';
import { CreateTopicsRequest, CreateTopicsResponse } from '#engine/protocol/messages/19-create-topics.ts';
import { DeleteTopicsRequest, DeleteTopicsResponse } from '#engine/protocol/messages/20-delete-topics.ts';
import { DeleteRecordsRequest, DeleteRecordsResponse } from '#engine/protocol/messages/21-delete-records.ts';
import { InitProducerIdRequest, InitProducerIdResponse } from '#engine/protocol/messages/22-init-producer-id.ts';
import { OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse } from '#engine/protocol/messages/23-offset-for-leader-epoch.ts';
import { DescribeAclsRequest, DescribeAclsResponse } from '#engine/protocol/messages/29-describe-acls.ts';
import { CreateAclsRequest, CreateAclsResponse } from '#engine/protocol/messages/30-create-acls.ts';
import { DescribeConfigsRequest, DescribeConfigsResponse } from '#engine/protocol/messages/32-describe-configs.ts';
import { DescribeLogDirsRequest, DescribeLogDirsResponse } from '#engine/protocol/messages/35-describe-log-dirs.ts';
import { IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse } from '#engine/protocol/messages/44-incremental-alter-configs.ts';
import { DescribeClientQuotasRequest, DescribeClientQuotasResponse } from '#engine/protocol/messages/48-describe-client-quotas.ts';
import { DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse } from '#engine/protocol/messages/50-describe-user-scram-credentials.ts';
import { DescribeClusterRequest, DescribeClusterResponse } from '#engine/protocol/messages/60-describe-cluster.ts';
import { DescribeProducersRequest, DescribeProducersResponse } from '#engine/protocol/messages/61-describe-producers.ts';
import { BrokerHeartbeatRequest } from '#engine/protocol/messages/63-broker-heartbeat.ts';
import { ListConfigResourcesRequest, ListConfigResourcesResponse } from '#engine/protocol/messages/74-list-config-resources.ts';
import { DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse } from '#engine/protocol/messages/75-describe-topic-partitions.ts';

const topics = [{ name: 'orders', partitions: 3, replicationFactor: 3, config: { 'retention.ms': '1000000' } }];

function leaderOf(tested: TestCluster, partition = 0): number {
  return tested.state().topics.find(({ name }) => name === 'orders')!.partitions[partition]!.leader;
}
function produce(client: RawClient, values: string[], timestamp?: bigint): void {
  const request = { acks: -1, timeoutMs: 10_000, topicData: [{ name: 'orders', partitionData: [{ index: 0, records: [textBatch(values, timestamp)] }] }] };
  expect(client.ask(ProduceRequest, ProduceResponse, request, 12).responses[0]!.partitionResponses[0]!.errorCode).toBe(ErrorCode.NONE);
}

describe('ApiVersions', () => {
  test('offers what a Kafka 4.3 broker offers of what is answered here, Produce from 0', () => {
    const client = new RawClient(cluster(), 1);
    const { errorCode, apiKeys } = client.ask(ApiVersionsRequest, ApiVersionsResponse, { clientSoftwareName: 'raw', clientSoftwareVersion: '1' });
    expect(errorCode).toBe(ErrorCode.NONE);
    expect(apiKeys.find(({ apiKey }) => apiKey === 0)).toEqual({ apiKey: 0, minVersion: 0, maxVersion: 13 });
    expect(apiKeys.length).toBeGreaterThan(25);
    for (const { apiKey, minVersion, maxVersion } of apiKeys) expect(apis.find(({ key }) => key === apiKey)?.offered).toEqual({ min: minVersion, max: maxVersion });
  });

  test('in an unknown version is answered with error 35 and the versions there are', () => {
    const client = new RawClient(cluster(), 1);
    const answer = client.ask(ApiVersionsRequest, ApiVersionsResponse, {}, 99);
    expect(answer.errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION);
    expect(answer.apiKeys).toEqual([{ apiKey: 18, minVersion: 0, maxVersion: 4 }]);
  });

  test('an API of the controllers closes the connection', () => {
    const tested = cluster();
    const client = new RawClient(tested, 1);
    client.send(BrokerHeartbeatRequest, { brokerId: 2 });
    tested.run(10);
    client.take();
    expect(client.closed).toBe(true);
  });
});

describe('Metadata', () => {
  test('tells brokers, topic ids, leaders and epochs as the controller has them', () => {
    const tested = cluster({ topics });
    const answer = new RawClient(tested, 2).ask(MetadataRequest, MetadataResponse, { topics: null });
    expect(answer.brokers.map(({ nodeId }) => nodeId).toSorted()).toEqual([1, 2, 3]);
    expect(answer.clusterId).toBe(tested.state().clusterId);
    const told = answer.topics.find(({ name }) => name === 'orders')!;
    const known = tested.state().topics.find(({ name }) => name === 'orders')!;
    expect(told.topicId).toBe(known.topicId);
    expect(told.partitions.map(({ leaderId, leaderEpoch }) => ({ leaderId, leaderEpoch }))).toEqual(known.partitions.map(({ leader, leaderEpoch }) => ({ leaderId: leader, leaderEpoch })));
  });

  test('names a broker that is down neither among the brokers nor as a leader, and its replicas as offline', () => {
    const tested = cluster({ topics });
    tested.command({ kind: 'broker.crash', broker: 3 });
    tested.runUntil('it is fenced', () => tested.state().brokers.find(({ id }) => id === 3)!.registration === 'fenced');
    tested.run(1000);
    const answer = new RawClient(tested, 1).ask(MetadataRequest, MetadataResponse, { topics: null });
    expect(answer.brokers.map(({ nodeId }) => nodeId).toSorted()).toEqual([1, 2]);
    const { partitions } = answer.topics.find(({ name }) => name === 'orders')!;
    expect(partitions.every(({ leaderId, offlineReplicas }) => leaderId !== 3 && offlineReplicas.join() === '3')).toBe(true);
  });

  test('creates a topic that is asked for when client and broker allow it, and says unknown until it is there', () => {
    const tested = cluster({ settings: { 'num.partitions': '2' } });
    const client = new RawClient(tested, 1);
    const ask = (allowAutoTopicCreation: boolean) => client.ask(MetadataRequest, MetadataResponse, { topics: [{ name: 'fresh' }], allowAutoTopicCreation }).topics[0]!;
    expect(ask(false).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    tested.run(2000);
    expect(ask(true).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    tested.run(2000);
    expect(ask(false)).toMatchObject({ errorCode: ErrorCode.NONE, partitions: [{ partitionIndex: 0 }, { partitionIndex: 1 }] });
  });

  test('refuses names that no topic can have, and does not know ids that no topic has', () => {
    const client = new RawClient(cluster(), 1);
    const ask = (topic: { name?: string | null; topicId?: string }) => client.ask(MetadataRequest, MetadataResponse, { topics: [topic], allowAutoTopicCreation: true }).topics[0]!.errorCode;
    expect(ask({ name: 'no spaces' })).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION);
    expect(ask({ name: '..' })).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION);
    expect(ask({ name: null, topicId: 'AAAAAAAAAAAAAAAAAAAAAQ' })).toBe(ErrorCode.UNKNOWN_TOPIC_ID);
  });
});

function listOffsets(client: RawClient, timestamp: bigint, options: { isolationLevel?: number; apiVersion?: number; currentLeaderEpoch?: number } = {}) {
  const { apiVersion = 11, isolationLevel = 0, currentLeaderEpoch = -1 } = options;
  const request = { replicaId: -1, isolationLevel, topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, timestamp, currentLeaderEpoch }] }] }
  return client.ask(ListOffsetsRequest, ListOffsetsResponse, request, apiVersion).topics[0]!.partitions[0]!;
}

describe('ListOffsets', () => {
  test('answers an isolation level that nobody knows with an error without words, whatever is asked for', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    expect([0, 1, 2, -1].map((isolationLevel) => listOffsets(client, -1n, { isolationLevel }).errorCode)).toEqual([0, 0, -1, -1]);
  });

  test('finds the end, the beginning, the largest timestamp and the first record of a time', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    const startMs = 1_767_225_600_000n;
    produce(client, ['a', 'b'], startMs);
    produce(client, ['c'], startMs + 5_000n);
    produce(client, ['d'], startMs + 2_000n);
    expect(listOffsets(client, -1n)).toMatchObject({ errorCode: ErrorCode.NONE, offset: 4n });
    expect(listOffsets(client, -2n)).toMatchObject({ errorCode: ErrorCode.NONE, offset: 0n });
    expect(listOffsets(client, -4n)).toMatchObject({ errorCode: ErrorCode.NONE, offset: 0n });
    expect(listOffsets(client, -3n)).toMatchObject({ errorCode: ErrorCode.NONE, offset: 2n, timestamp: startMs + 5_000n });
    expect(listOffsets(client, -5n)).toMatchObject({ errorCode: ErrorCode.NONE, offset: -1n });
    expect(listOffsets(client, startMs + 1n)).toMatchObject({ offset: 2n, timestamp: startMs + 5_000n });
    expect(listOffsets(client, startMs + 60_000n)).toMatchObject({ offset: -1n, timestamp: -1n });
  });

  test('refuses special times that its version does not have, and other epochs', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    expect(listOffsets(client, -3n, { apiVersion: 6 }).errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION);
    expect(listOffsets(client, -1n, { currentLeaderEpoch: 99 }).errorCode).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH);
    const other = new RawClient(tested, [1, 2, 3].find((id) => id !== leaderOf(tested))!);
    expect(listOffsets(other, -1n).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
  });
});

test('OffsetForLeaderEpoch answers the end of an epoch, and nothing for one that it does not know', () => {
  const tested = cluster({ topics });
  const client = new RawClient(tested, leaderOf(tested));
  produce(client, ['a', 'b', 'c']);
  const ask = (leaderEpoch: number) =>
    client.ask(OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse, { topics: [{ topic: 'orders', partitions: [{ partition: 0, leaderEpoch }] }] }).topics[0]!.partitions[0]!;
  expect(ask(0)).toMatchObject({ errorCode: ErrorCode.NONE, leaderEpoch: 0, endOffset: 3n });
  expect(ask(7)).toMatchObject({ errorCode: ErrorCode.NONE, leaderEpoch: -1, endOffset: -1n });
});

test('InitProducerId gives every idempotent producer an id of its own, on whatever broker it asks', () => {
  const tested = cluster();
  const ids = [1, 2, 3, 1].map((broker) => new RawClient(tested, broker).ask(InitProducerIdRequest, InitProducerIdResponse, { transactionalId: null, transactionTimeoutMs: 60_000 }));
  expect(ids.map(({ errorCode, producerEpoch }) => ({ errorCode, producerEpoch }))).toEqual(ids.map(() => ({ errorCode: ErrorCode.NONE, producerEpoch: 0 })));
  expect(new Set(ids.map(({ producerId }) => producerId)).size).toBe(4);
});

describe('requests for the controller', () => {
  test('are answered by any broker: a topic is created, used, deleted', () => {
    const tested = cluster();
    for (const broker of [1, 2, 3]) {
      const client = new RawClient(tested, broker);
      const name = `made-by-${broker}`;
      const created = client.ask(CreateTopicsRequest, CreateTopicsResponse, { topics: [{ name, numPartitions: 1, replicationFactor: 3 }], timeoutMs: 5000 });
      expect(created.topics[0]).toMatchObject({ name, errorCode: ErrorCode.NONE });
      const again = client.ask(CreateTopicsRequest, CreateTopicsResponse, { topics: [{ name, numPartitions: 1, replicationFactor: 3 }], timeoutMs: 5000 });
      expect(again.topics[0]!.errorCode).toBe(ErrorCode.TOPIC_ALREADY_EXISTS);
      const deleted = client.ask(DeleteTopicsRequest, DeleteTopicsResponse, { topics: [{ name }], timeoutMs: 5000 });
      expect(deleted.responses[0]!.errorCode).toBe(ErrorCode.NONE);
    }
    tested.run(2000);
    for (const disk of tested.world.disks.values()) expect(disk.listDirectories().filter((name) => name.startsWith('made-by'))).toEqual([]);
  });

  test('wait while there is no controller, and are answered by the next one', () => {
    const tested = cluster();
    const { controller } = tested.state();
    const other = [1, 2, 3].find((id) => id !== controller)!;
    tested.command({ kind: 'broker.crash', broker: controller });
    const client = new RawClient(tested, other);
    const created = client.ask(CreateTopicsRequest, CreateTopicsResponse, { topics: [{ name: 'late', numPartitions: 1, replicationFactor: 2 }], timeoutMs: 5000 });
    expect(created.topics[0]!.errorCode).toBe(ErrorCode.NONE);
  });
});

function describeConfigs(client: RawClient, resourceType: number, resourceName: string, names: string[] | null = null) {
  return client.ask(DescribeConfigsRequest, DescribeConfigsResponse, { resources: [{ resourceType, resourceName, configurationKeys: names }], includeSynonyms: true }).results[0]!;
}

describe('DescribeConfigs', () => {
  test('tells where a value of a topic comes from', () => {
    const tested = cluster({ topics, settings: { 'log.segment.bytes': '2000000' } });
    const client = new RawClient(tested, 1);
    const { configs } = describeConfigs(client, 2, 'orders');
    expect(configs.find(({ name }) => name === 'retention.ms')).toMatchObject({ value: '1000000', configSource: 1 });
    expect(configs.find(({ name }) => name === 'segment.bytes')).toMatchObject({ value: '2000000', configSource: 4 });
    expect(configs.find(({ name }) => name === 'max.message.bytes')).toMatchObject({ value: '1048588', configSource: 5 });
    expect(describeConfigs(client, 2, 'nothing').errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    expect(describeConfigs(client, 2, 'orders', ['retention.ms']).configs).toHaveLength(1);
  });

  test('answers for the broker that is asked and for no other', () => {
    const client = new RawClient(cluster(), 1);
    expect(describeConfigs(client, 4, '1', ['replica.lag.time.max.ms']).configs[0]).toMatchObject({ value: '30000', readOnly: true });
    expect(describeConfigs(client, 4, '2').errorCode).toBe(ErrorCode.INVALID_REQUEST);
    expect(describeConfigs(client, 99, 'x').errorCode).toBe(ErrorCode.INVALID_REQUEST);
  });

  test('shows a dynamic setting at once, and the broker obeys it', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    const change = { resources: [{ resourceType: 2, resourceName: 'orders', configs: [{ name: 'max.message.bytes', configOperation: 0, value: '100' }] }] };
    expect(client.ask(IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse, change).responses[0]!.errorCode).toBe(ErrorCode.NONE);
    tested.run(1000);
    expect(describeConfigs(client, 2, 'orders', ['max.message.bytes']).configs[0]).toMatchObject({ value: '100', configSource: 1 });
    const large = { acks: 1, timeoutMs: 1000, topicData: [{ name: 'orders', partitionData: [{ index: 0, records: [textBatch(['x'.repeat(200)])] }] }] };
    expect(client.ask(ProduceRequest, ProduceResponse, large, 12).responses[0]!.partitionResponses[0]!.errorCode).toBe(ErrorCode.MESSAGE_TOO_LARGE);
  });

  test('tells what a setting is when documentation is asked for, and only then (KIP-569)', () => {
    const client = new RawClient(cluster(), 1);
    const documented = (includeDocumentation: boolean) =>
      client.ask(DescribeConfigsRequest, DescribeConfigsResponse, {
        resources: [{ resourceType: 4, resourceName: '1', configurationKeys: ['num.partitions', 'log.dirs'] }],
        includeDocumentation,
      }).results[0]!.configs.map(({ documentation }) => documentation);
    expect(documented(true)).toEqual(expect.arrayContaining([expect.stringContaining('INT, by default 1, at least 1')]));
    expect(documented(false)).toEqual([null, null]);
  });
});

function deleteRecords(client: RawClient, offset: bigint) {
  return client.ask(DeleteRecordsRequest, DeleteRecordsResponse, { topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, offset }] }], timeoutMs: 10_000 }).topics[0]!.partitions[0]!;
}

describe('DeleteRecords', () => {
  test('moves the log start of the leader, and is answered when the followers have moved theirs', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    produce(client, ['a', 'b', 'c', 'd']);
    tested.run(1000);
    expect(deleteRecords(client, 3n)).toMatchObject({ errorCode: ErrorCode.NONE, lowWatermark: 3n });
    const { replicas } = tested.state().topics.find(({ name }) => name === 'orders')!.partitions[0]!;
    expect(replicas.map(({ logStartOffset }) => logStartOffset)).toEqual([3n, 3n, 3n]);
    expect(deleteRecords(client, -1n)).toMatchObject({ errorCode: ErrorCode.NONE, lowWatermark: 4n });
  });

  test('beyond the high watermark is out of range', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    produce(client, ['a']);
    expect(deleteRecords(client, 2n).errorCode).toBe(ErrorCode.OFFSET_OUT_OF_RANGE);
    expect(deleteRecords(client, -2n).errorCode).toBe(ErrorCode.OFFSET_OUT_OF_RANGE);
  });
});

test('a cluster of one broker has an offsets topic of one replica, as the file that Kafka ships for it says', () => {
  const tested = cluster({ brokers: 1 });
  const client = new RawClient(tested, 1);
  expect(describeConfigs(client, 4, '1', ['offsets.topic.replication.factor']).configs[0]).toMatchObject({ value: '1', configSource: 4 });
  const find = () => client.ask(FindCoordinatorRequest, FindCoordinatorResponse, { keyType: 0, coordinatorKeys: ['readers'] }).coordinators[0]!;
  find();
  tested.run(2000);
  expect(find()).toMatchObject({ errorCode: ErrorCode.NONE, nodeId: 1 });
});

describe('descriptions', () => {
  test('of the cluster name its brokers, and refuse to speak for controllers', () => {
    const tested = cluster();
    const client = new RawClient(tested, 1);
    expect(client.ask(DescribeClusterRequest, DescribeClusterResponse, {}).brokers.map(({ brokerId }) => brokerId).toSorted()).toEqual([1, 2, 3]);
    expect(client.ask(DescribeClusterRequest, DescribeClusterResponse, { endpointType: 2 }).errorCode).toBe(ErrorCode.MISMATCHED_ENDPOINT_TYPE);
    expect(client.ask(DescribeClusterRequest, DescribeClusterResponse, { endpointType: 7 }).errorCode).toBe(ErrorCode.UNSUPPORTED_ENDPOINT_TYPE);
  });

  test('of the log directory give the size of each log', () => {
    const tested = cluster({ topics });
    const leader = leaderOf(tested);
    const client = new RawClient(tested, leader);
    produce(client, ['a']);
    const { results } = client.ask(DescribeLogDirsRequest, DescribeLogDirsResponse, { topics: null });
    const orders = results[0]!.topics.find(({ name }) => name === 'orders')!;
    expect(orders.partitions.find(({ partitionIndex }) => partitionIndex === 0)!.partitionSize).toBe(BigInt(textBatch(['a']).length));
  });

  test('of producers tell the last sequence that the leader remembers', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    const ask = () => client.ask(DescribeProducersRequest, DescribeProducersResponse, { topics: [{ name: 'orders', partitionIndexes: [0] }] }).topics[0]!.partitions[0]!;
    expect(ask()).toMatchObject({ errorCode: ErrorCode.NONE, activeProducers: [] });
  });

  test('of topic partitions come page by page', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, 1);
    const ask = (cursor: { topicName: string; partitionIndex: number } | null) =>
      client.ask(DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse, { topics: [{ name: 'orders' }], responsePartitionLimit: 2, cursor });
    const page = ask(null);
    expect(page.topics[0]!.partitions.map(({ partitionIndex }) => partitionIndex)).toEqual([0, 1]);
    expect(page.nextCursor).toEqual({ topicName: 'orders', partitionIndex: 2 });
    const last = ask(page.nextCursor);
    expect(last.topics[0]!.partitions.map(({ partitionIndex }) => partitionIndex)).toEqual([2]);
    expect(last.nextCursor).toBeNull();
  });
});

describe('a cluster without security and quotas', () => {
  test('says so of ACLs and SASL, and has no quotas and no users', () => {
    const client = new RawClient(cluster(), 1);
    const acl = { resourceType: 2, resourceName: 'orders', resourcePatternType: 3, principal: 'User:alice', host: '*', operation: 3, permissionType: 3 };
    expect(client.ask(DescribeAclsRequest, DescribeAclsResponse, { resourceTypeFilter: 1, patternTypeFilter: 1, operation: 1, permissionType: 1 }).errorCode).toBe(ErrorCode.SECURITY_DISABLED);
    expect(client.ask(CreateAclsRequest, CreateAclsResponse, { creations: [acl, acl] }).results.map(({ errorCode }) => errorCode)).toEqual([ErrorCode.SECURITY_DISABLED, ErrorCode.SECURITY_DISABLED]);
    expect(client.ask(SaslHandshakeRequest, SaslHandshakeResponse, { mechanism: 'PLAIN' }).errorCode).toBe(ErrorCode.ILLEGAL_SASL_STATE);
    expect(client.ask(DescribeClientQuotasRequest, DescribeClientQuotasResponse, {}).entries).toEqual([]);
    const scram = client.ask(DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse, { users: [{ name: 'alice' }] });
    expect(scram.results[0]).toMatchObject({ user: 'alice', errorCode: ErrorCode.RESOURCE_NOT_FOUND });
  });

  test('lists topics and brokers as what has settings', () => {
    const client = new RawClient(cluster({ topics }), 1);
    const list = (resourceTypes: number[]) => client.ask(ListConfigResourcesRequest, ListConfigResourcesResponse, { resourceTypes });
    expect(list([2]).configResources).toEqual([{ resourceName: 'orders', resourceType: 2 }]);
    expect(list([4]).configResources.map(({ resourceName }) => resourceName).toSorted()).toEqual(['1', '2', '3']);
    expect(list([77]).errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION);
  });
});
