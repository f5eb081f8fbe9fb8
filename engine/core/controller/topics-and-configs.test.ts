import { describe, expect, test } from 'vitest';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create, type DeepPartial } from '#engine/protocol/message.ts';
import { CreateTopicsRequest, type CreateTopicsResponse } from '#engine/protocol/messages/19-create-topics.ts';
import { DeleteTopicsRequest, type DeleteTopicsResponse } from '#engine/protocol/messages/20-delete-topics.ts';
import { AlterConfigsRequest, type AlterConfigsResponse } from '#engine/protocol/messages/33-alter-configs.ts';
import { CreatePartitionsRequest, type CreatePartitionsResponse } from '#engine/protocol/messages/37-create-partitions.ts';
import { IncrementalAlterConfigsRequest, type IncrementalAlterConfigsResponse } from '#engine/protocol/messages/44-incremental-alter-configs.ts';
import { AlterPartitionReassignmentsRequest, type AlterPartitionReassignmentsResponse } from '#engine/protocol/messages/45-alter-partition-reassignments.ts';
import { ListPartitionReassignmentsRequest, type ListPartitionReassignmentsResponse } from '#engine/protocol/messages/46-list-partition-reassignments.ts';
import { topicByName, topicOverrides, type PartitionImage } from '#engine/core/metadata/image.ts';
import { ControllerCluster } from '#engine/testing/controller-cluster.ts';
import { createTopic, liveBroker, proposeIsr, type TestBroker } from '#engine/testing/controller-requests.ts';

function clusterOf(brokers = 3, settings: Record<string, string> = {}): { cluster: ControllerCluster; brokers: TestBroker[] } {
  const cluster = new ControllerCluster({ voters: [1], settings: { 'metadata.max.idle.interval.ms': '0', ...settings } });
  return { cluster, brokers: Array.from({ length: brokers }, (_, index) => liveBroker(cluster, index + 1)) };
}

function partitionsOf(cluster: ControllerCluster, topic: string): PartitionImage[] {
  return topicByName(cluster.controller()!.image, topic)?.partitions ?? [];
}

function deleteTopics(cluster: ControllerCluster, topics: { name?: string | null; topicId?: string }[]): DeleteTopicsResponse['responses'] {
  return cluster.call<DeleteTopicsResponse>(ApiKey.DeleteTopics, 6, create(DeleteTopicsRequest, { topics })).responses;
}

function grow(cluster: ControllerCluster, count: number, assignments: { brokerIds: number[] }[] | null = null): CreatePartitionsResponse['results'][number] {
  const body = create(CreatePartitionsRequest, { topics: [{ name: 'orders', count, assignments }] });
  return cluster.call<CreatePartitionsResponse>(ApiKey.CreatePartitions, 3, body).results[0]!;
}

function alter(cluster: ControllerCluster, resourceType: number, resourceName: string, configs: [string, number, string | null][]): { errorCode: number; errorMessage: string | null } {
  const resources = [{ resourceType, resourceName, configs: configs.map(([name, configOperation, value]) => ({ name, configOperation, value })) }];
  return cluster.call<IncrementalAlterConfigsResponse>(ApiKey.IncrementalAlterConfigs, 1, create(IncrementalAlterConfigsRequest, { resources })).responses[0]!;
}

function reassign(cluster: ControllerCluster, replicas: number[] | null): { errorCode: number } {
  const body = create(AlterPartitionReassignmentsRequest, { topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, replicas }] }] });
  return cluster.call<AlterPartitionReassignmentsResponse>(ApiKey.AlterPartitionReassignments, 1, body).responses[0]!.partitions[0]!;
}

function moves(cluster: ControllerCluster): ListPartitionReassignmentsResponse['topics'] {
  return cluster.call<ListPartitionReassignmentsResponse>(ApiKey.ListPartitionReassignments, 0, create(ListPartitionReassignmentsRequest, {})).topics;
}

function moving() {
  const { cluster, brokers } = clusterOf(4);
  const assignments = [{ partitionIndex: 0, brokerIds: [1, 2, 3] }];
  const { topicId } = createTopic(cluster, 'orders', { numPartitions: -1, replicationFactor: -1, assignments });
  expect(reassign(cluster, [4, 2, 3]).errorCode).toBe(ErrorCode.NONE);
  return { cluster, brokers, topicId };
}

describe('a topic that is asked for twice in one request', () => {
  test('is answered once, refused, and neither created nor deleted', () => {
    const { cluster } = clusterOf();
    const body = create(CreateTopicsRequest, { topics: [1, 2].map((numPartitions) => ({ name: 'twice', numPartitions, replicationFactor: 1 })) });
    const created = cluster.call<CreateTopicsResponse>(ApiKey.CreateTopics, 7, body).topics;
    expect(created.map(({ errorCode, errorMessage }) => [errorCode, errorMessage])).toEqual([[ErrorCode.INVALID_REQUEST, 'Duplicate topic name.']]);
    expect(partitionsOf(cluster, 'twice')).toEqual([]);

    const { topicId } = createTopic(cluster, 'orders', { numPartitions: 1 });
    for (const other of [{ name: 'orders' }, { name: null, topicId }]) {
      expect(deleteTopics(cluster, [{ name: 'orders' }, other]).map(({ errorCode }) => errorCode)).toEqual([ErrorCode.INVALID_REQUEST]);
    }
    expect(partitionsOf(cluster, 'orders').length).toBe(1);
    expect(deleteTopics(cluster, [{ name: 'orders' }])[0]?.errorCode).toBe(ErrorCode.NONE);
  });
});

describe('creating topics', () => {
  test('every partition has its replicas, the live ones in the ISR, and the first one as leader', () => {
    const { cluster } = clusterOf();
    const answer = createTopic(cluster, 'orders', { numPartitions: 6 });
    expect(answer).toMatchObject({ errorCode: ErrorCode.NONE, numPartitions: 6, replicationFactor: 3 });
    const partitions = partitionsOf(cluster, 'orders');
    expect(partitions).toHaveLength(6);
    for (const { replicas, isr, leader, leaderEpoch } of partitions) expect([leader, leaderEpoch, isr]).toEqual([replicas[0], 0, replicas]);
  });

  test('-1 takes num.partitions and default.replication.factor', () => {
    const { cluster } = clusterOf(3, { 'num.partitions': '4', 'default.replication.factor': '2' });
    expect(createTopic(cluster, 'orders', { numPartitions: -1, replicationFactor: -1 })).toMatchObject({ numPartitions: 4, replicationFactor: 2 });
  });

  test('the answer tells the settings of the topic and where they come from', () => {
    const { cluster } = clusterOf();
    const { configs } = createTopic(cluster, 'orders', { configs: [{ name: 'retention.ms', value: '1000' }] });
    expect(configs).toHaveLength(33);
    expect(configs?.find((config) => config.name === 'retention.ms')).toMatchObject({ value: '1000', configSource: 1 });
    expect(configs?.find((config) => config.name === 'cleanup.policy')).toMatchObject({ value: 'delete', configSource: 5 });
    expect(topicOverrides(cluster.controller()!.image, 'orders')).toEqual({ 'retention.ms': '1000' });
  });

  test('validateOnly says what would be, and creates nothing', () => {
    const { cluster } = clusterOf();
    expect(createTopic(cluster, 'orders', {}, true).errorCode).toBe(ErrorCode.NONE);
    expect(partitionsOf(cluster, 'orders')).toEqual([]);
    expect(cluster.facts.some((fact) => fact.kind === 'topic.created')).toBe(false);
  });

  const refused: [string, DeepPartial<CreateTopicsRequest['topics'][number]> & { name?: string }, number, string][] = [
    ['more replicas than brokers', { replicationFactor: 4 }, ErrorCode.INVALID_REPLICATION_FACTOR, 'Unable to replicate the partition 4 time(s): The target replication factor of 4 cannot be reached because only 3 broker(s) are registered or some brokers have all their log directories cordoned.'],
    ['replication factor 0', { replicationFactor: 0 }, ErrorCode.INVALID_REPLICATION_FACTOR, 'Replication factor must be larger than 0, or -1 to use the default value.'],
    ['no partitions', { numPartitions: 0 }, ErrorCode.INVALID_PARTITIONS, 'Number of partitions was set to an invalid non-positive value.'],
    ['an empty name', { name: '' }, ErrorCode.INVALID_TOPIC_EXCEPTION, 'Topic name is invalid: the empty string is not allowed'],
    ['a name with a blank', { name: 'my topic' }, ErrorCode.INVALID_TOPIC_EXCEPTION, "Topic name is invalid: 'my topic' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"],
    ['a name of two dots', { name: '..' }, ErrorCode.INVALID_TOPIC_EXCEPTION, "Topic name is invalid: '..' is not allowed"],
    ['a name of 250 letters', { name: 'a'.repeat(250) }, ErrorCode.INVALID_TOPIC_EXCEPTION, `Topic name is invalid: the length of '${'a'.repeat(250)}' is longer than the max allowed length 249`],
    ['an unknown setting', { configs: [{ name: 'retention', value: '1' }] }, ErrorCode.INVALID_CONFIG, 'Unknown topic config name: retention'],
    ['a setting out of range', { configs: [{ name: 'min.insync.replicas', value: '0' }] }, ErrorCode.INVALID_CONFIG, 'Invalid value 0 for configuration min.insync.replicas: Value must be at least 1'],
    ['a setting without a value', { configs: [{ name: 'retention.ms', value: null }] }, ErrorCode.INVALID_CONFIG, 'Null value not supported for topic configs: retention.ms'],
    ['a compaction that must come before it may', { configs: [{ name: 'min.compaction.lag.ms', value: '20' }, { name: 'max.compaction.lag.ms', value: '10' }] }, ErrorCode.INVALID_CONFIG, 'conflict topic config setting min.compaction.lag.ms (20) > max.compaction.lag.ms (10)'],
    ['tiered storage', { configs: [{ name: 'remote.storage.enable', value: 'true' }] }, ErrorCode.INVALID_CONFIG, 'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.'],
    ['an assignment beside a factor', { assignments: [{ partitionIndex: 0, brokerIds: [1] }] }, ErrorCode.INVALID_REQUEST, 'A manual partition assignment was specified, but replication factor was not set to -1.'],
    ['an assignment to a stranger', { numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 0, brokerIds: [1, 9] }] }, ErrorCode.INVALID_REPLICA_ASSIGNMENT, 'The manual partition assignment includes broker 9, but no such broker is registered.'],
    ['an assignment with a repetition', { numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 0, brokerIds: [1, 1] }] }, ErrorCode.INVALID_REPLICA_ASSIGNMENT, 'The manual partition assignment includes the broker 1 more than once.'],
    ['an assignment with a hole', { numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 1, brokerIds: [1] }] }, ErrorCode.INVALID_REPLICA_ASSIGNMENT, 'partitions should be a consecutive 0-based integer sequence'],
  ];
  test.each(refused)('%s is refused with Kafka’s code and words', (_what, { name = 'orders', ...values }, errorCode, message) => {
    const { cluster } = clusterOf();
    const answer = createTopic(cluster, name, values);
    expect(answer.errorCode).toBe(errorCode);
    expect(answer.errorMessage).toContain(message);
    expect(cluster.controller()!.image.topics.size).toBe(0);
  });

  test('a second topic of the same name, or one that differs only in dot and underscore, is refused', () => {
    const { cluster } = clusterOf();
    createTopic(cluster, 'my.orders');
    expect(createTopic(cluster, 'my.orders')).toMatchObject({ errorCode: ErrorCode.TOPIC_ALREADY_EXISTS, errorMessage: "Topic 'my.orders' already exists." });
    expect(createTopic(cluster, 'my_orders')).toMatchObject({ errorCode: ErrorCode.INVALID_TOPIC_EXCEPTION, errorMessage: "Topic 'my_orders' collides with existing topic: my.orders" });
  });

  test('a topic that is refused does not hinder the others of the request', () => {
    const { cluster } = clusterOf();
    const topics = ['good', 'bad name', 'fine'].map((name) => ({ name, numPartitions: 1, replicationFactor: 1 }));
    const answer = cluster.call<CreateTopicsResponse>(ApiKey.CreateTopics, 7, create(CreateTopicsRequest, { topics }));
    expect(answer.topics.map((topic) => topic.errorCode)).toEqual([ErrorCode.NONE, ErrorCode.INVALID_TOPIC_EXCEPTION, ErrorCode.NONE]);
    expect([...cluster.controller()!.image.topicIds.keys()]).toEqual(['good', 'fine']);
  });

  test('while all brokers are fenced nothing can be placed', () => {
    const cluster = new ControllerCluster({ voters: [1] });
    expect(createTopic(cluster, 'orders', { replicationFactor: 1 })).toMatchObject({ errorCode: ErrorCode.INVALID_REPLICATION_FACTOR });
  });
});

describe('deleting topics', () => {
  test('by name and by id', () => {
    const { cluster } = clusterOf();
    const { topicId } = createTopic(cluster, 'orders');
    createTopic(cluster, 'payments');
    expect(deleteTopics(cluster, [{ topicId }, { name: 'payments' }]).map((topic) => [topic.name, topic.errorCode])).toEqual([
      ['orders', ErrorCode.NONE],
      ['payments', ErrorCode.NONE],
    ]);
    expect(cluster.controller()!.image.topics.size).toBe(0);
  });

  test('what does not exist is refused, by name and by id', () => {
    const { cluster } = clusterOf();
    expect(deleteTopics(cluster, [{ name: 'nothing' }])[0]?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    expect(deleteTopics(cluster, [{ topicId: 'c3Rvcnktb2YtYS10b3BpYw' }])[0]?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID);
  });

  test('delete.topic.enable=false keeps everything', () => {
    const { cluster } = clusterOf(3, { 'delete.topic.enable': 'false' });
    createTopic(cluster, 'orders');
    expect(deleteTopics(cluster, [{ name: 'orders' }])[0]?.errorCode).toBe(ErrorCode.TOPIC_DELETION_DISABLED);
    expect(partitionsOf(cluster, 'orders')).toHaveLength(1);
  });
});

describe('adding partitions', () => {
  test('the new ones come after the old ones, with the same replication factor', () => {
    const { cluster } = clusterOf();
    createTopic(cluster, 'orders', { numPartitions: 2, replicationFactor: 2 });
    const before = partitionsOf(cluster, 'orders').slice();
    expect(grow(cluster, 5).errorCode).toBe(ErrorCode.NONE);
    expect(partitionsOf(cluster, 'orders').slice(0, 2)).toEqual(before);
    expect(partitionsOf(cluster, 'orders').map((partition) => partition.replicas.length)).toEqual([2, 2, 2, 2, 2]);
  });

  test('a topic cannot shrink, nor be given what it has', () => {
    const { cluster } = clusterOf();
    createTopic(cluster, 'orders', { numPartitions: 2 });
    expect(grow(cluster, 2)).toMatchObject({ errorCode: ErrorCode.INVALID_PARTITIONS, errorMessage: 'Topic already has 2 partition(s).' });
    expect(grow(cluster, 1).errorMessage).toBe('The topic orders currently has 2 partition(s); 1 would not be an increase.');
    expect(grow(cluster, 4, [{ brokerIds: [1, 2, 3] }]).errorCode).toBe(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
  });
});

describe('changing settings', () => {
  const set = 0;
  const remove = 1;
  const append = 2;
  const subtract = 3;

  test('set, delete, and append to or subtract from a list', () => {
    const { cluster } = clusterOf();
    createTopic(cluster, 'orders');
    const settings = (): Record<string, string> => topicOverrides(cluster.controller()!.image, 'orders');
    alter(cluster, 2, 'orders', [['retention.ms', set, '1000'], ['cleanup.policy', append, 'compact']]);
    expect(settings()).toEqual({ 'retention.ms': '1000', 'cleanup.policy': 'delete,compact' });
    alter(cluster, 2, 'orders', [['retention.ms', remove, null], ['cleanup.policy', subtract, 'delete']]);
    expect(settings()).toEqual({ 'cleanup.policy': 'compact' });
    expect(alter(cluster, 2, 'orders', [['retention.ms', append, '1']]).errorCode).toBe(ErrorCode.INVALID_CONFIG);
  });

  test('one wrong value refuses the whole change of that resource', () => {
    const { cluster } = clusterOf();
    createTopic(cluster, 'orders');
    const answer = alter(cluster, 2, 'orders', [['retention.ms', set, '1000'], ['min.insync.replicas', set, 'two']]);
    expect(answer).toMatchObject({ errorCode: ErrorCode.INVALID_CONFIG, errorMessage: 'Invalid value two for configuration min.insync.replicas: Not a number of type INT' });
    expect(topicOverrides(cluster.controller()!.image, 'orders')).toEqual({});
  });

  test('what does not exist has no settings', () => {
    const { cluster } = clusterOf();
    expect(alter(cluster, 2, '', [['retention.ms', set, '1']])).toMatchObject({ errorCode: ErrorCode.INVALID_REQUEST, errorMessage: 'Default topic resources are not allowed.' });
    expect(alter(cluster, 2, 'a b', [['retention.ms', set, '1']]).errorCode).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION);
    expect(alter(cluster, 3, 'orders', [['retention.ms', set, '1']])).toMatchObject({ errorCode: ErrorCode.INVALID_REQUEST, errorMessage: 'Unknown resource type 3' });
    expect(alter(cluster, 2, 'nothing', [['retention.ms', set, '1']]).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    expect(alter(cluster, 4, '9', [['num.io.threads', set, '1']]).errorCode).toBe(ErrorCode.INVALID_REQUEST);
  });

  test('a broker takes only settings that can change while it runs', () => {
    const { cluster } = clusterOf();
    expect(alter(cluster, 4, '1', [['num.io.threads', set, '4']]).errorCode).toBe(ErrorCode.NONE);
    expect(alter(cluster, 4, '', [['log.retention.ms', set, '4000']]).errorCode).toBe(ErrorCode.NONE);
    // What Kafka does not know may be some plug-in's; what it knows must be right.
    expect(alter(cluster, 4, '1', [['my.own.setting', set, '1']]).errorCode).toBe(ErrorCode.NONE);
    expect(alter(cluster, 4, '1', [['num.io.threads', set, 'x']]).errorCode).toBe(ErrorCode.INVALID_REQUEST);
    expect(alter(cluster, 4, '', [['listeners', set, 'PLAINTEXT://:1']]).errorMessage).toBe('Cannot update these configs at default cluster level, broker id must be specified: [listeners]');
    expect(alter(cluster, 4, '', [['broker.session.timeout.ms', set, '4000']])).toMatchObject({
      errorCode: ErrorCode.INVALID_REQUEST,
      errorMessage: 'Cannot update these configs dynamically: [broker.session.timeout.ms]',
    });
  });

  test('a group’s settings lie within the broker’s bounds, and a subscription of metrics has an interval and patterns', () => {
    const { cluster } = clusterOf();
    expect(alter(cluster, 32, 'g', [['consumer.session.timeout.ms', set, '50000']]).errorCode).toBe(ErrorCode.NONE);
    expect(alter(cluster, 32, 'g', [['consumer.session.timeout.ms', set, '1']]).errorMessage).toBe('consumer.session.timeout.ms must be greater than or equal to group.consumer.min.session.timeout.ms');
    expect(alter(cluster, 32, 'g', [['streams.num.standby.replicas', set, '9']]).errorMessage).toBe('streams.num.standby.replicas must be less than or equal to group.streams.max.standby.replicas');
    expect(alter(cluster, 32, '', [['consumer.session.timeout.ms', set, '50000']]).errorCode).toBe(ErrorCode.INVALID_REQUEST);
    expect(alter(cluster, 16, 'm', [['interval.ms', set, '1000'], ['match', set, 'client_id=a.*']]).errorCode).toBe(ErrorCode.NONE);
    expect(alter(cluster, 16, 'm', [['interval.ms', set, '10']])).toMatchObject({ errorCode: ErrorCode.INVALID_REQUEST, errorMessage: 'Invalid value 10 for interval.ms, interval must be between 100 and 3600000 (1 hour)' });
    expect(alter(cluster, 16, 'm', [['match', set, 'client_id=[']])).toMatchObject({ errorCode: ErrorCode.INVALID_CONFIG, errorMessage: 'Illegal client matching pattern: client_id=[' });
    expect(alter(cluster, 16, 'm', [['no.such', set, '1']]).errorCode).toBe(ErrorCode.INVALID_REQUEST);
  });

  test('with eligible leader replicas, min.insync.replicas is one for the whole cluster, and a new one forgets who was eligible', () => {
    const { cluster, brokers } = clusterOf();
    const assignments = [{ partitionIndex: 0, brokerIds: [1, 2, 3] }];
    const { topicId } = createTopic(cluster, 'orders', { numPartitions: -1, replicationFactor: -1, assignments, configs: [{ name: 'min.insync.replicas', value: '3' }] });
    proposeIsr(cluster, brokers[0]!, topicId, brokers.slice(0, 2), { leaderEpoch: 0, partitionEpoch: 0 });
    expect(partitionsOf(cluster, 'orders')[0]?.elr).toEqual([3]);
    expect(alter(cluster, 4, '1', [['min.insync.replicas', set, '2']]).errorMessage).toBe('Broker-level min.insync.replicas cannot be altered while ELR is enabled.');
    expect(alter(cluster, 4, '', [['min.insync.replicas', remove, null]]).errorMessage).toBe('Cluster-level min.insync.replicas cannot be removed while ELR is enabled.');
    expect(alter(cluster, 4, '', [['min.insync.replicas', set, '2']]).errorCode).toBe(ErrorCode.NONE);
    expect(partitionsOf(cluster, 'orders')[0]?.elr).toEqual([]);
  });

  test('the old AlterConfigs sets back what it does not name', () => {
    const { cluster } = clusterOf();
    createTopic(cluster, 'orders', { configs: [{ name: 'retention.ms', value: '1' }, { name: 'segment.ms', value: '2' }] });
    const resources = [{ resourceType: 2, resourceName: 'orders', configs: [{ name: 'segment.ms', value: '3' }] }];
    cluster.call<AlterConfigsResponse>(ApiKey.AlterConfigs, 2, create(AlterConfigsRequest, { resources }));
    expect(topicOverrides(cluster.controller()!.image, 'orders')).toEqual({ 'segment.ms': '3' });
  });
});

describe('reassignments', () => {
  test('the partition has old and new replicas until the new ones are in the ISR; then the leader moves with them', () => {
    const { cluster, brokers, topicId } = moving();
    expect(partitionsOf(cluster, 'orders')[0]).toMatchObject({ replicas: [4, 2, 3, 1], addingReplicas: [4], removingReplicas: [1], leader: 1 });
    expect(moves(cluster)[0]?.partitions[0]).toMatchObject({ addingReplicas: [4], removingReplicas: [1] });
    const answer = proposeIsr(cluster, brokers[0]!, topicId, brokers, { leaderEpoch: 0, partitionEpoch: 1 });
    expect(answer.errorCode).toBe(ErrorCode.NEW_LEADER_ELECTED);
    expect(partitionsOf(cluster, 'orders')[0]).toMatchObject({ replicas: [4, 2, 3], isr: [2, 3, 4], addingReplicas: [], leader: 4 });
    expect(moves(cluster)).toEqual([]);
  });

  test('a move can be taken back; without one there is nothing to take back', () => {
    const { cluster } = moving();
    expect(reassign(cluster, null).errorCode).toBe(ErrorCode.NONE);
    expect(partitionsOf(cluster, 'orders')[0]).toMatchObject({ replicas: [2, 3, 1], addingReplicas: [], removingReplicas: [] });
    expect(reassign(cluster, null).errorCode).toBe(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);
  });

  test('a move to a broker that does not exist is refused', () => {
    const { cluster } = moving();
    expect(reassign(cluster, [9]).errorCode).toBe(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
  });
});
