/** kafkajs, as its users use it. */
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { valueOf, type ReadRecord } from './records.ts';

export function kafkaOf(brokers: string[], clientId: string, retry = { retries: 30, initialRetryTime: 100, maxRetryTime: 1000 }): Kafka {
  return new Kafka({ clientId, brokers, logLevel: logLevel.NOTHING, retry, requestTimeout: 15_000 });
}

export type Acknowledged = Map<number, { partition: number; offset: bigint }>;

/** Sends records [from, to) in batches to one partition each, and notes where each acknowledged one went. */
export async function sendRange(producer: Producer, topic: string, from: number, to: number, options: { partitions: number; batch: number; acknowledged: Acknowledged; sizeBytes?: number }): Promise<void> {
  for (let start = from; start < to; start += options.batch) {
    const end = Math.min(to, start + options.batch);
    const partition = Math.floor(start / options.batch) % options.partitions;
    const messages = [];
    for (let index = start; index < end; index += 1) messages.push({ value: valueOf(index, options.sizeBytes), partition });
    const [answer] = await producer.send({ topic, acks: -1, messages });
    const base = BigInt(answer?.baseOffset ?? '-1');
    for (let index = start; index < end; index += 1) options.acknowledged.set(index, { partition, offset: base + BigInt(index - start) });
  }
}

/** Reads a topic from its beginning with a fresh group until every partition has been read to the given end. */
export async function readAll(kafka: Kafka, topic: string, groupId: string, ends: ReadonlyMap<number, bigint>): Promise<ReadRecord[]> {
  const consumer = kafka.consumer({ groupId, sessionTimeout: 30_000 });
  const read: ReadRecord[] = [];
  const missing = new Set([...ends].filter(([, end]) => end > 0n).map(([partition]) => partition));
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    if (missing.size === 0) resolve();
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    void consumer.run({
      eachBatch: async ({ batch }) => {
        for (const message of batch.messages) read.push({ partition: batch.partition, offset: BigInt(message.offset), value: message.value?.toString() ?? '' });
        if (BigInt(batch.lastOffset()) + 1n >= (ends.get(batch.partition) ?? 0n)) missing.delete(batch.partition);
        if (missing.size === 0) resolve();
      },
    });
  });
  await consumer.disconnect();
  return read;
}

export async function endOffsets(kafka: Kafka, topic: string): Promise<Map<number, bigint>> {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return new Map(offsets.map((one) => [one.partition, BigInt(one.high)]));
}
