/** Groups seen and changed from outside. */
import { expectEqual, fill, numbers, viewOf, type Stage, type Story } from '../story.ts';
import { until } from '../until.ts';

/** A group that has read six records of one partition and has no members. */
async function emptyGroup(stage: Stage, suffix: string): Promise<{ topic: string; group: string }> {
  const [topic, group] = [stage.name(suffix), stage.name(`${suffix}-group`)];
  await stage.witness.makeTopic(topic, 1);
  await fill(stage, topic, 1, 6);
  await stage.witness.commit(group, topic, 0, 6);
  return { topic, group };
}

export const groupAdminStories: Story[] = [
  {
    capability: 'list groups',
    async tell(stage) {
      const { group } = await emptyGroup(stage, 'listed-too');
      const { groups } = await stage.driver.call('listGroups', {});
      expectEqual(`${group} among the groups`, groups.includes(group), true);
    },
  },
  {
    capability: 'describe group',
    async tell(stage) {
      const [topic, group] = [stage.name('told'), stage.name('told-group')];
      await stage.witness.makeTopic(topic, 2);
      await fill(stage, topic, 2, 2);
      await stage.driver.call('join', { member: 'told', group, topic, strategy: 'any' });
      await until('two records', () => viewOf(stage, 'told'), (view) => view.records.length === 2);
      const { state, members } = await stage.driver.call('describeGroup', { group });
      await stage.driver.call('leave', { member: 'told' });
      expectEqual('state and members', [state.toLowerCase(), members], ['stable', 1]);
    },
  },
  {
    capability: 'committed offsets of a group',
    async tell(stage) {
      const { topic, group } = await emptyGroup(stage, 'asked');
      const { offsets } = await stage.driver.call('committed', { group, topic, partitions: [0] });
      expectEqual('the committed offset', offsets['0'], 6);
    },
  },
  {
    capability: 'lag of a group',
    async tell(stage) {
      const { topic, group } = await emptyGroup(stage, 'behind');
      await fill(stage, topic, 1, 3, 6);
      const { lag } = await stage.driver.call('lag', { group, topic });
      expectEqual('the lag', lag['0'], 3);
    },
  },
  {
    capability: 'reset offsets',
    async tell(stage) {
      const { topic, group } = await emptyGroup(stage, 'reset');
      await stage.driver.call('resetOffsets', { group, topic, offsets: { 0: 2 } });
      expectEqual('the committed offset', (await stage.witness.committed(group, topic)).get(0)?.offset, 2);
    },
  },
  {
    capability: 'delete offsets',
    async tell(stage) {
      const { topic, group } = await emptyGroup(stage, 'forgotten');
      await stage.driver.call('deleteOffsets', { group, topic, partitions: numbers(1) });
      expectEqual('how many partitions have a committed offset', (await stage.witness.committed(group, topic)).size, 0);
    },
  },
  {
    capability: 'delete group',
    async tell(stage) {
      const { group } = await emptyGroup(stage, 'dissolved');
      await stage.driver.call('deleteGroup', { group });
      await until(`no group ${group}`, () => stage.witness.group(group), ({ state }) => state === 'Dead');
    },
  },
];
