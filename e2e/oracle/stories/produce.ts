/** Batches that are good and batches that are not, and the sequences of idempotent producers. */
import type { Body, Session } from '../session.ts';
import { unknownId } from '../request-shapes.ts';
import { altered, batchOf, compressed, damaged, firstTimestamp, withBody, wronglyCompressed } from './batches.ts';
import { createTopic, createTopics, topicIdOf } from './scene.ts';
import type { Story } from './story.ts';

export const kept = { 'retention.ms': '-1' };

export interface To {
  topic: string;
  partition?: number;
  acks?: number;
  version?: number;
  broker?: number;
}

/** A produce request for version 12 or older: by the topic's name. */
export function produceBody({ topic, partition = 0, acks = -1 }: To, ...runs: (Uint8Array | null)[]): Body {
  return { acks, timeoutMs: 10_000, topicData: [{ name: topic, partitionData: runs.map((run, index) => ({ index: partition + index, records: run === null ? null : [run] })) }] };
}

export async function produce(session: Session, label: string, to: To, ...runs: (Uint8Array | null)[]): Promise<Body> {
  return session.ask(label, 'Produce', to.version ?? 12, produceBody(to, ...runs), { broker: to.broker ?? ((to.partition ?? 0) % 3) + 1, withinMs: 4000 });
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

const good = batchOf(2);
const broken: Record<string, Uint8Array | null> = {
  'no records': null,
  'empty records': new Uint8Array(0),
  'wrong checksum': damaged(good, (view) => view.setUint32(17, 1)),
  'a flipped bit in the records': damaged(good, (view) => view.setUint8(70, view.getUint8(70) ^ 1)),
  'magic 0': damaged(good, (view) => view.setInt8(16, 0)),
  'magic 1': damaged(good, (view) => view.setInt8(16, 1)),
  'magic 3': damaged(good, (view) => view.setInt8(16, 3)),
  'magic -1': damaged(good, (view) => view.setInt8(16, -1)),
  'size beyond the end': damaged(good, (view) => view.setInt32(8, view.getInt32(8) + 10)),
  'size below a header': damaged(good, (view) => view.setInt32(8, 10)),
  'negative size': damaged(good, (view) => view.setInt32(8, -5)),
  'cut in the middle': good.subarray(0, good.length - 3),
  'cut in the header': good.subarray(0, 30),
  'bytes after the batch': joined(good, new Uint8Array(5)),
  'two batches': joined(good, good),
  'count above the records': altered(good, (view) => view.setInt32(57, 3)),
  'count below the records': altered(good, (view) => view.setInt32(57, 1)),
  'count zero': altered(good, (view) => view.setInt32(57, 0)),
  'count negative': altered(good, (view) => view.setInt32(57, -1)),
  'last offset delta above the records': altered(good, (view) => view.setInt32(23, 5)),
  'last offset delta below the records': altered(good, (view) => view.setInt32(23, 0)),
  'base offset not zero': damaged(good, (view) => view.setBigInt64(0, 7n)),
  'leader epoch given': damaged(good, (view) => view.setInt32(12, 9)),
  'a control batch': batchOf(1, { isControl: true }),
  'a transactional batch without a producer': batchOf(1, { isTransactional: true }),
  'append time from a client': altered(good, (view) => view.setInt16(21, 8)),
  'compression 5': altered(good, (view) => view.setInt16(21, 5)),
  'compression 7': altered(good, (view) => view.setInt16(21, 7)),
  'unused attributes': altered(good, (view) => view.setInt16(21, 0x0f80)),
  'gzip of garbage': wronglyCompressed('gzip'),
  'zstd of garbage': wronglyCompressed('zstd'),
  'lz4 of garbage': wronglyCompressed('lz4'),
  'snappy of garbage': wronglyCompressed('snappy'),
  gzip: compressed('gzip', 3),
  zstd: compressed('zstd', 3),
  lz4: compressed('lz4', 3, { sizeBytes: 100 }),
  snappy: compressed('snappy', 3, { sizeBytes: 100 }),
  'gzip with a count too high': altered(compressed('gzip', 3), (view) => view.setInt32(57, 4)),
  'timestamp -1': batchOf(1, { timestamp: -1n }),
  'timestamp 0': batchOf(1, { timestamp: 0n }),
  'timestamp far ahead': batchOf(1, { timestamp: 9_000_000_000_000n }),
  'max timestamp that is none': altered(good, (view) => view.setBigInt64(35, 1n)),
  'records that are garbage': withBody(batchOf(1), new Uint8Array([200, 200, 200, 200, 1]), 0),
  'a record shorter than it says': withBody(batchOf(1), new Uint8Array([40, 0, 0, 0]), 0),
  'key and no value': batchOf(1, { key: 'k' }),
};

export const produceStories: Story[] = [
  {
    name: 'produce',
    async tell(session) {
      await createTopic(session, 'produce-1', 3, kept);
      const id = await topicIdOf(session, 'produce-1');
      for (const version of [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) await produce(session, `good v${version}`, { topic: 'produce-1', version }, good);
      await session.ask('good v13', 'Produce', 13, { acks: -1, timeoutMs: 10_000, topicData: [{ topicId: id, partitionData: [{ index: 0, records: [good] }] }] });
      await session.ask('unknown id v13', 'Produce', 13, { acks: -1, timeoutMs: 10_000, topicData: [{ topicId: unknownId, partitionData: [{ index: 0, records: [good] }] }] });
      for (const acks of [1, 2, -2, 100]) await produce(session, `acks ${acks}`, { topic: 'produce-1', acks }, good);
      for (const version of [3, 7, 12]) await produce(session, `unknown topic v${version}`, { topic: 'produce-none', version }, good);
      await produce(session, 'unknown partition', { topic: 'produce-1', partition: 99, broker: 1 }, good);
      await produce(session, 'negative partition', { topic: 'produce-1', partition: -1, broker: 1 }, good);
      for (const version of [3, 8, 9, 10, 12]) await produce(session, `to a follower v${version}`, { topic: 'produce-1', broker: 2, version }, good);
      await produce(session, 'bad topic name', { topic: 'a b' }, good);
      await produce(session, 'empty topic name', { topic: '' }, good);
      await session.ask('no topics', 'Produce', 12, { acks: -1, timeoutMs: 10_000, topicData: [] });
      await session.ask('a transactional id and a plain batch', 'Produce', 12, { ...produceBody({ topic: 'produce-1' }, good), transactionalId: 'oracle-t' });
      await session.ask('one topic twice', 'Produce', 12, { acks: -1, timeoutMs: 10_000, topicData: [0, 1].map(() => ({ name: 'produce-1', partitionData: [{ index: 0, records: [good] }] })) });
      await produce(session, 'three partitions of which one is led here', { topic: 'produce-1', broker: 1 }, good, good, good);
    },
  },
  {
    name: 'acks 0',
    async tell(session) {
      await createTopic(session, 'acks-0', 1, kept);
      session.note('good batch', await session.sendInstead('Produce', 12, produceBody({ topic: 'acks-0', acks: 0 }, good), 'DescribeCluster', 2, {}, { connection: 'acks 0 good' }));
      session.note('bad batch', await session.sendInstead('Produce', 12, produceBody({ topic: 'acks-0', acks: 0 }, broken['wrong checksum'] ?? null), 'DescribeCluster', 2, {}, { connection: 'acks 0 bad' }));
      session.note('unknown topic', await session.sendInstead('Produce', 12, produceBody({ topic: 'acks-none', acks: 0 }, good), 'DescribeCluster', 2, {}, { connection: 'acks 0 unknown' }));
    },
  },
  {
    name: 'produce batches',
    async tell(session) {
      const topics = Object.keys(broken).map((_, index) => `batches-${index}`);
      await createTopics(session, Object.fromEntries(topics.map((topic) => [topic, kept])), 1);
      for (const [index, [label, run]] of Object.entries(broken).entries()) {
        const topic = `batches-${index}`;
        await produce(session, label, { topic }, run);
        await session.ask(`${label}, read back`, 'Fetch', 12, { maxWaitMs: 0, minBytes: 0, maxBytes: 1_000_000, sessionEpoch: -1, topics: [{ topic, partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1_000_000 }] }] });
        await session.ask(`${label}, latest by time`, 'ListOffsets', 7, { replicaId: -1, topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: -3n }] }] });
      }
    },
  },
  {
    name: 'produce under settings',
    async tell(session) {
      const settings: Record<string, [Record<string, string>, Record<string, Uint8Array>]> = {
        'settings-small': [{ 'max.message.bytes': '200' }, { 'a batch of the limit': batchOf(1, { sizeBytes: 120 }), 'a batch beyond': batchOf(1, { sizeBytes: 200 }), 'a batch beyond when packed': compressed('gzip', 1, { sizeBytes: 500 }) }],
        'settings-compact': [{ 'cleanup.policy': 'compact' }, { 'no key': batchOf(2), 'no key, packed': compressed('gzip', 2), 'a key': batchOf(2, { key: 'k' }), 'an empty key': batchOf(1, { key: '' }) }],
        'settings-both': [{ 'cleanup.policy': 'compact,delete' }, { 'no key': batchOf(2) }],
        'settings-append-time': [{ 'message.timestamp.type': 'LogAppendTime' }, { 'old time': batchOf(2), 'no time': batchOf(1, { timestamp: -1n }), packed: compressed('gzip', 2) }],
        'settings-before': [{ 'message.timestamp.before.max.ms': '1000' }, { 'old time': batchOf(2), 'no time': batchOf(1, { timestamp: -1n }) }],
        'settings-after': [{ 'message.timestamp.after.max.ms': '1000' }, { 'time ahead': batchOf(1, { timestamp: 9_000_000_000_000n }), 'old time': batchOf(1) }],
        'settings-min-isr': [{ 'min.insync.replicas': '4' }, { 'acks all': batchOf(1) }],
        'settings-gzip': [{ 'compression.type': 'uncompressed' }, { packed: compressed('gzip', 3), plain: batchOf(2) }],
        'settings-segment': [{ 'segment.bytes': '1048576', 'max.message.bytes': '2000000' }, { 'a batch beyond the segment': batchOf(1, { sizeBytes: 1_048_600 }) }],
      };
      await createTopics(session, Object.fromEntries(Object.entries(settings).map(([topic, [configs]]) => [topic, { ...kept, ...configs }])), 1);
      for (const [topic, [, runs]] of Object.entries(settings)) {
        for (const [label, run] of Object.entries(runs)) await produce(session, `${topic}: ${label}`, { topic }, run);
        await session.ask(`${topic}: read back`, 'Fetch', 12, { maxWaitMs: 0, minBytes: 0, maxBytes: 1_000_000, sessionEpoch: -1, topics: [{ topic, partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1_000_000 }] }] });
      }
    },
  },
  {
    name: 'idempotent producer',
    async tell(session) {
      await createTopic(session, 'idempotent-1', 2, kept);
      const first = await session.ask('an id', 'InitProducerId', 4, { transactionalId: null, transactionTimeoutMs: 60_000, producerId: -1n, producerEpoch: -1 });
      const producerId = first['producerId'] as bigint;
      const send = (label: string, baseSequence: number, count: number, more: Body = {}) => produce(session, label, { topic: 'idempotent-1' }, batchOf(count, { producerId, producerEpoch: 0, baseSequence, ...more }));
      await send('sequence 5 of a new producer', 5, 1);
      await send('sequence 0', 0, 2);
      await send('sequence 0 again', 0, 2);
      await send('sequence 2', 2, 1);
      await send('a gap', 9, 1);
      await send('an overlap', 1, 2);
      for (let sequence = 3; sequence < 9; sequence += 1) await send(`sequence ${sequence}`, sequence, 1);
      await send('a duplicate of the last', 8, 1);
      await send('a duplicate of the fifth before', 4, 1);
      await send('a duplicate that is forgotten', 3, 1);
      await send('a duplicate of the first', 0, 2);
      await send('sequence -1', -1, 1);
      await send('a newer epoch with sequence 3', 3, 1, { producerEpoch: 1 });
      await send('a newer epoch', 0, 1, { producerEpoch: 1 });
      await send('the older epoch', 9, 1, { producerEpoch: 0 });
      await send('epoch -1', 0, 1, { producerEpoch: -1 });
      await send('another producer that nobody gave an id', 0, 1, { producerId: 999_999n });
      await send('another producer in mid-sequence', 7, 1, { producerId: 999_998n });
      await session.ask('two batches of one producer', 'Produce', 12, produceBody({ topic: 'idempotent-1' }, Buffer.concat([batchOf(1, { producerId, producerEpoch: 1, baseSequence: 1 }), batchOf(1, { producerId, producerEpoch: 1, baseSequence: 2 })])));
      await session.ask('producers', 'DescribeProducers', 0, { topics: [{ name: 'idempotent-1', partitionIndexes: [0] }] });
      await session.ask('producers of a follower', 'DescribeProducers', 0, { topics: [{ name: 'idempotent-1', partitionIndexes: [1, 9] }, { name: 'idempotent-none', partitionIndexes: [0] }] });
      for (const [producer, epoch] of [[producerId, 0], [producerId, -1], [-1n, 3], [-5n, -5]] as const) {
        await session.ask(`an id for one with ${producer === producerId ? 'an id' : producer} and epoch ${epoch}`, 'InitProducerId', 4, { transactionalId: null, transactionTimeoutMs: 60_000, producerId: producer, producerEpoch: epoch });
      }
      await session.ask('an id with a timeout of 0', 'InitProducerId', 4, { transactionalId: null, transactionTimeoutMs: 0 });
      await session.ask('read back', 'Fetch', 12, { maxWaitMs: 0, minBytes: 0, maxBytes: 1_000_000, sessionEpoch: -1, topics: [{ topic: 'idempotent-1', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1_000_000 }] }] });
      await session.ask('latest', 'ListOffsets', 7, { replicaId: -1, topics: [{ name: 'idempotent-1', partitions: [{ partitionIndex: 0, timestamp: firstTimestamp }] }] });
    },
  },
];
