/** Reading without a group, from each kind of place. */
import { expectEqual, fill, inOrder, numbers, type Story } from '../story.ts';
import { until } from '../until.ts';

export const consumeStories: Story[] = [
  {
    capability: 'consume from the beginning',
    async tell(stage) {
      const topic = stage.name('read');
      await stage.witness.makeTopic(topic, 4);
      await fill(stage, topic, 4, 400);
      const { records } = await stage.driver.call('consume', { topic, partitions: numbers(4), from: 'earliest', offset: 0, count: 400 });
      expectEqual('how many records were read', records.length, 400);
      for (const partition of numbers(4)) {
        const found = records.filter((one) => one.partition === partition);
        expectEqual(`the offsets of partition ${partition}`, found.map((one) => one.offset), numbers(100));
        expectEqual(`the values of partition ${partition}`, found.map((one) => one.value), numbers(100).map((index) => `value ${index * 4 + partition}`));
      }
    },
  },
  {
    capability: 'consume from an offset',
    async tell(stage) {
      const topic = stage.name('sought');
      await stage.witness.makeTopic(topic, 1);
      await fill(stage, topic, 1, 20);
      const { records } = await stage.driver.call('consume', { topic, partitions: [0], from: 'offset', offset: 13, count: 7 });
      expectEqual('what was read', inOrder(records).map((one) => one.value), numbers(7).map((index) => `value ${13 + index}`));
    },
  },
  {
    capability: 'consume from the end',
    async tell(stage) {
      const topic = stage.name('tailed');
      await stage.witness.makeTopic(topic, 1);
      await fill(stage, topic, 1, 20);
      // Nobody outside can see when a reader stands at the end: new records come until it has read one.
      let [isOver, written] = [false, 0];
      const read = stage.driver.call('consume', { topic, partitions: [0], from: 'latest', offset: 0, count: 1 }).finally(() => (isOver = true));
      const write = async () => {
        await stage.witness.append(topic, 0, [`new ${written}`]);
        written += 1;
        return isOver;
      };
      const [{ records }] = await Promise.all([read, until('something read from the end', write, (over) => over)]);
      expectEqual('the first value that was read', records[0]?.value?.startsWith('new '), true);
      expectEqual('its offset', (records[0]?.offset ?? 0) >= 20, true);
    },
  },
];
