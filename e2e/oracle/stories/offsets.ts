/** Offsets by time, ends of epochs, and records deleted from the front. */
import type { Body, Session } from '../session.ts';
import { batchOf, firstTimestamp } from './batches.ts';
import { fetchBody } from './fetch.ts';
import { kept, produceBody } from './produce.ts';
import { createTopic } from './scene.ts';
import type { Story } from './story.ts';

async function fill(session: Session, topic: string): Promise<void> {
  await createTopic(session, topic, 2, kept);
  for (const [count, later] of [[3, 0n], [2, 1000n], [2, 500n], [1, 2000n]] as const) {
    await session.call('Produce', 12, produceBody({ topic }, batchOf(count, { timestamp: firstTimestamp + later })));
  }
}

function one(partition: Body, name = 'list-1'): Body {
  return { replicaId: -1, timeoutMs: 5000, topics: [{ name, partitions: [{ partitionIndex: 0, ...partition }] }] };
}

function ends(partition: Body, topic = 'list-1'): Body {
  return { replicaId: -1, topics: [{ topic, partitions: [{ partition: 0, ...partition }] }] };
}

export const offsetStories: Story[] = [
  {
    name: 'list offsets',
    async tell(session) {
      await fill(session, 'list-1');
      for (const timestamp of [-1n, -2n, -3n, -4n, -5n, -6n, -7n, -99n]) {
        for (const version of [1, 3, 6, 7, 8, 9, 10, 11]) await session.ask(`timestamp ${timestamp} v${version}`, 'ListOffsets', version, one({ timestamp }));
      }
      for (const later of [-1n, 0n, 1n, 2n, 3n, 499n, 500n, 501n, 502n, 999n, 1000n, 1001n, 1002n, 1999n, 2000n, 2001n]) await session.ask(`first timestamp + ${later}`, 'ListOffsets', 7, one({ timestamp: firstTimestamp + later }));
      await session.ask('timestamp 0', 'ListOffsets', 7, one({ timestamp: 0n }));
      for (const epoch of [0, 1, 99, -2]) await session.ask(`leader epoch ${epoch}`, 'ListOffsets', 7, one({ timestamp: -1n, currentLeaderEpoch: epoch }));
      for (const version of [1, 5, 11]) await session.ask(`unknown topic v${version}`, 'ListOffsets', version, one({ timestamp: -1n }, 'list-none'));
      await session.ask('unknown partition', 'ListOffsets', 7, one({ timestamp: -1n, partitionIndex: 99 }));
      for (const version of [1, 3, 4, 7]) await session.ask(`from a follower v${version}`, 'ListOffsets', version, one({ timestamp: -1n }), { broker: 2 });
      await session.ask('from a follower for debugging', 'ListOffsets', 7, { ...one({ timestamp: -1n }), replicaId: -2 }, { broker: 2 });
      await session.ask('as replica 2', 'ListOffsets', 7, { ...one({ timestamp: -1n }), replicaId: 2 });
      await session.ask('one partition twice', 'ListOffsets', 7, { replicaId: -1, topics: [{ name: 'list-1', partitions: [{ partitionIndex: 0, timestamp: -1n }, { partitionIndex: 0, timestamp: -2n }] }] });
      for (const timestamp of [-1n, -2n, -3n, firstTimestamp]) await session.ask(`empty partition, timestamp ${timestamp}`, 'ListOffsets', 7, one({ partitionIndex: 1, timestamp }), { broker: 2 });
      await session.ask('isolation read committed', 'ListOffsets', 7, { ...one({ timestamp: -1n }), isolationLevel: 1 });
      for (const epoch of [0, 1, 99, -1, -2]) await session.ask(`end of epoch ${epoch}`, 'OffsetForLeaderEpoch', 4, ends({ leaderEpoch: epoch }));
      for (const epoch of [0, 1, 5]) await session.ask(`end of epoch 0 while the leader's is ${epoch}`, 'OffsetForLeaderEpoch', 4, ends({ leaderEpoch: 0, currentLeaderEpoch: epoch }));
      for (const version of [2, 3, 4]) await session.ask(`end of an unknown topic v${version}`, 'OffsetForLeaderEpoch', version, ends({ leaderEpoch: 0 }, 'list-none'));
      await session.ask('end of an unknown partition', 'OffsetForLeaderEpoch', 4, ends({ leaderEpoch: 0, partition: 99 }));
      await session.ask('end, from a follower', 'OffsetForLeaderEpoch', 4, ends({ leaderEpoch: 0 }), { broker: 2 });
    },
  },
  {
    name: 'delete records',
    async tell(session) {
      await fill(session, 'records-1');
      const ask = (label: string, offset: bigint, partitionIndex = 0, name = 'records-1', broker = 1) => session.ask(label, 'DeleteRecords', 2, { topics: [{ name, partitions: [{ partitionIndex, offset }] }], timeoutMs: 10_000 }, { broker });
      await ask('beyond the end', 99n);
      await ask('offset -2', -2n);
      await ask('up to 2, inside a batch', 2n);
      await session.ask('a fetch from before', 'Fetch', 12, fetchBody({ topic: 'records-1', fetchOffset: 1n }));
      await session.ask('a fetch from there', 'Fetch', 12, fetchBody({ topic: 'records-1', fetchOffset: 2n }));
      await ask('up to 1, which is gone', 1n);
      for (const timestamp of [-1n, -2n, -4n, firstTimestamp]) await session.ask(`timestamp ${timestamp} then`, 'ListOffsets', 8, { replicaId: -1, topics: [{ name: 'records-1', partitions: [{ partitionIndex: 0, timestamp }] }] });
      await ask('up to the high watermark', -1n);
      await session.ask('earliest then', 'ListOffsets', 7, { replicaId: -1, topics: [{ name: 'records-1', partitions: [{ partitionIndex: 0, timestamp: -2n }] }] });
      await ask('of an unknown topic', 0n, 0, 'records-none');
      await ask('of an unknown partition', 0n, 99);
      await ask('at a follower', 0n, 0, 'records-1', 2);
      await createTopic(session, 'records-compact', 1, { 'cleanup.policy': 'compact' });
      await ask('of a compacted topic', 0n, 0, 'records-compact');
      await ask('of the internal topic', 0n, 0, '__consumer_offsets');
    },
  },
];
