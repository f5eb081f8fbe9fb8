/**
 * Compressed batches: what passes, what is written anew, what is refused, and what is found inside. A batch that a broker compresses
 * itself has other bytes on each side; what is compared then is what it opens to.
 */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { CompressionName } from '#engine/ports/compression.ts';
import * as batch from '#engine/protocol/record-batch.ts';
import type { BatchToEncode } from '#engine/protocol/records.ts';
import { nodeCompression } from '#engine/runtime/compression.ts';
import type { Body, Session } from '../session.ts';
import { altered, batchOf, firstTimestamp, recordsOf, withBody } from './batches.ts';
import { bodiesIn, createTopic } from './scene.ts';
import { kept, produce } from './produce.ts';
import type { Story } from './story.ts';

const codecs: readonly CompressionName[] = ['gzip', 'snappy', 'lz4', 'zstd'];
const codecNumber = (codec: CompressionName): number => batch.compressionTypes.indexOf(codec);

function packed(codec: CompressionName, more: Partial<BatchToEncode> & { records: BatchToEncode['records'] }): Uint8Array {
  return batch.encodeBatch({ ...more, compression: { type: codec, compress: (bytes) => nodeCompression.compress(codec, bytes) } });
}

function packedOf(codec: CompressionName, count: number, options: Parameters<typeof recordsOf>[1] = {}): Uint8Array {
  return packed(codec, { records: recordsOf(count, options) });
}

/** The records' bytes as they are without compression. */
function plainBody(count: number, options: Parameters<typeof recordsOf>[1] = {}): Uint8Array {
  return batchOf(count, options).subarray(batch.batchHeaderSizeBytes);
}

/** The clock of the run is another on each side. */
function time(timestamp: bigint): string {
  return Math.abs(Number(timestamp) - Date.now()) < 3_600_000 ? 'now' : `${timestamp}`;
}

function described(run: Uint8Array, at: number, sent: Uint8Array | undefined): string {
  const sizeBytes = batch.batchSizeBytes(run, at);
  const payload = Buffer.from(run.subarray(at + batch.batchHeaderSizeBytes, at + sizeBytes));
  const isAsSent = sent !== undefined && payload.equals(sent.subarray(batch.batchHeaderSizeBytes));
  const records = [...batch.decodeRecords(run, at, nodeCompression.decompress)].map(({ offset, timestamp, key, value }) => `${offset} @${time(timestamp)} ${key === null ? 'no key' : Buffer.from(key).toString('hex')} ${value?.length}`);
  const head = [batch.baseOffset(run, at), batch.lastOffset(run, at), batch.recordCount(run, at), batch.compressionType(run, at), batch.attributes(run, at) & ~7, time(batch.baseTimestamp(run, at)), time(batch.maxTimestamp(run, at))];
  return `${head.join(' ')}, ${isAsSent ? 'as sent' : 'written anew'}, crc ${batch.crc(run, at) === batch.computeCrc(run, at)}: ${records.join('; ')}`;
}

/** What the log holds now, in words that do not depend on who compressed it; `sent`: the batches that were taken, in their order. */
async function readBack(session: Session, label: string, topic: string, sent: readonly Uint8Array[]): Promise<void> {
  const answer = await session.call('Fetch', 12, { maxWaitMs: 0, minBytes: 0, maxBytes: 10_000_000, sessionEpoch: -1, topics: [{ topic, partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 10_000_000 }] }] });
  const runs = bodiesIn(bodiesIn(answer, 'responses')[0], 'partitions')[0]?.['records'] as Uint8Array[];
  const lines: string[] = [];
  for (const run of runs) batch.forEachBatch(run, (bytes, at) => lines.push(described(bytes, at, sent[lines.length])));
  session.note(label, { kind: 'text', text: lines.join('\n') });
}

/** One producer's batch of the codec, and the same without. */
const ofAll: Record<string, Uint8Array> = { plain: batchOf(3, { sizeBytes: 300 }), ...Object.fromEntries(codecs.map((codec) => [codec, packedOf(codec, 3, { sizeBytes: 300 })])) };

function counted(bytes: Uint8Array, count: number): Uint8Array {
  return altered(bytes, (view) => {
    view.setInt32(23, count - 1);
    view.setInt32(57, count);
  });
}

function damagedBodies(codec: CompressionName): Record<string, Uint8Array> {
  const whole = packedOf(codec, 3, { sizeBytes: 50 });
  const body = whole.subarray(batch.batchHeaderSizeBytes);
  const number = codecNumber(codec);
  const again = (bytes: Uint8Array): Uint8Array => withBody(whole, bytes, number);
  return {
    'no bytes at all': again(new Uint8Array(0)),
    'the first byte only': again(body.subarray(0, 1)),
    'cut by half': again(body.subarray(0, body.length >> 1)),
    'without its last byte': again(body.subarray(0, -1)),
    'bytes behind the end': again(Buffer.concat([body, Buffer.from('behind the end')])),
    'twice': again(Buffer.concat([body, body])),
    'fewer counted than inside': counted(whole, 2),
    'more counted than inside': counted(whole, 4),
    'a malformed record inside': again(nodeCompression.compress(codec, Uint8Array.of(40, 0, 0, 0))),
    'nothing inside': again(nodeCompression.compress(codec, new Uint8Array(0))),
    'not compressed': again(plainBody(3)),
  };
}

/** Offsets, attributes and times of records that do not fit their header. */
function oddRecords(codec: CompressionName | undefined): Record<string, Uint8Array> {
  const make = (records: BatchToEncode['records'], more: Partial<BatchToEncode> = {}): Uint8Array => (codec === undefined ? batch.encodeBatch({ records, ...more }) : packed(codec, { records, ...more }));
  const [first, second, third] = recordsOf(3, { key: 'k' });
  const gapped = make([{ ...first!, offsetDelta: 0 }, { ...second!, offsetDelta: 5 }, { ...third!, offsetDelta: 7 }], { lastOffsetDelta: 2 });
  return {
    'offsets with gaps inside': gapped,
    'offsets backwards inside': make([{ ...first!, offsetDelta: 2 }, { ...second!, offsetDelta: 1 }, { ...third!, offsetDelta: 0 }], { lastOffsetDelta: 2 }),
    'times backwards': make([third!, second!, first!]),
    'a max timestamp that is none': altered(make([first!, second!]), (view) => view.setBigInt64(35, 5n)),
    'a delete horizon': altered(make([first!, second!]), (view) => view.setInt16(21, view.getInt16(21) | 64)),
    'append time': altered(make([first!, second!]), (view) => view.setInt16(21, view.getInt16(21) | 8)),
    'append time with another max timestamp': altered(make([first!, second!]), (view) => {
      view.setInt16(21, view.getInt16(21) | 8);
      view.setBigInt64(35, firstTimestamp + 50n);
    }),
    'a time below -1': make([{ ...first!, timestamp: -5n }]),
    'headers': make([{ ...first!, headers: [{ key: 'h', value: null }, { key: '', value: new Uint8Array(3) }] }]),
  };
}

/** Records of which the second has no key and the third is of the year 2255. */
function mixed(codec: CompressionName | undefined, timestamp?: bigint): Uint8Array {
  const [first, second, third] = recordsOf(3, { key: 'k', ...(timestamp === undefined ? {} : { timestamp }) });
  const records = [first!, { ...second!, key: null }, { ...third!, timestamp: 9_000_000_000_000n }];
  return codec === undefined ? batch.encodeBatch({ records }) : packed(codec, { records });
}

async function fetchOf(session: Session, label: string, topic: string, version: number): Promise<void> {
  const body: Body = { maxWaitMs: 0, minBytes: 0, maxBytes: 1_000_000, sessionEpoch: -1, topics: [{ topic, partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1_000_000 }] }] };
  const answer = await session.call('Fetch', version, body);
  const partition = bodiesIn(bodiesIn(answer, 'responses')[0], 'partitions')[0];
  session.note(label, { kind: 'text', text: `error ${String(partition?.['errorCode'])}, high watermark ${String(partition?.['highWatermark'])}, ${(partition?.['records'] as Uint8Array[] | null)?.length ?? 'no'} runs` });
}

export const compressionStories: Story[] = [
  {
    name: 'compression of topics',
    async tell(session) {
      for (const type of ['producer', 'uncompressed', ...codecs]) {
        const topic = `compression-${type}`;
        await createTopic(session, topic, 1, { ...kept, 'compression.type': type });
        for (const [codec, run] of Object.entries(ofAll)) await produce(session, `${type}: ${codec}`, { topic }, run);
        await readBack(session, `${type}: read back`, topic, Object.values(ofAll));
        for (const time of [0n, 1n, 2n]) await session.ask(`${type}: offset of +${time} ms`, 'ListOffsets', 7, { replicaId: -1, topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: firstTimestamp + time }] }] });
        await session.ask(`${type}: newest`, 'ListOffsets', 7, { replicaId: -1, topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: -3n }] }] });
        for (const version of [4, 9, 10, 11]) await fetchOf(session, `${type}: fetch v${version}`, topic, version);
      }
      for (const version of [3, 6, 7]) await produce(session, `zstd v${version}`, { topic: 'compression-producer', version }, ofAll['zstd']!);
    },
  },
  {
    name: 'compression under settings',
    async tell(session) {
      const topics: Record<string, Record<string, string>> = {
        'compression-append-time': { 'message.timestamp.type': 'LogAppendTime' },
        'compression-append-time-lz4': { 'message.timestamp.type': 'LogAppendTime', 'compression.type': 'lz4' },
        'compression-levels': { 'compression.type': 'gzip', 'compression.gzip.level': '1' },
      };
      for (const [topic, configs] of Object.entries(topics)) {
        await createTopic(session, topic, 1, { ...kept, ...configs });
        for (const [codec, run] of Object.entries(ofAll)) await produce(session, `${topic}: ${codec}`, { topic }, run);
        await readBack(session, `${topic}: read back`, topic, Object.values(ofAll));
      }
      await createTopic(session, 'compression-small', 1, { ...kept, 'compression.type': 'uncompressed', 'max.message.bytes': '400' });
      await produce(session, 'too large when opened', { topic: 'compression-small' }, packedOf('zstd', 3, { sizeBytes: 300 }));
      await createTopic(session, 'compression-small-gzip', 1, { ...kept, 'compression.type': 'gzip', 'max.message.bytes': '400' });
      await produce(session, 'too large before it is packed', { topic: 'compression-small-gzip' }, ofAll['plain']!);
      for (const [topic, configs] of [['compression-compact', { 'cleanup.policy': 'compact' }], ['compression-both', { 'cleanup.policy': 'compact', 'message.timestamp.after.max.ms': '1000' }], ['compression-before', { 'message.timestamp.before.max.ms': '1000', 'message.timestamp.after.max.ms': '9223372036854775807' }]] as const) {
        await createTopic(session, topic, 1, { ...kept, ...configs });
        for (const codec of [undefined, ...codecs]) await produce(session, `${topic}: mixed records, ${codec ?? 'plain'}`, { topic }, mixed(codec));
      }
    },
  },
  {
    name: 'damaged compression',
    async tell(session) {
      for (const codec of codecs) {
        const topic = `damaged-${codec}`;
        await createTopic(session, topic, 1, kept);
        for (const [label, run] of Object.entries(damagedBodies(codec))) await produce(session, `${codec}: ${label}`, { topic }, run);
        await session.ask(`${codec}: the log's end`, 'ListOffsets', 7, { replicaId: -1, topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: -1n }] }] });
      }
      await createTopic(session, 'damaged-members', 1, kept);
      const [front, back] = [plainBody(3).subarray(0, 20), plainBody(3).subarray(20)];
      await produce(session, 'gzip of two members', { topic: 'damaged-members' }, withBody(batchOf(3), Buffer.concat([gzipSync(front), gzipSync(back)]), 1));
      await produce(session, 'zstd of two frames', { topic: 'damaged-members' }, withBody(batchOf(3), Buffer.concat([zstdCompressSync(front), zstdCompressSync(back)]), 4));
      await produce(session, 'snappy of two streams', { topic: 'damaged-members' }, withBody(batchOf(3), Buffer.concat([nodeCompression.compress('snappy', front), nodeCompression.compress('snappy', back)]), 2));
      await produce(session, 'lz4 of two frames', { topic: 'damaged-members' }, withBody(batchOf(3), Buffer.concat([nodeCompression.compress('lz4', front), nodeCompression.compress('lz4', back)]), 3));
    },
  },
  {
    name: 'odd records and compression',
    async tell(session) {
      for (const type of ['producer', 'uncompressed', 'lz4', 'append-time']) {
        for (const codec of [undefined, 'gzip', 'lz4'] as const) {
          const topic = `odd-${type}-${codec ?? 'plain'}`;
          await createTopic(session, topic, 1, { ...kept, ...(type === 'append-time' ? { 'message.timestamp.type': 'LogAppendTime' } : { 'compression.type': type }) });
          const runs = oddRecords(codec);
          const taken: Uint8Array[] = [];
          for (const [label, run] of Object.entries(runs)) {
            const answer = await produce(session, `${topic}: ${label}`, { topic }, run);
            if (bodiesIn(bodiesIn(answer, 'responses')[0], 'partitionResponses')[0]?.['errorCode'] === 0) taken.push(run);
          }
          await readBack(session, `${topic}: read back`, topic, taken);
        }
      }
    },
  },
];
