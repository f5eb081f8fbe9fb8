import { beforeEach, describe, expect, test } from 'vitest';
import { encodeSubscription } from '#engine/core/clients/consumer-protocol.ts';
import { TestCoordinator, topicIdFor } from '#engine/core/group/test-coordinator.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { OffsetCommitResponse } from '#engine/protocol/messages/08-offset-commit.ts';
import type { OffsetFetchResponse } from '#engine/protocol/messages/09-offset-fetch.ts';
import type { FindCoordinatorResponse } from '#engine/protocol/messages/10-find-coordinator.ts';
import type { JoinGroupResponse } from '#engine/protocol/messages/11-join-group.ts';
import type { HeartbeatResponse } from '#engine/protocol/messages/12-heartbeat.ts';
import type { DescribeGroupsResponse } from '#engine/protocol/messages/15-describe-groups.ts';
import type { ListGroupsResponse } from '#engine/protocol/messages/16-list-groups.ts';
import type { DeleteGroupsResponse } from '#engine/protocol/messages/42-delete-groups.ts';
import type { OffsetDeleteResponse } from '#engine/protocol/messages/47-offset-delete.ts';
import { OffsetCommitValue } from '#engine/protocol/records/consumer-offsets-records.ts';
import { decodeCoordinatorValue } from '#engine/protocol/records/coordinator-record-frame.ts';
import { decodeRecords } from '#engine/protocol/record-batch.ts';

let bench: TestCoordinator;
beforeEach(() => {
  bench = new TestCoordinator();
});

const noMember = { groupId: 'g', generationIdOrMemberEpoch: -1, memberId: '' };
function partition(partitionIndex: number, committedOffset: bigint, committedMetadata: string | null = null) {
  return { partitionIndex, committedOffset, committedLeaderEpoch: 3, committedMetadata };
}
function commitOf(partitions: ReturnType<typeof partition>[], values: object = {}): Record<string, unknown> {
  return { ...noMember, topics: [{ name: 'orders', topicId: topicIdFor('orders'), partitions }], ...values };
}
function commit(partitions: ReturnType<typeof partition>[], values: object = {}): number[] {
  const answer = bench.ask<OffsetCommitResponse>(ApiKey.OffsetCommit, commitOf(partitions, values));
  return answer.topics.flatMap((topic) => topic.partitions.map(({ errorCode }) => errorCode));
}
function fetchBody({ requireStable = false, topics = [{ topicId: topicIdFor('orders'), partitionIndexes: [0, 1] }] as unknown[] | null, groupId = 'g' } = {}) {
  return { groups: [{ groupId, topics }], requireStable };
}
/** "0@5": partition 0 has committed offset 5. */
function offsetsIn(answer: OffsetFetchResponse): string[] {
  return answer.groups.flatMap(({ topics }) => topics.flatMap(({ partitions }) => partitions.map(({ partitionIndex, committedOffset }) => `${partitionIndex}@${committedOffset}`)));
}
function fetched(): string[] {
  return offsetsIn(bench.ask<OffsetFetchResponse>(ApiKey.OffsetFetch, fetchBody()));
}
function describeMissing(version: number) {
  return bench.ask<DescribeGroupsResponse>(ApiKey.DescribeGroups, { groups: ['gone'] }, { version }).groups[0];
}
function list(filters: Record<string, unknown>): string[] {
  return bench.ask<ListGroupsResponse>(ApiKey.ListGroups, filters).groups.map(({ groupId }) => groupId);
}
function stableMember(sessionTimeoutMs = 10_000): string {
  const metadata = encodeSubscription({ topics: ['orders'], userData: null, ownedPartitions: [], generationId: -1, rackId: null });
  const body = { groupId: 'g', sessionTimeoutMs, rebalanceTimeoutMs: 60_000, protocolType: 'consumer', protocols: [{ name: 'range', metadata }] };
  const request = bench.send(ApiKey.JoinGroup, body, { version: 3 });
  bench.advance(3000);
  const { memberId } = bench.answerTo<JoinGroupResponse>(request)!;
  bench.ask(ApiKey.SyncGroup, { groupId: 'g', generationId: 1, memberId, protocolType: 'consumer', protocolName: 'range', assignments: [] });
  return memberId;
}

describe('committed offsets', () => {
  test('come back with their leader epoch and metadata, and as -1 where there are none', () => {
    expect(commit([partition(0, 5n, 'a note')])).toEqual([0]);
    const answer = bench.ask<OffsetFetchResponse>(ApiKey.OffsetFetch, fetchBody());
    expect(answer.groups[0]!.topics[0]!.partitions).toEqual([
      { partitionIndex: 0, committedOffset: 5n, committedLeaderEpoch: 3, metadata: 'a note', errorCode: 0 },
      { partitionIndex: 1, committedOffset: -1n, committedLeaderEpoch: -1, metadata: '', errorCode: 0 },
    ]);
  });

  test('are named by topic up to version 9 and by id from 10 on, whichever way they were committed', () => {
    commit([partition(1, 9_223_372_036_854_775_807n)]);
    const byName = bench.ask<OffsetFetchResponse>(ApiKey.OffsetFetch, { groups: [{ groupId: 'g', topics: [{ name: 'orders', partitionIndexes: [1] }] }] }, { version: 8 });
    expect(byName.groups[0]!.topics[0]).toMatchObject({ name: 'orders', partitions: [{ committedOffset: 9_223_372_036_854_775_807n }] });
    const single = bench.ask<OffsetFetchResponse>(ApiKey.OffsetFetch, { groupId: 'g', topics: [{ name: 'orders', partitionIndexes: [1] }] }, { version: 7 });
    expect(single).toMatchObject({ errorCode: 0, groups: [], topics: [{ name: 'orders', partitions: [{ partitionIndex: 1, committedOffset: 9_223_372_036_854_775_807n }] }] });
  });

  test('are all told when no topics are named', () => {
    commit([partition(2, 7n)]);
    expect(offsetsIn(bench.ask<OffsetFetchResponse>(ApiKey.OffsetFetch, fetchBody({ topics: null })))).toEqual(['2@7']);
    expect(offsetsIn(bench.ask<OffsetFetchResponse>(ApiKey.OffsetFetch, fetchBody({ topics: null, groupId: 'other' })))).toEqual([]);
  });

  test('are answered, and visible to others, only below the high watermark', () => {
    bench.autoCommits = false;
    const request = bench.send(ApiKey.OffsetCommit, commitOf([partition(0, 5n)]));
    expect(bench.answerTo(request)).toBeUndefined();
    expect(fetched()).toEqual(['0@-1', '1@-1']);
    const stable = bench.send(ApiKey.OffsetFetch, fetchBody({ requireStable: true }));
    expect(bench.answerTo(stable)).toBeUndefined();
    bench.commit();
    expect(bench.answerTo<OffsetCommitResponse>(request)!.topics[0]!.partitions).toEqual([{ partitionIndex: 0, errorCode: 0 }]);
    expect(offsetsIn(bench.answerTo<OffsetFetchResponse>(stable)!)).toEqual(['0@5', '1@-1']);
    expect(fetched()).toEqual(['0@5', '1@-1']);
    expect(bench.facts).toContainEqual({
      kind: 'group.offsetCommitted', payload: { group: 'g', topic: 'orders', partition: 0, offset: 5n }, why: { rule: 'offsets-visible-below-high-watermark' },
    });
  });

  test('are refused with COORDINATOR_NOT_AVAILABLE after offsets.commit.timeout.ms, and count all the same once they commit', () => {
    bench.autoCommits = false;
    const request = bench.send(ApiKey.OffsetCommit, commitOf([partition(0, 5n)]));
    bench.advance(4999);
    expect(bench.answerTo(request)).toBeUndefined();
    bench.advance(1);
    expect(bench.answerTo<OffsetCommitResponse>(request)!.topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE);
    bench.commit();
    expect(fetched()).toEqual(['0@5', '1@-1']);
  });

  test('name the partitions and topics that do not exist, and keep the others', () => {
    // Kafka puts first what the broker refuses without asking the coordinator.
    expect(commit([partition(0, 1n), partition(4, 1n)])).toEqual([ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, 0]);
    expect(commit([], { topics: [{ topicId: topicIdFor('gone'), partitions: [partition(0, 1n)] }] })).toEqual([ErrorCode.UNKNOWN_TOPIC_ID]);
    const old = bench.ask<OffsetCommitResponse>(ApiKey.OffsetCommit, { ...noMember, topics: [{ name: 'gone', partitions: [partition(0, 1n)] }] }, { version: 9 });
    expect(old.topics).toMatchObject([{ name: 'gone', partitions: [{ errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }] }]);
    expect(fetched()).toEqual(['0@1', '1@-1']);
  });

  test('refuse metadata longer than offset.metadata.max.bytes, and no other partition for it', () => {
    expect(commit([partition(0, 1n, 'x'.repeat(4097)), partition(1, 2n, 'x'.repeat(4096))])).toEqual([ErrorCode.OFFSET_METADATA_TOO_LARGE, 0]);
    expect(fetched()).toEqual(['0@-1', '1@2']);
  });

  test('are the members own: strangers and old generations cannot commit', () => {
    const memberId = stableMember();
    expect(commit([partition(0, 1n)])).toEqual([ErrorCode.UNKNOWN_MEMBER_ID]);
    expect(commit([partition(0, 1n)], { memberId: 'nobody', generationIdOrMemberEpoch: 1 })).toEqual([ErrorCode.UNKNOWN_MEMBER_ID]);
    expect(commit([partition(0, 1n)], { memberId, generationIdOrMemberEpoch: 0 })).toEqual([ErrorCode.ILLEGAL_GENERATION]);
    expect(commit([partition(0, 1n)], { memberId, generationIdOrMemberEpoch: 1 })).toEqual([0]);
    expect(commit([partition(0, 1n)], { groupId: 'unknown', memberId, generationIdOrMemberEpoch: 1 })).toEqual([ErrorCode.GROUP_ID_NOT_FOUND]);
  });

  test('keep a member of a stable group alive as a heartbeat does', () => {
    const memberId = stableMember();
    for (let round = 0; round < 3; round += 1) {
      bench.advance(8000);
      expect(commit([partition(0, 1n)], { memberId, generationIdOrMemberEpoch: 1 })).toEqual([0]);
    }
    bench.advance(10_000);
    expect(commit([partition(0, 1n)], { memberId, generationIdOrMemberEpoch: 1 })).toEqual([ErrorCode.UNKNOWN_MEMBER_ID]);
  });

  test('say why they could not be written, in the words of the group protocol', () => {
    const errors = [ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.KAFKA_STORAGE_ERROR].map((error) => {
      bench.appendError = error;
      return commit([partition(0, 5n)]);
    });
    expect(errors).toEqual([[ErrorCode.COORDINATOR_NOT_AVAILABLE], [ErrorCode.NOT_COORDINATOR], [ErrorCode.UNKNOWN_SERVER_ERROR], [ErrorCode.NOT_COORDINATOR]]);
    expect(fetched()).toEqual(['0@-1', '1@-1']);
  });
});

describe('expiry', () => {
  const weekMs = 7 * 24 * 3_600_000;

  test('takes offsets of a group without members after offsets.retention.minutes, and then the group', () => {
    commit([partition(0, 5n)]);
    bench.advance(weekMs - 600_000);
    expect(fetched()).toEqual(['0@5', '1@-1']);
    bench.advance(1_200_000);
    expect(fetched()).toEqual(['0@-1', '1@-1']);
    expect(bench.ask<ListGroupsResponse>(ApiKey.ListGroups, {}).groups).toEqual([]);
  });

  test('counts from the moment the group became empty, not from the commit', () => {
    const memberId = stableMember(1_800_000);
    expect(commit([partition(0, 5n)], { memberId, generationIdOrMemberEpoch: 1 })).toEqual([0]);
    for (let halfHour = 0; halfHour < 8 * 48; halfHour += 1) {
      bench.advance(1_800_000 - 1);
      expect(bench.ask<HeartbeatResponse>(ApiKey.Heartbeat, { groupId: 'g', generationId: 1, memberId }).errorCode).toBe(0);
    }
    bench.ask(ApiKey.LeaveGroup, { groupId: 'g', members: [{ memberId }] });
    bench.advance(weekMs - 600_000);
    expect(fetched()).toEqual(['0@5', '1@-1']);
    bench.advance(1_200_000);
    expect(fetched()).toEqual(['0@-1', '1@-1']);
  });

  test('obeys the retention that a commit of version 2 brings with it', () => {
    bench.ask(ApiKey.OffsetCommit, { ...noMember, retentionTimeMs: 1000n, topics: [{ name: 'orders', partitions: [partition(0, 5n)] }] }, { version: 2 });
    expect(fetched()).toEqual(['0@5', '1@-1']);
    bench.advance(600_000);
    expect(fetched()).toEqual(['0@-1', '1@-1']);
  });

  test('takes the offsets of a deleted topic at once', () => {
    commit([partition(0, 5n)]);
    bench.deleteTopics('orders');
    expect(fetched()).toEqual(['0@-1', '1@-1']);
  });
});

describe('groups as an administrator sees them', () => {
  test('are found at the leader of their offsets partition, or their topic is asked for', () => {
    const found = bench.ask<FindCoordinatorResponse>(ApiKey.FindCoordinator, { keyType: 0, coordinatorKeys: ['g'] });
    expect(found.coordinators).toEqual([{ key: 'g', nodeId: 1, host: 'localhost', port: 9092, errorCode: 0, errorMessage: '' }]);
    bench.host.offsetsPartitionCount = () => 0;
    const old = bench.ask<FindCoordinatorResponse>(ApiKey.FindCoordinator, { key: 'g' }, { version: 1 });
    expect(old).toMatchObject({ errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE, nodeId: -1, host: '', port: -1 });
    expect(bench.offsetsTopicWanted).toBe(1);
  });

  test('are Dead without an error up to DescribeGroups 5 and not found from 6 on when they do not exist', () => {
    expect(describeMissing(5)).toMatchObject({ errorCode: 0, groupState: 'Dead', members: [] });
    expect(describeMissing(6)).toMatchObject({ errorCode: ErrorCode.GROUP_ID_NOT_FOUND, errorMessage: 'Group gone not found.', groupState: 'Dead' });
  });

  test('tell their members with client id and host while stable', () => {
    const memberId = stableMember();
    const group = bench.ask<DescribeGroupsResponse>(ApiKey.DescribeGroups, { groups: ['g'], includeAuthorizedOperations: true }).groups[0]!;
    expect(group).toMatchObject({
      groupState: 'Stable', protocolType: 'consumer', protocolData: 'range', authorizedOperations: 3400,
      members: [{ memberId, clientId: 'client', clientHost: '/127.0.0.1' }],
    });
    expect(group.members[0]!.memberMetadata.length).toBeGreaterThan(0);
  });

  test('are listed by state and by type, whatever the case', () => {
    stableMember();
    commit([partition(0, 1n)], { groupId: 'simple' });
    expect(list({})).toEqual(['g', 'simple']);
    expect(list({ statesFilter: ['stable'] })).toEqual(['g']);
    expect(list({ statesFilter: ['Empty'], typesFilter: ['CLASSIC'] })).toEqual(['simple']);
    expect(list({ typesFilter: ['share'] })).toEqual([]);
  });

  test('can be deleted once they are empty, offsets and all', () => {
    const memberId = stableMember();
    commit([partition(0, 5n)], { memberId, generationIdOrMemberEpoch: 1 });
    const remove = () => bench.ask<DeleteGroupsResponse>(ApiKey.DeleteGroups, { groupsNames: ['g', 'gone', ''] }).results.map(({ errorCode }) => errorCode);
    expect(remove()).toEqual([ErrorCode.NON_EMPTY_GROUP, ErrorCode.GROUP_ID_NOT_FOUND, ErrorCode.GROUP_ID_NOT_FOUND]);
    bench.ask(ApiKey.LeaveGroup, { groupId: 'g', members: [{ memberId }] });
    expect(remove()).toEqual([0, ErrorCode.GROUP_ID_NOT_FOUND, ErrorCode.GROUP_ID_NOT_FOUND]);
    expect(fetched()).toEqual(['0@-1', '1@-1']);
    bench.restart();
    expect(bench.ask<ListGroupsResponse>(ApiKey.ListGroups, {}).groups).toEqual([]);
    expect(fetched()).toEqual(['0@-1', '1@-1']);
  });

  test('lose single offsets, unless a member consumes the topic', () => {
    commit([partition(0, 5n), partition(1, 6n)]);
    const remove = (name: string, partitionIndex: number) =>
      bench.ask<OffsetDeleteResponse>(ApiKey.OffsetDelete, { groupId: 'g', topics: [{ name, partitions: [{ partitionIndex }] }] }).topics[0]?.partitions[0]?.errorCode;
    expect(remove('orders', 0)).toBe(0);
    expect(remove('orders', 9)).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    expect(fetched()).toEqual(['0@-1', '1@6']);
    stableMember();
    expect(remove('orders', 1)).toBe(ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC);
    expect(remove('payments', 1)).toBe(0);
    expect(bench.ask<OffsetDeleteResponse>(ApiKey.OffsetDelete, { groupId: 'gone', topics: [] }).errorCode).toBe(ErrorCode.GROUP_ID_NOT_FOUND);
  });
});

describe('a coordinator that moves', () => {
  test('loads groups, members and offsets from the log, and gives members a whole session', () => {
    const memberId = stableMember();
    commit([partition(0, 5n)], { memberId, generationIdOrMemberEpoch: 1 });
    bench.advance(8000);
    bench.restart();
    expect(fetched()).toEqual(['0@5', '1@-1']);
    bench.advance(9000);
    expect(bench.ask<HeartbeatResponse>(ApiKey.Heartbeat, { groupId: 'g', generationId: 1, memberId }).errorCode).toBe(0);
    bench.advance(10_000);
    expect(bench.ask<HeartbeatResponse>(ApiKey.Heartbeat, { groupId: 'g', generationId: 1, memberId }).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  test('answers COORDINATOR_LOAD_IN_PROGRESS while it loads, and heartbeats well', () => {
    const memberId = stableMember();
    for (let offset = 0n; offset < 5n; offset += 1n) commit([partition(0, offset)], { memberId, generationIdOrMemberEpoch: 1 });
    bench.resign();
    bench.elect({ epoch: 3, load: false });
    expect(commit([partition(0, 9n)])).toEqual([ErrorCode.COORDINATOR_LOAD_IN_PROGRESS]);
    expect(bench.ask<OffsetFetchResponse>(ApiKey.OffsetFetch, fetchBody()).groups[0]!.errorCode).toBe(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    expect(bench.ask<ListGroupsResponse>(ApiKey.ListGroups, {}).errorCode).toBe(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    expect(bench.ask<HeartbeatResponse>(ApiKey.Heartbeat, { groupId: 'g', generationId: 1, memberId }).errorCode).toBe(0);
    bench.advance(0);
    expect(fetched()).toEqual(['0@4', '1@-1']);
  });

  test('shows what it loaded from above the high watermark only when that has passed', () => {
    bench.autoCommits = false;
    bench.send(ApiKey.OffsetCommit, commitOf([partition(0, 5n)]));
    bench.restart();
    expect(fetched()).toEqual(['0@-1', '1@-1']);
    bench.commit();
    expect(fetched()).toEqual(['0@5', '1@-1']);
  });

  test('tells everybody who waits that it is not the coordinator any more', () => {
    const memberId = stableMember();
    const join = bench.send(ApiKey.JoinGroup, { groupId: 'h', sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 60_000, protocolType: 'consumer', protocols: [{ name: 'range', metadata: new Uint8Array() }] }, { version: 3 });
    bench.autoCommits = false;
    const pending = bench.send(ApiKey.OffsetCommit, commitOf([partition(0, 5n)], { memberId, generationIdOrMemberEpoch: 1 }));
    bench.resign();
    expect(bench.answerTo<JoinGroupResponse>(join)!.errorCode).toBe(ErrorCode.NOT_COORDINATOR);
    expect(bench.answerTo<OffsetCommitResponse>(pending)!.topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.NOT_COORDINATOR);
    expect(bench.ask<HeartbeatResponse>(ApiKey.Heartbeat, { groupId: 'g', generationId: 1, memberId }).errorCode).toBe(ErrorCode.NOT_COORDINATOR);
    for (const kind of ['group.session', 'group.join', 'group.sync', 'group.append', 'group.expire', 'group.load']) expect(bench.isArmed(kind)).toBe(false);
    expect(bench.state.partitions.size + bench.state.pendingAppends.size + bench.state.gatherings.size).toBe(0);
  });

  test('is the same coordinator after a new epoch without a break', () => {
    const memberId = stableMember();
    bench.elect({ epoch: 7 });
    expect(bench.ask<HeartbeatResponse>(ApiKey.Heartbeat, { groupId: 'g', generationId: 1, memberId }).errorCode).toBe(0);
  });
});

test('a group whose first record cannot be written is not there', () => {
  bench.appendError = ErrorCode.NOT_ENOUGH_REPLICAS;
  const body = { groupId: 'g', sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 60_000, protocolType: 'consumer', protocols: [{ name: 'range', metadata: new Uint8Array() }] };
  expect(bench.ask<JoinGroupResponse>(ApiKey.JoinGroup, body, { version: 3 }).errorCode).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  expect(bench.ask<ListGroupsResponse>(ApiKey.ListGroups, {}).groups).toEqual([]);
  expect(bench.isArmed('group.join') || bench.isArmed('group.session')).toBe(false);
});

test('the state is plain data that can be cloned', () => {
  stableMember();
  bench.autoCommits = false;
  bench.send(ApiKey.OffsetCommit, commitOf([partition(0, 5n)], { generationIdOrMemberEpoch: 1, memberId: stableMemberId() }));
  expect(structuredClone(bench.state)).toEqual(bench.state);
});

function stableMemberId(): string {
  return [...(bench.state.partitions.get(0)?.groups.get('g')?.members.keys() ?? [])][0]!;
}

test('the records are those of Kafka 4.3: GroupMetadata in version 3, OffsetCommit in version 4 with the topic id', () => {
  const memberId = stableMember();
  commit([partition(0, 5n)], { memberId, generationIdOrMemberEpoch: 1 });
  const written = bench.log.batches.flatMap((batch) => [...decodeRecords(batch, 0)]).map(({ key, value }) => [new DataView(key!.buffer, key!.byteOffset).getInt16(0), new DataView(value!.buffer, value!.byteOffset).getInt16(0)]);
  // The group is created empty, then its assignment is stored, then the offset.
  expect(written).toEqual([[2, 3], [2, 3], [1, 4]]);
  const offset = [...decodeRecords(bench.log.batches.at(-1)!, 0)][0]!;
  expect(decodeCoordinatorValue(OffsetCommitValue, offset.value!)).toMatchObject({ offset: 5n, leaderEpoch: 3, topicId: topicIdFor('orders') });
});
