/** Offsets of groups: committed, fetched, deleted, in every version. */
import type { Body } from '../session.ts';
import { unknownId } from '../request-shapes.ts';
import { stableGroup } from './groups.ts';
import { coordinatorOf, createTopic, topicIdOf } from './scene.ts';
import type { Story } from './story.ts';

const commit = (partitionIndex: number, committedOffset: bigint, committedMetadata: string | null = '', more: Body = {}): Body => ({ partitionIndex, committedOffset, committedMetadata, ...more });

export const commitStories: Story[] = [
  {
    name: 'commit offsets',
    async tell(session) {
      await createTopic(session, 'commit-1', 2);
      const id = await topicIdOf(session, 'commit-1');
      const group = 'commits-1';
      const at = { broker: await coordinatorOf(session, group) };
      const ask = (label: string, partitions: Body[], more: Body = {}, version = 9, options = at) => session.ask(label, 'OffsetCommit', version, { groupId: group, topics: [{ name: 'commit-1', topicId: id, partitions }], ...more }, options);
      for (let version = 2; version <= 10; version += 1) await ask(`by nobody v${version}`, [commit(0, BigInt(version), `m${version}`)], {}, version);
      await ask('at another broker', [commit(0, 1n)], {}, 9, { broker: (at.broker % 3) + 1 });
      await ask('no group', [commit(0, 1n)], { groupId: '' });
      await ask('a generation of a group without members', [commit(0, 1n)], { generationIdOrMemberEpoch: 1, memberId: 'nobody' });
      await ask('a member without a generation', [commit(0, 1n)], { memberId: 'nobody' });
      await ask('no metadata', [commit(0, 20n, null)]);
      await ask('metadata of 4096', [commit(0, 21n, 'm'.repeat(4096))]);
      await ask('metadata of 4097', [commit(0, 22n, 'm'.repeat(4097)), commit(1, 3n)]);
      await ask('offset -1', [commit(1, -1n)]);
      await ask('offset -5', [commit(1, -5n)]);
      await ask('leader epoch 3', [commit(1, 9n, 'x', { committedLeaderEpoch: 3 })]);
      await ask('unknown partition', [commit(99, 1n)]);
      await ask('negative partition', [commit(-1, 1n)]);
      await ask('one partition twice', [commit(0, 30n), commit(0, 31n)]);
      await session.ask('unknown topic', 'OffsetCommit', 9, { groupId: group, topics: [{ name: 'commit-none', partitions: [commit(0, 1n)] }] }, at);
      await session.ask('unknown id', 'OffsetCommit', 10, { groupId: group, topics: [{ topicId: unknownId, partitions: [commit(0, 1n)] }] }, at);
      await session.ask('zero id', 'OffsetCommit', 10, { groupId: group, topics: [{ partitions: [commit(0, 1n)] }] }, at);
      await session.ask('nothing', 'OffsetCommit', 9, { groupId: group, topics: [] }, at);
      await session.ask('empty topic', 'OffsetCommit', 9, { groupId: group, topics: [{ name: 'commit-1', partitions: [] }] }, at);
      await session.ask('retention by version 4', 'OffsetCommit', 4, { groupId: group, retentionTimeMs: 10_000_000n, topics: [{ name: 'commit-1', partitions: [commit(0, 40n)] }] }, at);

      for (let version = 1; version <= 7; version += 1) await session.ask(`fetch v${version}`, 'OffsetFetch', version, { groupId: group, topics: [{ name: 'commit-1', partitionIndexes: [0, 1, 99] }, { name: 'commit-none', partitionIndexes: [0] }] }, at);
      for (let version = 8; version <= 10; version += 1) {
        await session.ask(`fetch v${version}`, 'OffsetFetch', version, { groups: [{ groupId: group, topics: [{ name: 'commit-1', topicId: id, partitionIndexes: [0, 1, 99] }] }, { groupId: 'commits-none', topics: null }] }, at);
      }
      for (const version of [2, 5, 7]) await session.ask(`fetch all v${version}`, 'OffsetFetch', version, { groupId: group, topics: null }, at);
      for (const version of [8, 9, 10]) await session.ask(`fetch all v${version}`, 'OffsetFetch', version, { groups: [{ groupId: group, topics: null }], requireStable: true }, at);
      await session.ask('fetch nothing', 'OffsetFetch', 7, { groupId: group, topics: [] }, at);
      await session.ask('fetch of no group', 'OffsetFetch', 7, { groupId: '', topics: null }, at);
      for (const version of [1, 2, 7]) await session.ask(`fetch of an unknown group v${version}`, 'OffsetFetch', version, { groupId: 'commits-none', topics: [{ name: 'commit-1', partitionIndexes: [0] }] }, { broker: await coordinatorOf(session, 'commits-none') });
      await session.ask('fetch at another broker', 'OffsetFetch', 7, { groupId: group, topics: null }, { broker: (at.broker % 3) + 1 });
      await session.ask('fetch by a member epoch', 'OffsetFetch', 9, { groups: [{ groupId: group, memberId: 'nobody', memberEpoch: 5, topics: null }] }, at);
      await session.ask('fetch by unknown id', 'OffsetFetch', 10, { groups: [{ groupId: group, topics: [{ topicId: unknownId, partitionIndexes: [0] }] }] }, at);
      await session.ask('describe', 'DescribeGroups', 6, { groups: [group] }, at);
      await session.ask('list', 'ListGroups', 5, { statesFilter: ['Empty'] }, at);
    },
  },
  {
    name: 'delete offsets',
    async tell(session) {
      await createTopic(session, 'offset-delete-1', 2);
      const group = 'offset-delete';
      const at = { broker: await coordinatorOf(session, group) };
      const ask = (label: string, name: string, partitions: number[], groupId = group, options = at) => session.ask(label, 'OffsetDelete', 0, { groupId, topics: [{ name, partitions: partitions.map((partitionIndex) => ({ partitionIndex })) }] }, options);
      await ask('of an unknown group', 'offset-delete-1', [0]);
      await session.call('OffsetCommit', 8, { groupId: group, topics: [{ name: 'offset-delete-1', partitions: [commit(0, 5n), commit(1, 6n)] }] }, at);
      await ask('of no group', 'offset-delete-1', [0], '');
      await ask('of an unknown topic', 'offset-delete-none', [0]);
      await ask('of an unknown partition', 'offset-delete-1', [99]);
      await ask('one', 'offset-delete-1', [0]);
      await ask('one again', 'offset-delete-1', [0]);
      await session.ask('of nothing', 'OffsetDelete', 0, { groupId: group, topics: [] }, at);
      await ask('at another broker', 'offset-delete-1', [0], group, { broker: (at.broker % 3) + 1 });
      await session.ask('what is left', 'OffsetFetch', 7, { groupId: group, topics: null }, at);
      const memberId = await stableGroup(session, group, at, { protocols: [{ name: 'range', metadata: subscriptionOf('offset-delete-1') }] });
      await ask('of a topic that a member reads', 'offset-delete-1', [1]);
      await ask('of a topic that no member reads', 'commit-1', [0]);
      await session.call('LeaveGroup', 3, { groupId: group, members: [{ memberId }] }, at);
      await ask('when the member has left', 'offset-delete-1', [1]);
      await session.ask('delete the group', 'DeleteGroups', 2, { groupsNames: [group] }, at);
      await session.ask('delete at another broker', 'DeleteGroups', 2, { groupsNames: [group] }, { broker: (at.broker % 3) + 1 });
    },
  },
];

/** A consumer's subscription, version 0: to one topic, with no user data. */
function subscriptionOf(topic: string): Uint8Array {
  const bytes = Buffer.alloc(2 + 4 + 2 + topic.length + 4);
  bytes.writeInt32BE(1, 2);
  bytes.writeInt16BE(topic.length, 6);
  bytes.write(topic, 8);
  bytes.writeInt32BE(-1, 8 + topic.length);
  return bytes;
}
