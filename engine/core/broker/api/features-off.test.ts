import { describe, expect, test } from 'vitest';
import { cluster, type TestCluster } from '#engine/testing/cluster.ts';
import { RawClient } from '#engine/testing/raw-client.ts';
import { handlerOf } from '#engine/core/broker/api/registry.ts';
import { supportedFeatures } from '#engine/core/metadata/supported-features.ts';
import { ApiKey, apis, type ApiName } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { ApiVersionsRequest, ApiVersionsResponse } from '#engine/protocol/messages/18-api-versions.ts';
import { FindCoordinatorRequest, FindCoordinatorResponse } from '#engine/protocol/messages/10-find-coordinator.ts';
import { InitProducerIdRequest, InitProducerIdResponse } from '#engine/protocol/messages/22-init-producer-id.ts';
import { AddPartitionsToTxnRequest, AddPartitionsToTxnResponse } from '#engine/protocol/messages/24-add-partitions-to-txn.ts';
import { WriteTxnMarkersRequest, WriteTxnMarkersResponse } from '#engine/protocol/messages/27-write-txn-markers.ts';
import { TxnOffsetCommitRequest, TxnOffsetCommitResponse } from '#engine/protocol/messages/28-txn-offset-commit.ts';
import { AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse } from '#engine/protocol/messages/34-alter-replica-log-dirs.ts';
import { DescribeLogDirsRequest, DescribeLogDirsResponse } from '#engine/protocol/messages/35-describe-log-dirs.ts';
import { CreateDelegationTokenRequest, CreateDelegationTokenResponse } from '#engine/protocol/messages/38-create-delegation-token.ts';
import { AlterClientQuotasRequest, AlterClientQuotasResponse } from '#engine/protocol/messages/49-alter-client-quotas.ts';
import { ListTransactionsRequest, ListTransactionsResponse } from '#engine/protocol/messages/66-list-transactions.ts';
import { ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse } from '#engine/protocol/messages/69-consumer-group-describe.ts';
import { AddRaftVoterRequest, AddRaftVoterResponse } from '#engine/protocol/messages/80-add-raft-voter.ts';
import { ReadShareGroupStateRequest, ReadShareGroupStateResponse } from '#engine/protocol/messages/84-read-share-group-state.ts';

const topics = [{ name: 'orders', partitions: 2, replicationFactor: 3 }];
const someId = 'b3JhY2xlLXVua25vd24tMQ';

function leaderOf(tested: TestCluster, partition: number): number {
  return tested.state().topics.find(({ name }) => name === 'orders')!.partitions[partition]!.leader;
}

/** Silent by nature: without acknowledgement there is no answer to a Produce of nothing. */
const silent: readonly ApiName[] = ['Produce'];

/** Zero stands for nothing that could be asked for: Kafka does not read such a filter. */
const anyAcl = { resourceTypeFilter: 1, operation: 1, permissionType: 1 };

describe('a broker', () => {
  test('answers every API that it names, in every version that it names', () => {
    const client = new RawClient(cluster(), 1);
    const { apiKeys } = client.ask(ApiVersionsRequest, ApiVersionsResponse, { clientSoftwareName: 'raw', clientSoftwareVersion: '1' });
    let answered = 0;
    for (const { apiKey, minVersion, maxVersion } of apiKeys) {
      const api = apis.find(({ key }) => key === apiKey)!;
      if (silent.includes(api.name)) continue;
      for (let version = minVersion; version <= maxVersion; version += 1) {
        client.ask(api.request, api.response, api.name === 'DescribeAcls' ? anyAcl : {}, version);
        answered += 1;
      }
    }
    expect(answered).toBeGreaterThan(150);
  });

  test('names no feature at a level whose APIs it refuses', () => {
    expect(handlerOf(ApiKey.ConsumerGroupHeartbeat)).toBeDefined();
    for (const name of ['group.version', 'share.version', 'streams.version', 'transaction.version', 'kraft.version']) expect(supportedFeatures).toContainEqual({ name, min: 0, max: 0 });
  });
});

describe('groups of protocols that are switched off', () => {
  test('are refused one by one where the answer has a place for each', () => {
    const client = new RawClient(cluster(), 1);
    const { groups } = client.ask(ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse, { groupIds: ['a', 'b'] });
    expect(groups.map(({ groupId, errorCode }) => ({ groupId, errorCode }))).toEqual(['a', 'b'].map((groupId) => ({ groupId, errorCode: ErrorCode.UNSUPPORTED_VERSION })));
  });

  test('have no coordinator of their state, and a request without a group has no partitions to say so of', () => {
    const client = new RawClient(cluster(), 1);
    const asked = [{ topicId: someId, partitions: [{ partition: 0 }, { partition: 1 }] }, { topicId: someId, partitions: [] }];
    const read = (groupId: string) => client.ask(ReadShareGroupStateRequest, ReadShareGroupStateResponse, { groupId, topics: asked }).results;
    expect(read('')).toEqual([]);
    expect(read('g').map(({ partitions }) => partitions.map(({ errorCode }) => errorCode))).toEqual([[ErrorCode.NOT_COORDINATOR, ErrorCode.NOT_COORDINATOR]]);
  });
});

describe('a transactional producer', () => {
  test('is told by the first request that it sends that it need not try again', () => {
    const client = new RawClient(cluster(), 1);
    const [coordinator] = client.ask(FindCoordinatorRequest, FindCoordinatorResponse, { keyType: 1, coordinatorKeys: ['tx'] }).coordinators;
    expect(coordinator).toMatchObject({ errorCode: ErrorCode.UNSUPPORTED_VERSION, nodeId: -1 });
    expect(coordinator!.errorMessage).toContain('no transactions');
    const old = client.ask(FindCoordinatorRequest, FindCoordinatorResponse, { keyType: 1, key: 'tx' }, 2);
    expect(old).toMatchObject({ errorCode: ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, errorMessage: coordinator!.errorMessage });
  });

  test('gets no producer id: a bad request is told apart, a good one is at the wrong broker', () => {
    const client = new RawClient(cluster({ settings: { 'transaction.max.timeout.ms': '1000' } }), 1);
    const init = (transactionalId: string, transactionTimeoutMs: number, producer = {}) => client.ask(InitProducerIdRequest, InitProducerIdResponse, { transactionalId, transactionTimeoutMs, ...producer }).errorCode;
    expect(init('', 1000)).toBe(ErrorCode.INVALID_REQUEST);
    expect(init('tx', 0)).toBe(ErrorCode.INVALID_TRANSACTION_TIMEOUT);
    expect(init('tx', 1001)).toBe(ErrorCode.INVALID_TRANSACTION_TIMEOUT);
    expect(init('tx', 0, { producerId: 4n })).toBe(ErrorCode.INVALID_REQUEST);
    expect(init('tx', 1000)).toBe(ErrorCode.NOT_COORDINATOR);
  });

  test('adds no partition: one that cannot be added keeps the others from being tried', () => {
    const client = new RawClient(cluster({ topics }), 1);
    const add = (id: string, ...names: string[]) =>
      client
        .ask(AddPartitionsToTxnRequest, AddPartitionsToTxnResponse, { v3AndBelowTransactionalId: id, v3AndBelowTopics: names.map((name) => ({ name, partitions: [0] })) }, 3)
        .resultsByTopicV3AndBelow.map(({ resultsByPartition }) => resultsByPartition[0]!.partitionErrorCode);
    expect(add('tx', 'orders')).toEqual([ErrorCode.NOT_COORDINATOR]);
    expect(add('', 'orders')).toEqual([ErrorCode.INVALID_REQUEST]);
    expect(add('tx', 'orders', 'missing')).toEqual([ErrorCode.OPERATION_NOT_ATTEMPTED, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]);
    expect(add('tx', '__consumer_offsets')).toEqual([ErrorCode.TOPIC_AUTHORIZATION_FAILED]);
    const transactions = [{ transactionalId: 'tx', topics: [{ name: 'orders', partitions: [1] }] }];
    const [result] = client.ask(AddPartitionsToTxnRequest, AddPartitionsToTxnResponse, { transactions }).resultsByTransaction;
    expect(result).toEqual({ transactionalId: 'tx', topicResults: [{ name: 'orders', resultsByPartition: [{ partitionIndex: 1, partitionErrorCode: ErrorCode.NOT_COORDINATOR }] }] });
  });

  test('has no markers written and no offsets committed', () => {
    const tested = cluster({ topics });
    const broker = leaderOf(tested, 0);
    const client = new RawClient(tested, broker);
    const [marker] = client.ask(WriteTxnMarkersRequest, WriteTxnMarkersResponse, { markers: [{ producerId: 1n, topics: [{ name: 'orders', partitionIndexes: [0, 9] }] }] }).markers;
    expect(marker!.topics[0]!.partitions.map(({ errorCode }) => errorCode)).toEqual([ErrorCode.INVALID_TXN_STATE, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]);
    const commit = (groupId: string) =>
      client.ask(TxnOffsetCommitRequest, TxnOffsetCommitResponse, { groupId, transactionalId: 'tx', topics: [{ name: 'orders', partitions: [{ partitionIndex: 0 }, { partitionIndex: 9 }] }] }).topics[0]!.partitions.map(({ errorCode }) => errorCode);
    expect(commit('')).toEqual([ErrorCode.INVALID_GROUP_ID, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]);
    expect(commit('readers')).toEqual([ErrorCode.NOT_COORDINATOR, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]);
  });
});

test('ListTransactions has none, names states that do not exist, and refuses a pattern that is none', () => {
  const client = new RawClient(cluster(), 1);
  const list = (stateFilters: string[], transactionalIdPattern: string | null) => client.ask(ListTransactionsRequest, ListTransactionsResponse, { stateFilters, transactionalIdPattern });
  expect(list(['Ongoing', 'ongoing', 'Lost', 'Lost'], null)).toMatchObject({ errorCode: ErrorCode.NONE, unknownStateFilters: ['ongoing', 'Lost'], transactionStates: [] });
  expect(['', 'a.*', '(?i)a', 'a{2', '(?P<n>a)'].map((pattern) => list([], pattern).errorCode)).toEqual([0, 0, 0, 0, 0]);
  for (const pattern of ['[', '(', '*', '\\', '(?=a)', '(a)\\1']) expect(list([], pattern).errorCode).toBe(ErrorCode.INVALID_REGULAR_EXPRESSION);
});

test('AlterReplicaLogDirs leaves a replica where it is and knows no other directory', () => {
  const client = new RawClient(cluster({ topics }), 1);
  const [own] = client.ask(DescribeLogDirsRequest, DescribeLogDirsResponse, { topics: null }).results;
  const move = (path: string, name: string) => client.ask(AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse, { dirs: [{ path, topics: [{ name, partitions: [0] }] }] }).results[0]!.partitions[0]!.errorCode;
  expect(move(own!.logDir, 'orders')).toBe(ErrorCode.NONE);
  expect(move(own!.logDir, 'missing')).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  expect(move('/elsewhere', 'orders')).toBe(ErrorCode.LOG_DIR_NOT_FOUND);
});

test('AlterClientQuotas refuses what Kafka refuses with its words, and the rest because no quota is kept', () => {
  const client = new RawClient(cluster(), 1);
  const alter = (entity: [string, string | null][], key: string, value: number, remove = false) => {
    const entry = { entity: entity.map(([entityType, entityName]) => ({ entityType, entityName })), ops: [{ key, value, remove }] };
    const { errorCode, errorMessage } = client.ask(AlterClientQuotasRequest, AlterClientQuotasResponse, { entries: [entry] }).entries[0]!;
    return [errorCode, errorMessage];
  };
  expect(alter([], 'producer_byte_rate', 1)).toEqual([ErrorCode.INVALID_REQUEST, 'Invalid empty client quota entity']);
  expect(alter([['user', 'a'], ['ip', '10.0.0.1']], 'producer_byte_rate', 1)[0]).toBe(ErrorCode.INVALID_REQUEST);
  expect(alter([['user', 'a']], 'no_such_rate', 1)).toEqual([ErrorCode.INVALID_REQUEST, 'Invalid configuration key no_such_rate']);
  expect(alter([['user', 'a']], 'producer_byte_rate', 0)).toEqual([ErrorCode.INVALID_REQUEST, 'Quota producer_byte_rate must be greater than 0']);
  expect(alter([['user', 'a']], 'producer_byte_rate', 1.5)).toEqual([ErrorCode.INVALID_REQUEST, 'producer_byte_rate cannot be a fractional value.']);
  expect(alter([['user', null]], 'request_percentage', 1.5)).toEqual([ErrorCode.UNSUPPORTED_VERSION, 'Client quotas are not enforced by this cluster, so request_percentage cannot be set.']);
  expect(alter([['user', 'a']], 'producer_byte_rate', 0, true)).toEqual([ErrorCode.NONE, null]);
});

test('a listener that asks nobody who they are gives no delegation tokens', () => {
  const client = new RawClient(cluster(), 1);
  const token = client.ask(CreateDelegationTokenRequest, CreateDelegationTokenResponse, { ownerPrincipalType: 'User', ownerPrincipalName: 'alice' });
  expect(token).toMatchObject({ errorCode: ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED, principalName: 'alice', tokenRequesterPrincipalName: 'ANONYMOUS', expiryTimestampMs: -1n });
});

test('the quorum takes no other voter, whichever broker is asked', () => {
  const tested = cluster();
  for (const broker of [1, 2, 3]) {
    const client = new RawClient(tested, broker);
    const add = (more: object) => client.ask(AddRaftVoterRequest, AddRaftVoterResponse, { clusterId: null, voterId: 4, voterDirectoryId: someId, listeners: [{ name: 'CONTROLLER', host: 'h', port: 1 }], ...more }).errorCode;
    expect(add({ clusterId: 'another' })).toBe(ErrorCode.INCONSISTENT_CLUSTER_ID);
    expect(add({ voterId: -1 })).toBe(ErrorCode.INVALID_REQUEST);
    expect(add({ listeners: [] })).toBe(ErrorCode.INVALID_REQUEST);
    expect(add({})).toBe(ErrorCode.UNSUPPORTED_VERSION);
  }
});
