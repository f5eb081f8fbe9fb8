import { describe, expect, it } from 'vitest';
import { hasAccessRule } from '#engine/core/broker/access/admission.ts';
import { handlerOf } from '#engine/core/broker/api/registry.ts';
import { AclOperation, AclPermission, clusterName, PatternType, ResourceType } from '#engine/core/security/acl.ts';
import { ApiKey, apis } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { ProduceRequest, ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import { FetchRequest, FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import { ListOffsetsRequest, ListOffsetsResponse } from '#engine/protocol/messages/02-list-offsets.ts';
import { MetadataRequest, MetadataResponse } from '#engine/protocol/messages/03-metadata.ts';
import { OffsetCommitRequest, OffsetCommitResponse } from '#engine/protocol/messages/08-offset-commit.ts';
import { OffsetFetchRequest, OffsetFetchResponse } from '#engine/protocol/messages/09-offset-fetch.ts';
import { FindCoordinatorRequest, FindCoordinatorResponse } from '#engine/protocol/messages/10-find-coordinator.ts';
import { JoinGroupRequest, JoinGroupResponse } from '#engine/protocol/messages/11-join-group.ts';
import { DescribeGroupsRequest, DescribeGroupsResponse } from '#engine/protocol/messages/15-describe-groups.ts';
import { ListGroupsRequest, ListGroupsResponse } from '#engine/protocol/messages/16-list-groups.ts';
import { CreateTopicsRequest, CreateTopicsResponse } from '#engine/protocol/messages/19-create-topics.ts';
import { DeleteTopicsRequest, DeleteTopicsResponse } from '#engine/protocol/messages/20-delete-topics.ts';
import { InitProducerIdRequest, InitProducerIdResponse } from '#engine/protocol/messages/22-init-producer-id.ts';
import { DescribeAclsRequest, DescribeAclsResponse } from '#engine/protocol/messages/29-describe-acls.ts';
import { CreateAclsRequest, CreateAclsResponse } from '#engine/protocol/messages/30-create-acls.ts';
import { DeleteAclsRequest, DeleteAclsResponse } from '#engine/protocol/messages/31-delete-acls.ts';
import { DescribeConfigsRequest, DescribeConfigsResponse } from '#engine/protocol/messages/32-describe-configs.ts';
import { DescribeClusterRequest, DescribeClusterResponse } from '#engine/protocol/messages/60-describe-cluster.ts';
import { DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse } from '#engine/protocol/messages/75-describe-topic-partitions.ts';
import type { TestCluster } from '#engine/testing/cluster.ts';
import { RawClient, textBatch } from '#engine/testing/raw-client.ts';
import { grant, loggedIn, securedCluster } from '#engine/testing/secured-cluster.ts';

const { READ, WRITE, CREATE, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER, ALL } = AclOperation;
const { TOPIC, GROUP, CLUSTER, TRANSACTIONAL_ID } = ResourceType;
const { NONE, TOPIC_AUTHORIZATION_FAILED, GROUP_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED, TRANSACTIONAL_ID_AUTHORIZATION_FAILED } = ErrorCode;

const any = { resourceTypeFilter: 1, resourceNameFilter: null, patternTypeFilter: 1, principalFilter: null, hostFilter: null, operation: 1, permissionType: 1 };
const topics = ['mine', 'yours'].map((name) => ({ name, partitions: 1, replicationFactor: 1 }));
const on = (resourceType: number, resourceName: string, operation: number) => ({ resourceType, resourceName, operation });
const onCluster = (operation: number) => on(CLUSTER, clusterName, operation);

function alicesCluster(...grants: Parameters<typeof grant>[1][]): { tested: TestCluster; alice: RawClient } {
  const tested = securedCluster({ topics });
  if (grants.length > 0) grant(tested, ...grants);
  return { tested, alice: loggedIn(tested, 'alice') };
}

function produce(client: RawClient, names: string[], acks = -1) {
  const body = { acks, timeoutMs: 1000, topicData: names.map((name) => ({ name, partitionData: [{ index: 0, records: [textBatch(['x'])] }] })) };
  return Object.fromEntries(client.ask(ProduceRequest, ProduceResponse, body, 12).responses.map(({ name, partitionResponses }) => [name, partitionResponses[0]!.errorCode]));
}

function fetchBody(names: string[], session: { sessionId: number; sessionEpoch: number }) {
  return {
    maxWaitMs: 0,
    minBytes: 1,
    maxBytes: 1_000_000,
    ...session,
    topics: names.map((topic) => ({ topic, partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 100_000 }] })),
  };
}

function fetched(answer: FetchResponse) {
  return Object.fromEntries(answer.responses.map(({ topic, partitions }) => [topic, [partitions[0]!.errorCode, partitions[0]!.records?.length ?? 0]]));
}

it('every API that a broker answers has a rule, but for those that ask for no permission', () => {
  const answered = apis.filter(({ key }) => handlerOf(key) !== undefined).map(({ key }) => key);
  expect(answered.length).toBeGreaterThan(60);
  const offFeatures = answered.filter((key) => key >= ApiKey.ConsumerGroupHeartbeat && !hasAccessRule(key));
  const others = answered.filter((key) => key < ApiKey.ConsumerGroupHeartbeat && !hasAccessRule(key));
  // Fetch asks at each read; handshake, authentication and versions come before anybody is known; tokens are their owner's.
  expect(others).toEqual([
    ApiKey.Fetch,
    ApiKey.SaslHandshake,
    ApiKey.ApiVersions,
    ApiKey.SaslAuthenticate,
    ApiKey.CreateDelegationToken,
    ApiKey.RenewDelegationToken,
    ApiKey.ExpireDelegationToken,
    ApiKey.DescribeDelegationToken,
  ]);
  // Features that are off say so before anybody is asked who they are; telemetry is for everybody.
  expect(offFeatures).toEqual([
    ApiKey.ConsumerGroupHeartbeat,
    ApiKey.ConsumerGroupDescribe,
    ApiKey.GetTelemetrySubscriptions,
    ApiKey.PushTelemetry,
    ApiKey.ShareGroupHeartbeat,
    ApiKey.ShareGroupDescribe,
    ApiKey.ShareFetch,
    ApiKey.ShareAcknowledge,
    ApiKey.StreamsGroupHeartbeat,
    ApiKey.StreamsGroupDescribe,
    ApiKey.DescribeShareGroupOffsets,
    ApiKey.AlterShareGroupOffsets,
    ApiKey.DeleteShareGroupOffsets,
  ]);
});

describe('whoever has no permission', () => {
  it('is told nothing of topics, groups, settings and the cluster', () => {
    const { alice } = alicesCluster();
    expect(alice.ask(MetadataRequest, MetadataResponse, { topics: null }).topics).toEqual([]);
    expect(alice.ask(MetadataRequest, MetadataResponse, { topics: [{ name: 'mine' }, { name: 'no' }], allowAutoTopicCreation: true }).topics.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['mine', TOPIC_AUTHORIZATION_FAILED],
      ['no', TOPIC_AUTHORIZATION_FAILED],
    ]);
    expect(alice.ask(DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse, { topics: [], responsePartitionLimit: 10 }).topics).toEqual([]);
    expect(produce(alice, ['mine', 'no'])).toEqual({ mine: TOPIC_AUTHORIZATION_FAILED, no: TOPIC_AUTHORIZATION_FAILED });
    expect(alice.ask(JoinGroupRequest, JoinGroupResponse, { groupId: 'g', sessionTimeoutMs: 10_000, protocolType: 'consumer', protocols: [{ name: 'range' }] }).errorCode).toBe(GROUP_AUTHORIZATION_FAILED);
    expect(alice.ask(FindCoordinatorRequest, FindCoordinatorResponse, { keyType: 0, coordinatorKeys: ['g'] }).coordinators[0]).toMatchObject({ errorCode: GROUP_AUTHORIZATION_FAILED, nodeId: -1 });
    const resources = [{ resourceType: 2, resourceName: 'mine' }, { resourceType: 4, resourceName: '1' }];
    expect(alice.ask(DescribeConfigsRequest, DescribeConfigsResponse, { resources }).results.map(({ errorCode, configs }) => [errorCode, configs.length])).toEqual([
      [TOPIC_AUTHORIZATION_FAILED, 0],
      [CLUSTER_AUTHORIZATION_FAILED, 0],
    ]);
    expect(alice.ask(DescribeClusterRequest, DescribeClusterResponse, { includeClusterAuthorizedOperations: true, endpointType: 1 }).clusterAuthorizedOperations).toBe(0);
    expect(alice.ask(InitProducerIdRequest, InitProducerIdResponse, { transactionalId: null, producerId: -1n, producerEpoch: -1 }).errorCode).toBe(CLUSTER_AUTHORIZATION_FAILED);
  });

  it('can neither see nor make nor take away permissions', () => {
    const { alice } = alicesCluster();
    expect(alice.ask(DescribeAclsRequest, DescribeAclsResponse, any)).toMatchObject({ errorCode: CLUSTER_AUTHORIZATION_FAILED, resources: [] });
    const creations = [{ ...on(TOPIC, 'mine', ALL), resourcePatternType: 3, principal: 'User:alice', host: '*', permissionType: 3 }];
    expect(alice.ask(CreateAclsRequest, CreateAclsResponse, { creations }).results[0]!.errorCode).toBe(CLUSTER_AUTHORIZATION_FAILED);
    expect(alice.ask(DeleteAclsRequest, DeleteAclsResponse, { filters: [any] }).filterResults[0]!.errorCode).toBe(CLUSTER_AUTHORIZATION_FAILED);
    expect(produce(alice, ['mine'])).toEqual({ mine: TOPIC_AUTHORIZATION_FAILED });
  });

  it('loses the connection where acks=0 leaves no way to say it, and nothing is written', () => {
    const { tested, alice } = alicesCluster();
    alice.send(ProduceRequest, { acks: 0, timeoutMs: 1000, topicData: [{ name: 'mine', partitionData: [{ index: 0, records: [textBatch(['x'])] }] }] }, 12);
    tested.run(10);
    alice.take();
    expect(alice.closed).toBe(true);
    const ends = loggedIn(tested, 'admin').ask(ListOffsetsRequest, ListOffsetsResponse, { replicaId: -1, topics: [{ name: 'mine', partitions: [{ partitionIndex: 0, timestamp: -1n }] }] });
    expect(ends.topics[0]!.partitions[0]!.offset).toBe(0n);
  });
});

it('a request for metadata that is malformed is refused as a whole, whoever asks', () => {
  const { alice } = alicesCluster();
  // Up to version 11 a topic without a name has no place in the answer either: to refuse it one by one would end the engine.
  const answer = alice.ask(MetadataRequest, MetadataResponse, { topics: [{ name: null, topicId: 'AAAAAAAAAAAAAAAAAAAAEQ' }] }, 11);
  expect(answer).toMatchObject({ brokers: [], topics: [{ name: '', errorCode: ErrorCode.INVALID_REQUEST }] });
});

describe('whoever may write to a topic', () => {
  it('writes to that one, sees it, and may be an idempotent producer', () => {
    const { alice } = alicesCluster(on(TOPIC, 'mine', WRITE));
    expect(produce(alice, ['mine', 'yours'])).toEqual({ mine: NONE, yours: TOPIC_AUTHORIZATION_FAILED });
    expect(alice.ask(MetadataRequest, MetadataResponse, { topics: null }).topics.map(({ name }) => name)).toEqual(['mine']);
    expect(alice.ask(InitProducerIdRequest, InitProducerIdResponse, { transactionalId: null, producerId: -1n, producerEpoch: -1 }).errorCode).toBe(NONE);
    expect(alice.ask(InitProducerIdRequest, InitProducerIdResponse, { transactionalId: 't', producerId: -1n, producerEpoch: -1 }).errorCode).toBe(TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
  });

  it('writes by topic id as by name', () => {
    const { tested, alice } = alicesCluster(on(TOPIC, 'mine', WRITE));
    const ids = tested.state().topics.map(({ name, topicId }) => [name, topicId] as const);
    const topicData = ids.map(([, topicId]) => ({ topicId, partitionData: [{ index: 0, records: [textBatch(['x'])] }] }));
    const { responses } = alice.ask(ProduceRequest, ProduceResponse, { acks: -1, timeoutMs: 1000, topicData }, 13);
    const codes = new Map(responses.map(({ topicId, partitionResponses }) => [topicId, partitionResponses[0]!.errorCode]));
    expect(ids.map(([name, topicId]) => [name, codes.get(topicId)])).toEqual([['mine', NONE], ['yours', TOPIC_AUTHORIZATION_FAILED]]);
  });
});

describe('whoever may read a topic', () => {
  it('reads that one and no other', () => {
    const { tested, alice } = alicesCluster(on(TOPIC, 'mine', READ));
    produce(loggedIn(tested, 'admin'), ['mine', 'yours']);
    const answer = alice.ask(FetchRequest, FetchResponse, fetchBody(['mine', 'yours'], { sessionId: 0, sessionEpoch: -1 }), 12);
    expect(fetched(answer)).toEqual({ mine: [NONE, 1], yours: [TOPIC_AUTHORIZATION_FAILED, 0] });
  });

  it('goes on in its session when it gets the permission, and no longer when it loses it', () => {
    const { tested, alice } = alicesCluster(on(TOPIC, 'mine', READ));
    const first = alice.ask(FetchRequest, FetchResponse, fetchBody(['mine', 'yours'], { sessionId: 0, sessionEpoch: 0 }), 12);
    expect(fetched(first)).toEqual({ mine: [NONE, 0], yours: [TOPIC_AUTHORIZATION_FAILED, 0] });
    let sessionEpoch = 0;
    const more = () => fetched(alice.ask(FetchRequest, FetchResponse, fetchBody([], { sessionId: first.sessionId, sessionEpoch: ++sessionEpoch }), 12));
    produce(loggedIn(tested, 'admin'), ['mine', 'yours']);
    expect(more()).toEqual({ mine: [NONE, 1], yours: [TOPIC_AUTHORIZATION_FAILED, 0] });
    grant(tested, on(TOPIC, 'yours', READ));
    expect(more()).toMatchObject({ yours: [NONE, 1] });
    grant(tested, { ...on(TOPIC, 'mine', READ), permissionType: AclPermission.DENY });
    expect(more()).toMatchObject({ mine: [TOPIC_AUTHORIZATION_FAILED, 0] });
  });

  it('does not become a follower by saying so', () => {
    const { alice } = alicesCluster(on(TOPIC, 'mine', READ));
    const answer = alice.ask(FetchRequest, FetchResponse, { ...fetchBody(['mine'], { sessionId: 0, sessionEpoch: -1 }), replicaId: 1 }, 12);
    expect(fetched(answer)).toEqual({ mine: [TOPIC_AUTHORIZATION_FAILED, 0] });
  });

  it('commits offsets of it for a group that it may read, and sees them where it may describe both', () => {
    const { tested, alice } = alicesCluster(on(TOPIC, 'mine', READ), on(GROUP, 'g', READ));
    alice.ask(FindCoordinatorRequest, FindCoordinatorResponse, { keyType: 0, coordinatorKeys: ['g'] });
    tested.run(5000);
    const commit = (client: RawClient, groupId: string) => {
      const partitions = [{ partitionIndex: 0, committedOffset: 7n, committedMetadata: '' }];
      const body = { groupId, generationIdOrMemberEpoch: -1, topics: ['mine', 'yours'].map((name) => ({ name, partitions })) };
      return Object.fromEntries(client.ask(OffsetCommitRequest, OffsetCommitResponse, body, 9).topics.map((topic) => [topic.name, topic.partitions[0]!.errorCode]));
    };
    expect(commit(alice, 'other')).toEqual({ mine: GROUP_AUTHORIZATION_FAILED, yours: GROUP_AUTHORIZATION_FAILED });
    expect(commit(loggedIn(tested, 'admin'), 'g')).toEqual({ mine: NONE, yours: NONE });
    expect(commit(alice, 'g')).toEqual({ mine: NONE, yours: TOPIC_AUTHORIZATION_FAILED });
    const asked = { topics: ['mine', 'yours'].map((name) => ({ name, partitionIndexes: [0] })) };
    const groups = [{ groupId: 'other', ...asked }, { groupId: 'g', ...asked }, { groupId: 'g', topics: null }];
    const answer = alice.ask(OffsetFetchRequest, OffsetFetchResponse, { groups }, 9);
    const told = answer.groups.map((group) => [group.groupId, group.errorCode, group.topics.map((topic) => [topic.name, topic.partitions[0]!.committedOffset, topic.partitions[0]!.errorCode])]);
    expect(told).toEqual([
      ['other', GROUP_AUTHORIZATION_FAILED, []],
      ['g', NONE, [['mine', 7n, NONE], ['yours', -1n, TOPIC_AUTHORIZATION_FAILED]]],
      ['g', NONE, [['mine', 7n, NONE]]],
    ]);
  });
});

describe('groups', () => {
  it('are listed and described to whom they may be, with what may be done with them', () => {
    const { tested, alice } = alicesCluster(on(GROUP, 'mine', READ));
    const admin = loggedIn(tested, 'admin');
    admin.ask(FindCoordinatorRequest, FindCoordinatorResponse, { keyType: 0, coordinatorKeys: ['mine'] });
    tested.run(5000);
    for (const groupId of ['mine', 'yours']) {
      const partitions = [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }];
      admin.ask(OffsetCommitRequest, OffsetCommitResponse, { groupId, generationIdOrMemberEpoch: -1, topics: [{ name: 'mine', partitions }] }, 9);
    }
    const listed = (client: RawClient) => client.ask(ListGroupsRequest, ListGroupsResponse, {}).groups.map(({ groupId }) => groupId).toSorted();
    expect(listed(admin)).toEqual(['mine', 'yours']);
    expect(listed(alice)).toEqual(['mine']);
    const { groups } = alice.ask(DescribeGroupsRequest, DescribeGroupsResponse, { groups: ['mine', 'yours'], includeAuthorizedOperations: true }, 5);
    expect(groups.map(({ groupId, errorCode }) => [groupId, errorCode]).toSorted()).toEqual([['mine', NONE], ['yours', GROUP_AUTHORIZATION_FAILED]]);
    expect(groups.find(({ groupId }) => groupId === 'mine')!.authorizedOperations).toBe((1 << READ) | (1 << DESCRIBE));
    grant(tested, onCluster(DESCRIBE));
    expect(listed(alice)).toEqual(['mine', 'yours']);
  });
});

describe('topics', () => {
  it('are made by whoever may create that name, or in the whole cluster', () => {
    const { tested, alice } = alicesCluster({ ...on(TOPIC, 'new-', CREATE), resourcePatternType: PatternType.PREFIXED });
    const make = (...names: string[]) => {
      const body = { topics: names.map((name) => ({ name, numPartitions: 1, replicationFactor: 1 })), timeoutMs: 5000 };
      return alice.ask(CreateTopicsRequest, CreateTopicsResponse, body).topics.map(({ name, errorCode, topicConfigErrorCode, numPartitions }) => [name, errorCode, topicConfigErrorCode, numPartitions]);
    };
    expect(make('new-1', 'old-1')).toEqual([['new-1', NONE, TOPIC_AUTHORIZATION_FAILED, -1], ['old-1', TOPIC_AUTHORIZATION_FAILED, 0, -1]]);
    grant(tested, onCluster(CREATE), on(TOPIC, 'old-2', DESCRIBE_CONFIGS));
    expect(make('old-2')).toEqual([['old-2', NONE, 0, 1]]);
  });

  it('come into being by asking for them only for whoever may create them', () => {
    const { tested, alice } = alicesCluster(on(TOPIC, 'auto', DESCRIBE), on(TOPIC, 'other', DESCRIBE), on(TOPIC, 'other', CREATE));
    const ask = () => Object.fromEntries(alice.ask(MetadataRequest, MetadataResponse, { topics: [{ name: 'auto' }, { name: 'other' }], allowAutoTopicCreation: true }).topics.map(({ name, errorCode }) => [name, errorCode]));
    expect(ask()).toEqual({ auto: TOPIC_AUTHORIZATION_FAILED, other: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION });
    tested.run(3000);
    expect(tested.state().topics.map(({ name }) => name)).not.toContain('auto');
    expect(ask()).toEqual({ auto: TOPIC_AUTHORIZATION_FAILED, other: NONE });
  });

  it('go only at the word of whoever may delete them, and do not show their names by their ids', () => {
    const { tested, alice } = alicesCluster(on(TOPIC, 'mine', DELETE));
    const idOf = (wanted: string) => tested.state().topics.find(({ name }) => name === wanted)!.topicId;
    const body = { topics: [{ name: null, topicId: idOf('yours') }, { name: 'no' }, { name: 'mine' }], timeoutMs: 5000 };
    const { responses } = alice.ask(DeleteTopicsRequest, DeleteTopicsResponse, body);
    expect(responses.map(({ name, errorCode }) => [name, errorCode]).toSorted((a, b) => String(a[0]).localeCompare(String(b[0])))).toEqual([
      ['mine', NONE],
      ['no', TOPIC_AUTHORIZATION_FAILED],
      [null, TOPIC_AUTHORIZATION_FAILED],
    ]);
    tested.run(1000);
    expect(tested.state().topics.map(({ name }) => name)).toEqual(['yours']);
  });

  it('tell whoever asks what may be done with them', () => {
    const { alice } = alicesCluster(on(TOPIC, 'mine', ALTER), { ...on(TOPIC, 'mine', DESCRIBE_CONFIGS) });
    const { topics: told } = alice.ask(MetadataRequest, MetadataResponse, { topics: [{ name: 'mine' }], includeTopicAuthorizedOperations: true });
    expect(told[0]!.topicAuthorizedOperations).toBe((1 << ALTER) | (1 << DESCRIBE) | (1 << DESCRIBE_CONFIGS));
  });
});

describe('access control entries', () => {
  const valid = { ...on(TOPIC, 'mine', READ), resourcePatternType: 3, principal: 'User:alice', host: '*', permissionType: 3 };

  it.each([
    ['a type of resource that there is not', { resourceType: 99 }, 'Invalid resourceType UNKNOWN'],
    ['a pattern that there is not', { resourcePatternType: 9 }, 'Invalid patternType UNKNOWN'],
    ['an operation that there is not', { operation: 99 }, 'Invalid operation UNKNOWN'],
    ['a permission that there is not', { permissionType: 9 }, 'Invalid permissionType UNKNOWN'],
    ['no name', { resourceName: '' }, 'Invalid empty resource name'],
    ['another cluster', { resourceType: CLUSTER }, 'The only valid name for the CLUSTER resource is kafka-cluster'],
    ['a principal without a type', { principal: 'alice' }, 'Could not parse principal from `alice` (no colon is present separating the principal type from the principal name)'],
  ])('with %s are refused in the words of Kafka 4.3.1, and the others of the request are made', (_what, wrong, errorMessage) => {
    const admin = loggedIn(securedCluster(), 'admin');
    const { results } = admin.ask(CreateAclsRequest, CreateAclsResponse, { creations: [{ ...valid, ...wrong }, valid] });
    expect(results).toEqual([{ errorCode: ErrorCode.INVALID_REQUEST, errorMessage }, { errorCode: NONE, errorMessage: '' }]);
  });

  it('that speak as a filter does make Kafka stumble over the whole request, and those with nothing in them end the connection', () => {
    const tested = securedCluster();
    const admin = loggedIn(tested, 'admin');
    const { results } = admin.ask(CreateAclsRequest, CreateAclsResponse, { creations: [{ ...valid, operation: 1 }, valid] });
    expect(results.map(({ errorCode }) => errorCode)).toEqual([ErrorCode.UNKNOWN_SERVER_ERROR, ErrorCode.UNKNOWN_SERVER_ERROR]);
    admin.send(CreateAclsRequest, { creations: [{ ...valid, operation: 0 }] });
    tested.run(10);
    admin.take();
    expect(admin.closed).toBe(true);
  });

  it('are made once, found by filters on every broker, and taken away by filters', () => {
    const tested = securedCluster({ brokers: 3 });
    const admin = loggedIn(tested, 'admin');
    const creations = [valid, valid, { ...valid, operation: WRITE }, { ...on(TRANSACTIONAL_ID, 't', WRITE), resourcePatternType: 4, principal: 'User:bob', host: '10.0.0.1', permissionType: 2 }];
    admin.ask(CreateAclsRequest, CreateAclsResponse, { creations });
    tested.run(1000);
    for (const broker of [1, 2, 3]) {
      const { resources } = loggedIn(tested, 'admin', broker).ask(DescribeAclsRequest, DescribeAclsResponse, any);
      expect(resources).toEqual([
        { resourceType: TOPIC, resourceName: 'mine', patternType: 3, acls: [READ, WRITE].map((operation) => ({ principal: 'User:alice', host: '*', operation, permissionType: 3 })) },
        { resourceType: TRANSACTIONAL_ID, resourceName: 't', patternType: 4, acls: [{ principal: 'User:bob', host: '10.0.0.1', operation: WRITE, permissionType: 2 }] },
      ]);
    }
    const filters = [{ ...any, operation: WRITE }, { ...any, resourceTypeFilter: TOPIC }, { ...any, operation: 99 }];
    const { filterResults } = admin.ask(DeleteAclsRequest, DeleteAclsResponse, { filters });
    expect(filterResults.map(({ errorCode, errorMessage, matchingAcls }) => [errorCode, errorMessage, matchingAcls.length])).toEqual([
      [NONE, null, 2],
      [NONE, null, 2],
      [ErrorCode.INVALID_REQUEST, 'Unknown entryFilter.', 0],
    ]);
    tested.run(1000);
    expect(admin.ask(DescribeAclsRequest, DescribeAclsResponse, any).resources).toEqual([]);
  });

  it('are there again after a restart of the broker', () => {
    const tested = securedCluster({ brokers: 3, topics });
    grant(tested, on(TOPIC, 'mine', WRITE));
    tested.command({ kind: 'broker.crash', broker: 1 });
    tested.run(1000);
    tested.command({ kind: 'broker.restart', broker: 1 });
    tested.run(10_000);
    const { topics: seen } = loggedIn(tested, 'alice').ask(MetadataRequest, MetadataResponse, { topics: null });
    expect(seen.map(({ name }) => name)).toEqual(['mine']);
  });
});
