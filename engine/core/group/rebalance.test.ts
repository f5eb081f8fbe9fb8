import { beforeEach, describe, expect, test } from 'vitest';
import { encodeAssignment, encodeSubscription } from '#engine/core/clients/consumer-protocol.ts';
import { TestCoordinator } from '#engine/core/group/test-coordinator.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { JoinGroupResponse } from '#engine/protocol/messages/11-join-group.ts';
import type { HeartbeatResponse } from '#engine/protocol/messages/12-heartbeat.ts';
import type { LeaveGroupResponse } from '#engine/protocol/messages/13-leave-group.ts';
import type { SyncGroupResponse } from '#engine/protocol/messages/14-sync-group.ts';
import type { DescribeGroupsResponse } from '#engine/protocol/messages/15-describe-groups.ts';

const subscription = (...topics: string[]) => encodeSubscription({ topics, userData: null, ownedPartitions: [], generationId: -1, rackId: null });
const joinBody = {
  groupId: 'g', sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 60_000, memberId: '', protocolType: 'consumer', protocols: [{ name: 'range', metadata: subscription('orders') }],
};
const assignmentOf = (partition: number) => encodeAssignment([{ topic: 'orders', partitions: [partition] }]);

let bench: TestCoordinator;
beforeEach(() => {
  bench = new TestCoordinator();
});

function stateOf(groupId = 'g'): string {
  return bench.ask<DescribeGroupsResponse>(ApiKey.DescribeGroups, { groups: [groupId] }).groups[0]!.groupState;
}
/** Both parts of a dynamic member's join: the id it is given, and its request with it. */
function join(values: Record<string, unknown> = {}): { memberId: string; request: number } {
  const first = bench.ask<JoinGroupResponse>(ApiKey.JoinGroup, { ...joinBody, ...values });
  expect(first.errorCode).toBe(ErrorCode.MEMBER_ID_REQUIRED);
  return { memberId: first.memberId, request: bench.send(ApiKey.JoinGroup, { ...joinBody, ...values, memberId: first.memberId }) };
}
function joined(request: number): JoinGroupResponse {
  const answer = bench.answerTo<JoinGroupResponse>(request);
  expect(answer).toBeDefined();
  return answer!;
}
function sync(memberId: string, generationId: number, assignments: { memberId: string; assignment: Uint8Array }[] = []): number {
  return bench.send(ApiKey.SyncGroup, { groupId: 'g', generationId, memberId, protocolType: 'consumer', protocolName: 'range', assignments });
}
function synced(request: number): SyncGroupResponse | undefined {
  return bench.answerTo<SyncGroupResponse>(request);
}
function heartbeat(memberId: string, generationId: number): number {
  return bench.ask<HeartbeatResponse>(ApiKey.Heartbeat, { groupId: 'g', generationId, memberId }).errorCode;
}
function refused(values: object): number {
  return bench.ask<JoinGroupResponse>(ApiKey.JoinGroup, { ...joinBody, ...values }).errorCode;
}
/** A stable group of two members; the first is the leader. */
function stableGroupOfTwo(): [string, string] {
  const a = join();
  const b = join();
  bench.advance(3000);
  bench.advance(3000);
  expect(joined(a.request)).toMatchObject({ errorCode: 0, generationId: 1, leader: a.memberId });
  sync(a.memberId, 1, [{ memberId: a.memberId, assignment: assignmentOf(0) }, { memberId: b.memberId, assignment: assignmentOf(1) }]);
  sync(b.memberId, 1);
  expect(stateOf()).toBe('Stable');
  return [a.memberId, b.memberId];
}

describe('a classic group', () => {
  test('gives a new dynamic member its id first, and keeps the group waiting for it', () => {
    const first = bench.ask<JoinGroupResponse>(ApiKey.JoinGroup, joinBody, { clientId: 'app' });
    expect(first).toMatchObject({ errorCode: ErrorCode.MEMBER_ID_REQUIRED, generationId: -1, members: [] });
    expect(first.memberId).toMatch(/^app-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(stateOf()).toBe('Empty');
  });

  test('lets a member of version 3 in at once, as it knows no second round', () => {
    const request = bench.send(ApiKey.JoinGroup, joinBody, { version: 3 });
    bench.advance(3000);
    expect(joined(request)).toMatchObject({ errorCode: 0, generationId: 1 });
  });

  test('completes its first join after group.initial.rebalance.delay.ms, not before', () => {
    const { memberId, request } = join();
    bench.advance(2999);
    expect(bench.answerTo(request)).toBeUndefined();
    expect(stateOf()).toBe('PreparingRebalance');
    bench.advance(1);
    expect(joined(request)).toMatchObject({
      errorCode: 0, generationId: 1, protocolType: 'consumer', protocolName: 'range', leader: memberId, memberId,
      members: [{ memberId, groupInstanceId: null, metadata: subscription('orders') }],
    });
    expect(stateOf()).toBe('CompletingRebalance');
  });

  test('prolongs the initial delay when another member arrives in it', () => {
    const a = join();
    bench.advance(2000);
    const b = join();
    bench.advance(1000);
    expect(bench.answerTo(a.request)).toBeUndefined();
    bench.advance(3000);
    expect(joined(a.request).members).toHaveLength(2);
    expect(joined(b.request)).toMatchObject({ members: [], leader: a.memberId, generationId: 1 });
  });

  test('hands the assignment on only when its record is committed', () => {
    const a = join();
    bench.advance(3000);
    bench.autoCommits = false;
    const request = sync(a.memberId, 1, [{ memberId: a.memberId, assignment: assignmentOf(2) }]);
    expect(synced(request)).toBeUndefined();
    expect(stateOf()).toBe('CompletingRebalance');
    bench.commit();
    expect(synced(request)).toMatchObject({ errorCode: 0, protocolName: 'range', assignment: assignmentOf(2) });
    expect(stateOf()).toBe('Stable');
    expect(bench.facts).toContainEqual(expect.objectContaining({
      kind: 'group.assigned', payload: { group: 'g', generation: 1, member: a.memberId, partitions: ['orders-2'] },
    }));
  });

  test('rebalances again when the assignment cannot be written', () => {
    const a = join();
    bench.advance(3000);
    bench.appendError = ErrorCode.NOT_ENOUGH_REPLICAS;
    const request = sync(a.memberId, 1, [{ memberId: a.memberId, assignment: assignmentOf(2) }]);
    expect(synced(request)).toMatchObject({ errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE });
    expect(stateOf()).toBe('PreparingRebalance');
  });

  test('refuses a sync of another generation, of another protocol and of a stranger', () => {
    const a = join();
    bench.advance(3000);
    const ask = (values: object) =>
      bench.ask<SyncGroupResponse>(ApiKey.SyncGroup, { groupId: 'g', generationId: 1, memberId: a.memberId, protocolType: 'consumer', protocolName: 'range', ...values }).errorCode;
    expect(ask({ generationId: 2 })).toBe(ErrorCode.ILLEGAL_GENERATION);
    expect(ask({ protocolName: 'roundrobin' })).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    expect(ask({ protocolType: 'connect' })).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    expect(ask({ memberId: 'nobody' })).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect(ask({ groupId: 'missing' })).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  test('tells its members of a rebalance by their heartbeats when another one joins', () => {
    const [a, b] = stableGroupOfTwo();
    expect(heartbeat(a, 1)).toBe(ErrorCode.NONE);
    const c = join();
    expect(stateOf()).toBe('PreparingRebalance');
    expect(heartbeat(a, 1)).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    const again = [a, b].map((memberId) => bench.send(ApiKey.JoinGroup, { ...joinBody, memberId }));
    expect(joined(c.request)).toMatchObject({ errorCode: 0, generationId: 2, leader: a });
    expect(again.map((request) => joined(request).members.length)).toEqual([3, 0]);
  });

  test('goes on without the members that do not rejoin within the rebalance timeout', () => {
    const [a, b] = stableGroupOfTwo();
    const c = join();
    const rejoin = bench.send(ApiKey.JoinGroup, { ...joinBody, memberId: b });
    // The silent leader's session ends long before the rebalance timeout does.
    bench.advance(9999);
    expect(bench.answerTo(rejoin)).toBeUndefined();
    bench.advance(1);
    expect(joined(rejoin)).toMatchObject({ generationId: 2, leader: b });
    expect(joined(c.request)).toMatchObject({ generationId: 2, leader: b });
    expect(heartbeat(a, 2)).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect(bench.facts).toContainEqual(expect.objectContaining({ kind: 'group.memberLeft', payload: { group: 'g', member: a, reason: 'session timed out' } }));
  });

  test('drops a member that beats but does not rejoin when the rebalance timeout is over', () => {
    const [a, b] = stableGroupOfTwo();
    join();
    const rejoin = bench.send(ApiKey.JoinGroup, { ...joinBody, memberId: b });
    for (let second = 0; second < 59; second += 1) {
      bench.advance(1000);
      expect(heartbeat(a, 1)).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    }
    expect(bench.answerTo(rejoin)).toBeUndefined();
    bench.advance(1000);
    expect(joined(rejoin)).toMatchObject({ generationId: 2, leader: b });
  });

  test('drops members that got the join and never sync', () => {
    const a = join();
    bench.advance(3000);
    for (let second = 0; second < 59; second += 1) {
      bench.advance(1000);
      expect(heartbeat(a.memberId, 1)).toBe(ErrorCode.NONE);
    }
    bench.advance(1000);
    expect(heartbeat(a.memberId, 1)).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect(stateOf()).toBe('Empty');
  });

  test('keeps a member whose join is parked for longer than its session', () => {
    const [a, b] = stableGroupOfTwo();
    bench.send(ApiKey.JoinGroup, { ...joinBody, memberId: a });
    for (let second = 0; second < 30; second += 1) {
      bench.advance(1000);
      expect(heartbeat(b, 1)).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    }
    const last = bench.send(ApiKey.JoinGroup, { ...joinBody, memberId: b });
    expect(joined(last)).toMatchObject({ generationId: 2, leader: a });
  });

  test('answers a follower that joins again unchanged with the current generation, and rebalances for the leader', () => {
    const [a, b] = stableGroupOfTwo();
    const follower = bench.send(ApiKey.JoinGroup, { ...joinBody, memberId: b });
    expect(joined(follower)).toMatchObject({ generationId: 1, leader: a, members: [] });
    expect(stateOf()).toBe('Stable');
    bench.send(ApiKey.JoinGroup, { ...joinBody, memberId: a });
    expect(stateOf()).toBe('PreparingRebalance');
  });

  test('rebalances when a follower subscribes to something else', () => {
    const [, b] = stableGroupOfTwo();
    bench.send(ApiKey.JoinGroup, { ...joinBody, memberId: b, protocols: [{ name: 'range', metadata: subscription('payments') }] });
    expect(stateOf()).toBe('PreparingRebalance');
  });

  test('chooses the assignor that every member supports and most prefer', () => {
    const metadata = subscription('orders');
    const a = join({ protocols: [{ name: 'sticky', metadata }, { name: 'range', metadata }, { name: 'roundrobin', metadata }] });
    join({ protocols: [{ name: 'roundrobin', metadata }, { name: 'range', metadata }] });
    join({ protocols: [{ name: 'roundrobin', metadata }, { name: 'range', metadata }] });
    bench.advance(6000);
    expect(joined(a.request).protocolName).toBe('roundrobin');
  });

  test('refuses a member that shares no assignor, or speaks another protocol type', () => {
    stableGroupOfTwo();
    expect(refused({ protocols: [{ name: 'mine', metadata: new Uint8Array() }] })).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    expect(refused({ protocolType: 'connect' })).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    expect(refused({ protocols: [] })).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
  });

  test('refuses session timeouts outside the broker limits, empty group ids and members of a group that is not there', () => {
    expect(refused({ sessionTimeoutMs: 5999 })).toBe(ErrorCode.INVALID_SESSION_TIMEOUT);
    expect(refused({ sessionTimeoutMs: 1_800_001 })).toBe(ErrorCode.INVALID_SESSION_TIMEOUT);
    expect(refused({ groupId: '' })).toBe(ErrorCode.INVALID_GROUP_ID);
    expect(refused({ memberId: 'left-over' })).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect(bench.recordCount).toBe(0);
  });

  test('lets no more members in than group.max.size', () => {
    bench.settings['group.max.size'] = 2;
    stableGroupOfTwo();
    expect(bench.ask<JoinGroupResponse>(ApiKey.JoinGroup, joinBody)).toMatchObject({ errorCode: ErrorCode.GROUP_MAX_SIZE_REACHED, memberId: '' });
  });

  test('becomes empty when its last member leaves, and says so in the log', () => {
    const [a, b] = stableGroupOfTwo();
    const recordsBefore = bench.recordCount;
    const leave = bench.ask<LeaveGroupResponse>(ApiKey.LeaveGroup, { groupId: 'g', members: [{ memberId: a }, { memberId: b }, { memberId: 'nobody' }] });
    expect(leave).toMatchObject({ errorCode: 0, members: [{ errorCode: 0 }, { errorCode: 0 }, { errorCode: ErrorCode.UNKNOWN_MEMBER_ID }] });
    expect(stateOf()).toBe('Empty');
    expect(bench.recordCount).toBe(recordsBefore + 1);
  });

  test('answers a leave of version 2 with the one error there is', () => {
    const [a] = stableGroupOfTwo();
    expect(bench.ask<LeaveGroupResponse>(ApiKey.LeaveGroup, { groupId: 'g', memberId: 'nobody' }, { version: 2 })).toMatchObject({ errorCode: ErrorCode.UNKNOWN_MEMBER_ID, members: [] });
    expect(bench.ask<LeaveGroupResponse>(ApiKey.LeaveGroup, { groupId: 'g', memberId: a }, { version: 2 })).toMatchObject({ errorCode: 0, members: [] });
    expect(stateOf()).toBe('PreparingRebalance');
  });

  test('forgets a member id that was given and never used', () => {
    bench.ask(ApiKey.JoinGroup, joinBody);
    const a = join();
    bench.advance(3000);
    expect(joined(a.request).generationId).toBe(1);
    expect(bench.state.partitions.get(0)?.groups.get('g')?.pendingJoinMembers.size).toBe(1);
    bench.advance(7000);
    expect(bench.state.partitions.get(0)?.groups.get('g')?.pendingJoinMembers.size).toBe(0);
  });
});

describe('a static member', () => {
  const instance = { groupInstanceId: 'i1' };

  function stableStaticGroup(): string {
    const request = bench.send(ApiKey.JoinGroup, { ...joinBody, ...instance });
    bench.advance(3000);
    const { memberId } = joined(request);
    expect(memberId).toMatch(/^i1-/);
    bench.send(ApiKey.SyncGroup, { groupId: 'g', generationId: 1, memberId, ...instance, protocolType: 'consumer', protocolName: 'range', assignments: [{ memberId, assignment: assignmentOf(3) }] });
    expect(stateOf()).toBe('Stable');
    return memberId;
  }

  test('joins without the second round, and comes back to its assignment without a rebalance', () => {
    const old = stableStaticGroup();
    const back = bench.ask<JoinGroupResponse>(ApiKey.JoinGroup, { ...joinBody, ...instance });
    expect(back).toMatchObject({ errorCode: 0, generationId: 1, skipAssignment: true, leader: back.memberId });
    expect(back.memberId).not.toBe(old);
    expect(stateOf()).toBe('Stable');
    const sync = bench.ask<SyncGroupResponse>(ApiKey.SyncGroup, { groupId: 'g', generationId: 1, memberId: back.memberId, ...instance, protocolType: 'consumer', protocolName: 'range' });
    expect(sync.assignment).toEqual(assignmentOf(3));
  });

  test('fences the member that had its instance id before', () => {
    const old = stableStaticGroup();
    bench.ask(ApiKey.JoinGroup, { ...joinBody, ...instance });
    const beat = bench.ask<HeartbeatResponse>(ApiKey.Heartbeat, { groupId: 'g', generationId: 1, memberId: old, ...instance });
    expect(beat.errorCode).toBe(ErrorCode.FENCED_INSTANCE_ID);
  });

  test('is told the old leader id before version 9, so that it does not assign', () => {
    const old = stableStaticGroup();
    const back = bench.ask<JoinGroupResponse>(ApiKey.JoinGroup, { ...joinBody, ...instance }, { version: 8 });
    expect(back).toMatchObject({ leader: old, members: [], skipAssignment: false });
  });

  test('keeps its old id when the new one cannot be written', () => {
    const old = stableStaticGroup();
    bench.appendError = ErrorCode.NOT_LEADER_OR_FOLLOWER;
    expect(bench.ask<JoinGroupResponse>(ApiKey.JoinGroup, { ...joinBody, ...instance })).toMatchObject({ errorCode: ErrorCode.NOT_COORDINATOR, memberId: '' });
    const beat = bench.ask<HeartbeatResponse>(ApiKey.Heartbeat, { groupId: 'g', generationId: 1, memberId: old, ...instance });
    expect(beat.errorCode).toBe(ErrorCode.NONE);
  });

  test('can be taken out by its instance id alone', () => {
    stableStaticGroup();
    const leave = bench.ask<LeaveGroupResponse>(ApiKey.LeaveGroup, { groupId: 'g', members: [{ memberId: '', ...instance }] });
    expect(leave.members).toEqual([{ memberId: '', groupInstanceId: 'i1', errorCode: 0 }]);
    expect(stateOf()).toBe('Empty');
  });
});
