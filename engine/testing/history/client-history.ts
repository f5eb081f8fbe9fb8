/**
 * What clients did and saw, noted from their own traffic: what producers sent and were told, what consumers were given and took. Nothing
 * of the engine's inside is looked at, so that the judge (judge-history.ts) is a second opinion.
 *
 * A record is known by what its value says: its producer and its number there ("checkout 17").
 */
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { readRecordValue } from '#engine/core/clients/record-generator.ts';
import type { FactPayloads } from '#engine/core/facts.ts';
import type { Message } from '#engine/core/node.ts';
import { latestImage } from '#engine/core/world/inspect.ts';
import type { EventRecord, World } from '#engine/core/world/world-state.ts';
import { nodeCompression } from '#engine/runtime/compression.ts';
import { decodeRecords, forEachBatch } from '#engine/protocol/record-batch.ts';
import type { ProduceRequest, ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import type { FetchResponse } from '#engine/protocol/messages/01-fetch.ts';

/** "checkout 17". */
export type RecordName = string;

export interface Acknowledged {
  record: RecordName;
  producer: string;
  partition: string;
  offset: bigint;
  atUs: number;
}

export interface Polled {
  consumer: string;
  partition: string;
  fromOffset: bigint;
  toOffset: bigint;
  /** By offset; empty where the consumer was given nothing to tell. */
  records: Map<bigint, RecordName>;
  /** Grows with each assignment, revocation and reset of this consumer: only within one are its polls one sequence. */
  span: number;
  atUs: number;
}

export interface ClientHistory {
  acknowledged: Acknowledged[];
  polled: Polled[];
  /** Produce requests without an answer, by connection and correlation id: per partition the records in their order. */
  waiting: Map<string, Map<string, RecordName[]>>;
  /** What each consumer was given, by consumer and partition. */
  given: Map<string, Map<bigint, RecordName>>;
  spans: Map<string, number>;
}

export function createHistory(): ClientHistory {
  return { acknowledged: [], polled: [], waiting: new Map(), given: new Map(), spans: new Map() };
}

export function noteInHistory(history: ClientHistory, world: World, event: EventRecord): void {
  if (event.node.startsWith('producer/')) noteProducer(history, world, event);
  else if (event.node.startsWith('consumer/')) noteConsumer(history, world, event);
}

function noteProducer(history: ClientHistory, world: World, event: EventRecord): void {
  for (const { message } of event.sent) {
    if (message.kind === 'request' && message.apiKey === ApiKey.Produce) history.waiting.set(wayOf(message), batchesOf(world, message.body as ProduceRequest));
  }
  if (event.input.type !== 'message' || event.input.message.kind !== 'response' || event.input.message.apiKey !== ApiKey.Produce) return;
  const { message } = event.input;
  const sent = history.waiting.get(wayOf(message));
  history.waiting.delete(wayOf(message));
  const offsets = offsetsIn(world, message.body as ProduceResponse);
  for (const fact of event.facts) {
    if (fact.kind !== 'client.acknowledged') continue;
    const { topic, partition, client } = fact.payload as FactPayloads['client.acknowledged'];
    const key = `${topic}-${partition}`;
    const baseOffset = offsets.get(key);
    if (baseOffset === undefined) continue;
    for (const [index, record] of (sent?.get(key) ?? []).entries()) {
      history.acknowledged.push({ record, producer: client, partition: key, offset: baseOffset + BigInt(index), atUs: event.timeUs });
    }
  }
}

function wayOf(message: Exclude<Message, { kind: 'disconnect' }>): string {
  return `${message.connectionId} ${message.correlationId}`;
}

function nameOf(world: World, topicId: string, name: string): string {
  return name === '' ? (latestImage(world)?.topics.get(topicId)?.name ?? topicId) : name;
}

function batchesOf(world: World, { topicData }: ProduceRequest): Map<string, RecordName[]> {
  const batches = new Map<string, RecordName[]>();
  for (const { name, topicId, partitionData } of topicData) {
    for (const { index, records } of partitionData) {
      const names: RecordName[] = [];
      for (const run of records ?? []) forEachRecord(run, (_offset, record) => names.push(record));
      batches.set(`${nameOf(world, topicId, name)}-${index}`, names);
    }
  }
  return batches;
}

/** Where the batches of an answer stand; those that were refused are left out. */
function offsetsIn(world: World, { responses }: ProduceResponse): Map<string, bigint> {
  const offsets = new Map<string, bigint>();
  for (const { name, topicId, partitionResponses } of responses) {
    for (const { index, errorCode, baseOffset } of partitionResponses) {
      if (errorCode === 0 && baseOffset >= 0n) offsets.set(`${nameOf(world, topicId, name)}-${index}`, baseOffset);
    }
  }
  return offsets;
}

function noteConsumer(history: ClientHistory, world: World, event: EventRecord): void {
  const consumer = event.node;
  if (event.input.type === 'message' && event.input.message.kind === 'response' && event.input.message.apiKey === ApiKey.Fetch) {
    noteGiven(history, world, consumer, event.input.message.body as FetchResponse);
  }
  for (const fact of event.facts) {
    if (fact.kind === 'client.assigned' || fact.kind === 'client.revoked' || fact.kind === 'client.positionReset' || fact.kind === 'node.started') {
      history.spans.set(consumer, spanOf(history, consumer) + 1);
    } else if (fact.kind === 'client.polled') {
      const { topic, partition, fromOffset, toOffset } = fact.payload as FactPayloads['client.polled'];
      history.polled.push(polledOf(history, consumer, `${topic}-${partition}`, fromOffset, toOffset, event.timeUs));
    }
  }
}

function spanOf({ spans }: ClientHistory, consumer: string): number {
  return spans.get(consumer) ?? 0;
}

function polledOf(history: ClientHistory, consumer: string, partition: string, fromOffset: bigint, toOffset: bigint, atUs: number): Polled {
  const given = history.given.get(`${consumer} ${partition}`);
  const records = new Map<bigint, RecordName>();
  for (let offset = fromOffset; offset < toOffset; offset++) {
    const record = given?.get(offset);
    if (record !== undefined) records.set(offset, record);
  }
  return { consumer, partition, fromOffset, toOffset, records, span: spanOf(history, consumer), atUs };
}

function noteGiven(history: ClientHistory, world: World, consumer: string, { responses }: FetchResponse): void {
  for (const { topicId, topic, partitions } of responses) {
    for (const { partitionIndex, records } of partitions) {
      const key = `${consumer} ${nameOf(world, topicId, topic)}-${partitionIndex}`;
      let given = history.given.get(key);
      if (given === undefined) history.given.set(key, (given = new Map()));
      for (const run of records ?? []) forEachRecord(run, (offset, record) => given.set(offset, record));
    }
  }
}

export function forEachRecord(run: Uint8Array, note: (offset: bigint, record: RecordName) => void): void {
  forEachBatch(run, (bytes, at) => {
    for (const { offset, value } of decodeRecords(bytes, at, nodeCompression.decompress)) {
      const known = value === null ? undefined : readRecordValue(value);
      if (known !== undefined) note(offset, `${known.producer} ${known.number}`);
    }
  });
}
