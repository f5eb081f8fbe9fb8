/** Everything a producer can ask for. */
import type { Compression, ProduceArguments, SeenRecord, SentRecord } from '../operations.ts';
import { expectEqual, inOrder, numbers, recordsFor, type Stage, type Story } from '../story.ts';
import { until } from '../until.ts';

const records = 60;

const plain = { acks: -1, idempotent: false, compression: 'none' } as const;

function partitionsOf({ choosesPartition }: Stage): number {
  return choosesPartition ? 3 : 1;
}

type Told = Pick<SentRecord, 'partition' | 'key' | 'value'>;

function lines(list: readonly Told[]): string[] {
  return list.map(({ partition, key, value }) => `${partition} ${String(key)} ${String(value)}`);
}

/** Waits for the records to be committed, then reads them with the same client. */
async function readBack({ driver, witness }: Stage, topic: string, over: number, count: number): Promise<SeenRecord[]> {
  await until(`${count} records in ${topic}`, () => witness.recordCount(topic), (found) => found >= count);
  expectEqual('how many records there are', await witness.recordCount(topic), count);
  return inOrder((await driver.call('consume', { topic, partitions: numbers(over), from: 'earliest', offset: 0, count })).records);
}

/** Produces, then reads everything back with the same client: same records, same order in each partition. */
async function roundTrip(stage: Stage, topic: string, how: Partial<ProduceArguments>): Promise<number[]> {
  const partitions = partitionsOf(stage);
  await stage.witness.makeTopic(topic, partitions);
  const sent = recordsFor(partitions, records);
  const { offsets } = await stage.driver.call('produce', { topic, ...plain, ...how, records: sent });
  const seen = await readBack(stage, topic, partitions, records);
  expectEqual('the records that were read', lines(seen), lines(sent.toSorted((left, right) => left.partition - right.partition)));
  return offsets;
}

function expectOffsets(stage: Stage, offsets: readonly number[]): void {
  if (offsets.every((offset) => offset === -1)) return;
  expectEqual('the acknowledged offsets', offsets, numbers(records).map((index) => Math.floor(index / partitionsOf(stage))));
}

function acks(capability: string, level: -1 | 0 | 1): Story {
  return {
    capability,
    async tell(stage) {
      const offsets = await roundTrip(stage, stage.name(`acks${level}`), { acks: level });
      if (level !== 0) expectOffsets(stage, offsets);
    },
  };
}

function compression(kind: Compression): Story {
  return {
    capability: `produce ${kind}`,
    async tell(stage) {
      const topic = stage.name(kind);
      await roundTrip(stage, topic, { compression: kind });
      const kinds = new Set((await stage.witness.batches(topic, 0)).map((batch) => batch.compression));
      expectEqual('the compression of what the broker holds', [...kinds], [kind]);
    },
  };
}

/** One record of each kind to one partition, and what of it comes back. */
async function faithful<Part>(stage: Stage, suffix: string, sent: SentRecord[], part: (record: SentRecord | SeenRecord) => Part): Promise<void> {
  const topic = stage.name(suffix);
  await stage.witness.makeTopic(topic, 1);
  await stage.driver.call('produce', { topic, ...plain, records: sent });
  const seen = await readBack(stage, topic, 1, sent.length);
  expectEqual('what came back', seen.map(part), sent.map(part));
}

export const produceStories: Story[] = [
  acks('produce acks=0', 0),
  acks('produce acks=1', 1),
  acks('produce acks=all', -1),
  {
    capability: 'idempotent produce',
    async tell(stage) {
      const topic = stage.name('idempotent');
      expectOffsets(stage, await roundTrip(stage, topic, { idempotent: true }));
      const batches = await stage.witness.batches(topic, 0);
      expectEqual('batches, and batches with a producer id', [batches.length > 0, batches.every((batch) => batch.isIdempotent)], [true, true]);
    },
  },
  compression('gzip'),
  compression('snappy'),
  compression('lz4'),
  compression('zstd'),
  {
    capability: 'headers',
    tell: (stage) => faithful(stage, 'headed', [{ partition: 0, key: 'k', value: 'v', headers: { origin: 'matrix', größe: 'ä' } }], ({ key, value, headers }) => [key, value, Object.entries(headers ?? {}).toSorted()]),
  },
  {
    capability: 'null keys and values',
    tell: (stage) => faithful(stage, 'nulls', [{ partition: 0, key: 'gone', value: null }, { partition: 0, key: null, value: 'keyless' }], ({ key, value }) => [key, value]),
  },
  {
    capability: 'timestamps of records',
    tell: (stage) => faithful(stage, 'dated', numbers(3).map((index) => ({ partition: 0, key: 'k', value: `${index}`, timestamp: 1_700_000_000_000 + index * 1000 })), ({ value, timestamp }) => [value, timestamp]),
  },
  {
    capability: 'a record of 900,000 bytes',
    tell: (stage) => faithful(stage, 'large', [{ partition: 0, key: 'large', value: 'large '.repeat(150_000) }], ({ key, value }) => [key, value?.length]),
  },
  {
    capability: 'error for a record too large',
    async tell({ driver, witness, name }) {
      const topic = name('narrow');
      await witness.makeTopic(topic, 1, { 'max.message.bytes': '2000' });
      const send = (value: string) => driver.call('produce', { topic, ...plain, records: [{ partition: 0, key: 'k', value }] });
      await send('fits');
      const refusal = await send('x'.repeat(5000)).then(() => undefined, (error: unknown) => error);
      if (refusal === undefined) throw new Error('5,000 bytes were taken where 2,000 are allowed');
      if (!(refusal instanceof Error) || !/too.?large|MESSAGE_?TOO_?LARGE|larger than the max/i.test(refusal.message)) throw refusal;
      expectEqual('how many records there are', await witness.recordCount(topic), 1);
    },
  },
];
