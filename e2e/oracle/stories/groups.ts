/** Classic groups: joining, syncing, beating, leaving, static members, and everything that is refused on the way. */
import type { AskOptions, Body, Session } from '../session.ts';
import { coordinatorOf } from './scene.ts';
import type { Story } from './story.ts';

const protocol = (name: string, metadata = [1, 2, 3]): Body => ({ name, metadata: new Uint8Array(metadata) });

export function joinBody(groupId: string, more: Body = {}): Body {
  return { groupId, sessionTimeoutMs: 30_000, rebalanceTimeoutMs: 30_000, memberId: '', protocolType: 'consumer', protocols: [protocol('range')], ...more };
}

/** A group of one that is stable: its member id. */
export async function stableGroup(session: Session, groupId: string, options: AskOptions, more: Body = {}, assignment: Uint8Array = new Uint8Array([9])): Promise<string> {
  const given = await session.call('JoinGroup', 5, joinBody(groupId, more), options);
  const memberId = given['memberId'] as string;
  const joined = given['errorCode'] === 79 ? await session.call('JoinGroup', 5, joinBody(groupId, { ...more, memberId }), options) : given;
  if (joined['errorCode'] !== 0) throw new Error(`${session.side}: ${groupId} could not be joined: ${JSON.stringify(joined, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))}`);
  await session.call('SyncGroup', 3, { groupId, generationId: joined['generationId'], memberId, assignments: [{ memberId, assignment }] }, options);
  return memberId;
}

export const groupStories: Story[] = [
  {
    name: 'find coordinator',
    async tell(session) {
      for (let version = 0; version <= 3; version += 1) await session.ask(`of a group v${version}`, 'FindCoordinator', version, { key: 'find-1', keyType: 0 });
      for (let version = 4; version <= 6; version += 1) await session.ask(`of groups v${version}`, 'FindCoordinator', version, { keyType: 0, coordinatorKeys: ['find-1', 'find-2', 'find-1', ''] });
      await session.ask('of nothing', 'FindCoordinator', 6, { keyType: 0, coordinatorKeys: [] });
      await session.ask('of the empty name', 'FindCoordinator', 3, { key: '', keyType: 0 });
      for (const keyType of [3, -1, 127]) await session.ask(`of type ${keyType}`, 'FindCoordinator', 6, { keyType, coordinatorKeys: ['find-1'] });
      await session.ask('of a share group', 'FindCoordinator', 6, { keyType: 2, coordinatorKeys: ['a:b:0'] });
    },
  },
  {
    name: 'join group',
    async tell(session) {
      const group = 'join-1';
      const broker = await coordinatorOf(session, group);
      const other = (broker % 3) + 1;
      const ask = (label: string, more: Body = {}, version = 9, at = broker) => session.ask(label, 'JoinGroup', version, joinBody(group, more), { broker: at, withinMs: 4000 });
      await ask('at another broker', {}, 9, other);
      await ask('with no group', { groupId: '' });
      for (const sessionTimeoutMs of [0, -1, 5999, 1_800_001]) await ask(`session timeout ${sessionTimeoutMs}`, { sessionTimeoutMs });
      await ask('no protocols', { protocols: [] });
      await ask('no protocol type', { protocolType: '' });
      await ask('an unknown member', { memberId: 'nobody' });
      await ask('an unknown member of version 0', { memberId: 'nobody' }, 0);
      await ask('an empty instance', { groupInstanceId: '' });
      for (const instance of ['.', 'a b', 'x'.repeat(250)]) await ask(`instance "${instance.slice(0, 4)}"`, { groupInstanceId: instance });
      for (const version of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
        const groupId = `join-v${version}`;
        const at = { broker: await coordinatorOf(session, groupId) };
        const first = await session.ask(`first v${version}`, 'JoinGroup', version, joinBody(groupId), at);
        const memberId = first['memberId'] as string;
        if (version >= 4) await session.ask(`second v${version}`, 'JoinGroup', version, joinBody(groupId, { memberId }), at);
        await session.ask(`sync v${version}`, 'SyncGroup', Math.min(version, 5), { groupId, generationId: 1, memberId, protocolType: 'consumer', protocolName: 'range', assignments: [{ memberId, assignment: new Uint8Array([7]) }] }, at);
        await session.ask(`beat v${version}`, 'Heartbeat', Math.min(version, 4), { groupId, generationId: 1, memberId }, at);
        await session.ask(`describe v${version}`, 'DescribeGroups', Math.min(version, 6), { groups: [groupId], includeAuthorizedOperations: version % 2 === 1 }, at);
        await session.ask(`leave v${version}`, 'LeaveGroup', Math.min(version, 5), { groupId, memberId, members: [{ memberId }] }, at);
        await session.ask(`describe when left v${version}`, 'DescribeGroups', Math.min(version, 6), { groups: [groupId] }, at);
      }
    },
  },
  {
    name: 'stable group',
    async tell(session) {
      const group = 'stable-1';
      const at = { broker: await coordinatorOf(session, group) };
      const memberId = await stableGroup(session, group, at);
      const wrong: Record<string, Body> = {
        right: {},
        'an older generation': { generationId: 0 },
        'a newer generation': { generationId: 2 },
        'generation -1': { generationId: -1 },
        'an unknown member': { memberId: 'nobody' },
        'no member': { memberId: '' },
        'an unknown group': { groupId: 'stable-none' },
        'no group': { groupId: '' },
        'an unknown instance': { groupInstanceId: 'nobody' },
      };
      for (const [label, more] of Object.entries(wrong)) {
        const body = { groupId: group, generationId: 1, memberId, ...more };
        await session.ask(`beat: ${label}`, 'Heartbeat', 4, body, at);
        await session.ask(`sync: ${label}`, 'SyncGroup', 5, { ...body, protocolType: 'consumer', protocolName: 'range', assignments: [] }, at);
        await session.ask(`commit: ${label}`, 'OffsetCommit', 9, { groupId: group, memberId, generationIdOrMemberEpoch: 1, ...(more['generationId'] === undefined ? more : { generationIdOrMemberEpoch: more['generationId'] }), topics: [] }, at);
      }
      for (const [protocolType, protocolName] of [['connect', 'range'], ['consumer', 'roundrobin'], [null, null]] as const) {
        await session.ask(`sync: type ${protocolType}, name ${protocolName}`, 'SyncGroup', 5, { groupId: group, generationId: 1, memberId, protocolType, protocolName, assignments: [] }, at);
      }
      await session.ask('join of another type', 'JoinGroup', 9, joinBody(group, { protocolType: 'connect' }), at);
      await session.ask('join with no protocol in common', 'JoinGroup', 9, joinBody(group, { protocols: [protocol('mine')] }), at);
      await session.ask('describe', 'DescribeGroups', 6, { groups: [group] }, at);
      await session.ask('describe twice', 'DescribeGroups', 6, { groups: [group, group, 'stable-none', ''] }, at);
      for (const version of [0, 3, 4, 5]) await session.ask(`list v${version}`, 'ListGroups', version, { statesFilter: ['Stable'], typesFilter: ['classic'] }, at);
      for (const filter of [['stable'], ['Empty'], ['Nonsense'], ['Dead', 'Stable'], ['']]) await session.ask(`list ${filter.join(',')}`, 'ListGroups', 5, { statesFilter: filter }, at);
      for (const filter of [['consumer'], ['Classic'], ['nonsense'], ['share']]) await session.ask(`list of type ${filter.join(',')}`, 'ListGroups', 5, { typesFilter: filter, statesFilter: ['Stable'] }, at);
      await session.ask('delete while it has members', 'DeleteGroups', 2, { groupsNames: [group, 'stable-none', ''] }, at);
      await session.ask('the same member joins again', 'JoinGroup', 9, joinBody(group, { memberId }), at);
      await session.ask('beat while others sync', 'Heartbeat', 4, { groupId: group, generationId: 2, memberId }, at);
      await session.ask('commit while others sync', 'OffsetCommit', 8, { groupId: group, memberId, generationIdOrMemberEpoch: 2, topics: [{ name: 'none', partitions: [{ partitionIndex: 0, committedOffset: 1n }] }] }, at);
      await session.ask('sync with an assignment for nobody', 'SyncGroup', 5, { groupId: group, generationId: 2, memberId, protocolType: 'consumer', protocolName: 'range', assignments: [{ memberId: 'nobody', assignment: new Uint8Array([1]) }] }, at);
      await session.ask('leave: an unknown member and the right one', 'LeaveGroup', 5, { groupId: group, members: [{ memberId: 'nobody' }, { memberId, reason: 'enough' }, { memberId }] }, at);
      await session.ask('leave: an unknown group', 'LeaveGroup', 5, { groupId: 'stable-none', members: [{ memberId }] }, at);
      await session.ask('beat when left', 'Heartbeat', 4, { groupId: group, generationId: 2, memberId }, at);
      await session.ask('delete when empty', 'DeleteGroups', 2, { groupsNames: [group] }, at);
      await session.ask('delete again', 'DeleteGroups', 2, { groupsNames: [group] }, at);
      await session.ask('describe when deleted', 'DescribeGroups', 6, { groups: [group] }, at);
    },
  },
  {
    name: 'two members',
    async tell(session) {
      const group = 'pair-1';
      const broker = await coordinatorOf(session, group);
      const one = { broker, connection: 'pair one' };
      const two = { broker, connection: 'pair two' };
      const first = await stableGroup(session, group, one, { protocols: [protocol('range'), protocol('roundrobin')] });
      const second = (await session.call('JoinGroup', 5, joinBody(group), two))['memberId'] as string;
      const joining = session.ask('the second joins', 'JoinGroup', 9, joinBody(group, { memberId: second, protocols: [protocol('roundrobin'), protocol('range')] }), two);
      let beat = 0;
      while (beat !== 27) beat = (await session.call('Heartbeat', 4, { groupId: group, generationId: 1, memberId: first }, one))['errorCode'] as number;
      await session.ask('the first is told to join again', 'Heartbeat', 4, { groupId: group, generationId: 1, memberId: first }, one);
      await session.ask('describe while preparing', 'DescribeGroups', 6, { groups: [group] }, one);
      await session.ask('sync while preparing', 'SyncGroup', 5, { groupId: group, generationId: 1, memberId: first, protocolType: 'consumer', protocolName: 'range', assignments: [] }, one);
      await session.ask('commit while preparing', 'OffsetCommit', 9, { groupId: group, memberId: first, generationIdOrMemberEpoch: 1, topics: [] }, one);
      await session.ask('the first joins again', 'JoinGroup', 9, joinBody(group, { memberId: first, protocols: [protocol('range'), protocol('roundrobin')] }), one);
      await joining;
      const waiting = session.ask('the second syncs', 'SyncGroup', 5, { groupId: group, generationId: 2, memberId: second, protocolType: 'consumer', protocolName: 'range', assignments: [] }, two);
      await session.ask('the first syncs', 'SyncGroup', 5, { groupId: group, generationId: 2, memberId: first, protocolType: 'consumer', protocolName: 'range', assignments: [{ memberId: first, assignment: new Uint8Array([1]) }, { memberId: second, assignment: new Uint8Array([2]) }] }, one);
      await waiting;
      await session.ask('describe when stable', 'DescribeGroups', 6, { groups: [group] }, one);
      await session.ask('the second leaves', 'LeaveGroup', 5, { groupId: group, members: [{ memberId: second }] }, two);
      await session.ask('the first is told', 'Heartbeat', 4, { groupId: group, generationId: 2, memberId: first }, one);
    },
  },
  {
    name: 'static members',
    async tell(session) {
      const group = 'static-1';
      const at = { broker: await coordinatorOf(session, group) };
      const instance = { groupInstanceId: 'instance-1' };
      const join = (label: string, more: Body = {}, version = 9) => session.ask(label, 'JoinGroup', version, joinBody(group, { ...instance, ...more }), at);
      const first = await join('the first');
      const memberId = first['memberId'] as string;
      await session.ask('syncs', 'SyncGroup', 5, { groupId: group, generationId: 1, memberId, ...instance, protocolType: 'consumer', protocolName: 'range', assignments: [{ memberId, assignment: new Uint8Array([4]) }] }, at);
      await session.ask('beats', 'Heartbeat', 4, { groupId: group, generationId: 1, memberId, ...instance }, at);
      await session.ask('beats with another member id', 'Heartbeat', 4, { groupId: group, generationId: 1, memberId: 'nobody', ...instance }, at);
      await session.ask('beats without its instance', 'Heartbeat', 4, { groupId: group, generationId: 1, memberId }, at);
      await join('an unknown member id of that instance', { memberId: 'nobody' });
      const again = await join('the same instance comes back');
      const newId = again['memberId'] as string;
      await session.ask('the old one beats', 'Heartbeat', 4, { groupId: group, generationId: 1, memberId, ...instance }, at);
      await session.ask('the old one commits', 'OffsetCommit', 9, { groupId: group, memberId, generationIdOrMemberEpoch: 1, ...instance, topics: [{ name: 'none', partitions: [{ partitionIndex: 0, committedOffset: 1n }] }] }, at);
      await session.ask('the old one syncs', 'SyncGroup', 5, { groupId: group, generationId: 1, memberId, ...instance, protocolType: 'consumer', protocolName: 'range', assignments: [] }, at);
      await session.ask('the old one leaves', 'LeaveGroup', 5, { groupId: group, members: [{ memberId, ...instance }] }, at);
      await session.ask('the new one syncs', 'SyncGroup', 5, { groupId: group, generationId: 1, memberId: newId, ...instance, protocolType: 'consumer', protocolName: 'range', assignments: [] }, at);
      await session.ask('describe', 'DescribeGroups', 6, { groups: [group] }, at);
      await session.ask('an unknown instance leaves', 'LeaveGroup', 5, { groupId: group, members: [{ memberId: '', groupInstanceId: 'nobody' }] }, at);
      await session.ask('the instance leaves without a member id', 'LeaveGroup', 5, { groupId: group, members: [{ memberId: '', ...instance }] }, at);
      await session.ask('describe when left', 'DescribeGroups', 6, { groups: [group] }, at);
    },
  },
];
