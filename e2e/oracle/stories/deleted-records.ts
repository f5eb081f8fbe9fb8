/** What is still to be had of a log whose beginning was deleted: offsets by time, fetches at its edge, producers whose batches went. */
import type { Body, Session } from '../session.ts';
import { batchOf, firstTimestamp } from './batches.ts';
import { fetchBody } from './fetch.ts';
import { kept, produce } from './produce.ts';
import { createTopic } from './scene.ts';
import type { Story } from './story.ts';

async function lookUp(session: Session, label: string, topic: string, timestamp: bigint): Promise<Body> {
  return session.ask(label, 'ListOffsets', 7, { replicaId: -1, topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp }] }] });
}

async function deleteUpTo(session: Session, label: string, topic: string, offset: bigint): Promise<Body> {
  return session.ask(label, 'DeleteRecords', 2, { topics: [{ name: topic, partitions: [{ partitionIndex: 0, offset }] }], timeoutMs: 10_000 });
}

export const deletedRecordsStories: Story[] = [
  {
    name: 'deleted records',
    async tell(session) {
      const topic = 'deleted-1';
      await createTopic(session, topic, 1, kept);
      const producerId = 4_242_424n;
      await produce(session, 'the newest times first', { topic }, batchOf(3, { timestamp: firstTimestamp + 1000n, producerId, producerEpoch: 0, baseSequence: 0 }));
      await produce(session, 'older times', { topic }, batchOf(3, { producerId, producerEpoch: 0, baseSequence: 3 }));
      const lookUpAll = async (when: string): Promise<void> => {
        for (const time of [-1n, -2n, -3n, -4n, 0n, firstTimestamp, firstTimestamp + 1n, firstTimestamp + 999n, firstTimestamp + 1001n, firstTimestamp + 5000n]) await lookUp(session, `${when}: offset of ${time}`, topic, time);
        for (const offset of [0n, 1n, 2n, 3n, 4n, 6n, 7n]) await session.ask(`${when}: fetch ${offset}`, 'Fetch', 12, fetchBody({ topic, fetchOffset: offset }));
      };
      await lookUpAll('whole');
      await deleteUpTo(session, 'inside the first batch', topic, 1n);
      await lookUpAll('from 1');
      await deleteUpTo(session, 'backwards', topic, 0n);
      await deleteUpTo(session, 'to the second batch', topic, 3n);
      await lookUpAll('from 3');
      await produce(session, 'a duplicate of what is deleted', { topic }, batchOf(3, { timestamp: firstTimestamp + 1000n, producerId, producerEpoch: 0, baseSequence: 0 }));
      await deleteUpTo(session, 'everything', topic, -1n);
      await lookUpAll('empty');
      await produce(session, 'the next of the producer', { topic }, batchOf(1, { producerId, producerEpoch: 0, baseSequence: 6 }));
      await produce(session, 'a gap of the producer', { topic }, batchOf(1, { producerId, producerEpoch: 0, baseSequence: 9 }));
      await lookUpAll('one again');
      await deleteUpTo(session, 'beyond the end', topic, 99n);
      await deleteUpTo(session, 'below -1', topic, -5n);
      await session.ask('producers', 'DescribeProducers', 0, { topics: [{ name: topic, partitionIndexes: [0] }] });
    },
  },
  {
    name: 'deleted records of compacted topics',
    async tell(session) {
      await createTopic(session, 'deleted-compact', 1, { ...kept, 'cleanup.policy': 'compact' });
      await produce(session, 'keyed', { topic: 'deleted-compact' }, batchOf(2, { key: 'k' }));
      await deleteUpTo(session, 'of a compacted topic', 'deleted-compact', 1n);
      await createTopic(session, 'deleted-both', 1, { ...kept, 'cleanup.policy': 'compact,delete' });
      await produce(session, 'keyed, both', { topic: 'deleted-both' }, batchOf(2, { key: 'k' }));
      await deleteUpTo(session, 'of a topic that is both', 'deleted-both', 1n);
    },
  },
];
