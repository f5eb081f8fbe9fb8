/** Reading in a group, alone and with members that come and go. */
import type { MemberView, Strategy } from '../operations.ts';
import { ascending, expectEqual, fill, numbers, viewOf, type Stage, type Story } from '../story.ts';
import { until } from '../until.ts';

const partitions = 4;

function valuesOf(view: MemberView): string[] {
  return view.records.map((record) => String(record.value)).toSorted();
}

function valuesFrom(first: number, count: number): string[] {
  return numbers(count).map((index) => `value ${first + index}`).toSorted();
}

async function allAssigned(stage: Stage, member: string): Promise<MemberView> {
  return until(`all partitions with ${member}`, () => viewOf(stage, member), (view) => view.assignment.length === partitions);
}

/** Waits until two members share the partitions, two and two. */
async function shared(stage: Stage, first: string, second: string): Promise<[MemberView, MemberView]> {
  const views = await until(
    `${first} and ${second} sharing the partitions`,
    async () => [await viewOf(stage, first), await viewOf(stage, second)] as [MemberView, MemberView],
    ([one, other]) => one.assignment.length === 2 && other.assignment.length === 2,
  );
  expectEqual('the partitions of both', ascending(views.flatMap((view) => view.assignment)), numbers(partitions));
  return views;
}

/** Clients spell the names of assignors in their own ways: RoundRobinAssigner, roundrobin, round-robin. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}

/** Two members share, one leaves, the other has everything again; every record reaches one of them. */
function rebalance(strategy: Strategy): Story {
  return {
    capability: `two members, ${strategy}`,
    async tell(stage) {
      const [topic, group] = [stage.name(strategy), stage.name(`${strategy}-group`)];
      const [one, other] = [`${strategy} one`, `${strategy} other`];
      await stage.witness.makeTopic(topic, partitions);
      await stage.driver.call('join', { member: one, group, topic, strategy });
      await allAssigned(stage, one);
      await stage.driver.call('join', { member: other, group, topic, strategy });
      const [first] = await shared(stage, one, other);
      const { protocol } = await stage.witness.group(group);
      if (!bare(protocol).startsWith(bare(strategy))) throw new Error(`the group uses ${protocol}`);
      // Only what moves is given up, and never everything.
      if (strategy === 'cooperative-sticky') expectEqual('how much the first member gave up', first.revoked.flat().length, 2);
      await fill(stage, topic, partitions, 40);
      const union = async () => [...new Set([...valuesOf(await viewOf(stage, one)), ...valuesOf(await viewOf(stage, other))])].toSorted();
      await until('every record with one of the members', union, (values) => values.length === 40);
      expectEqual('the values of both', await union(), valuesFrom(0, 40));
      await stage.driver.call('leave', { member: other });
      await allAssigned(stage, one);
      await stage.driver.call('leave', { member: one });
    },
  };
}

export const groupStories: Story[] = [
  {
    capability: 'consume by group, commit, resume',
    async tell(stage) {
      const [topic, group] = [stage.name('resumed'), stage.name('resumed-group')];
      await stage.witness.makeTopic(topic, partitions);
      await fill(stage, topic, partitions, 20);
      await stage.driver.call('join', { member: 'before', group, topic, strategy: 'any' });
      const before = await until('20 records', () => viewOf(stage, 'before'), (view) => view.records.length >= 20);
      expectEqual('what was read at first', valuesOf(before), valuesFrom(0, 20));
      await stage.driver.call('commit', { member: 'before' });
      await stage.driver.call('leave', { member: 'before' });
      const committed = await stage.witness.committed(group, topic);
      expectEqual('the committed offsets', ascending([...committed.values()].map((one) => one.offset)), [5, 5, 5, 5]);
      await fill(stage, topic, partitions, 8, 20);
      await stage.driver.call('join', { member: 'after', group, topic, strategy: 'any' });
      const after = await until('8 more records', () => viewOf(stage, 'after'), (view) => view.records.length >= 8);
      await stage.driver.call('leave', { member: 'after' });
      expectEqual('what came behind the committed offsets', valuesOf(after), valuesFrom(20, 8));
    },
  },
  {
    capability: 'committed metadata',
    async tell(stage) {
      const [topic, group] = [stage.name('noted'), stage.name('noted-group')];
      await stage.witness.makeTopic(topic, 1);
      await fill(stage, topic, 1, 3);
      await stage.driver.call('join', { member: 'noting', group, topic, strategy: 'any' });
      await until('3 records', () => viewOf(stage, 'noting'), (view) => view.records.length >= 3);
      await stage.driver.call('commit', { member: 'noting', metadata: 'a note' });
      const committed = (await stage.witness.committed(group, topic)).get(0);
      await stage.driver.call('leave', { member: 'noting' });
      // confluent-kafka for Python sends the zero along with which C ends a text.
      expectEqual('what the group has committed', [committed?.offset, committed?.metadata?.replace(/\0$/, '')], [3, 'a note']);
    },
  },
  rebalance('range'),
  rebalance('roundrobin'),
  rebalance('sticky'),
  rebalance('cooperative-sticky'),
  {
    capability: 'static membership',
    async tell(stage) {
      const [topic, group] = [stage.name('static'), stage.name('static-group')];
      await stage.witness.makeTopic(topic, partitions);
      const join = (member: string, instanceId: string) => stage.driver.call('join', { member, group, topic, strategy: 'any', instanceId });
      await join('static one', 'instance-one');
      await allAssigned(stage, 'static one');
      await join('static two', 'instance-two');
      const [first, second] = await shared(stage, 'static one', 'static two');
      await stage.driver.call('leave', { member: 'static one' });
      await join('again', 'instance-one');
      const before = JSON.stringify(ascending(first.assignment));
      await until(`the partitions of before, ${before}`, () => viewOf(stage, 'again'), (view) => JSON.stringify(ascending(view.assignment)) === before);
      expectEqual('how often the other member was assigned anew', (await viewOf(stage, 'static two')).assignments, second.assignments);
      expectEqual('how many members the group has', (await stage.witness.group(group)).members, 2);
      await stage.driver.call('leave', { member: 'again' });
      await stage.driver.call('leave', { member: 'static two' });
    },
  },
];
