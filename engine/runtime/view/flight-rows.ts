/**
 * A message as rows of the `flights` section: one for each partition that it carries, at most eight. Bodies are read only
 * as far as the picture needs them: which partitions, how many records, from which offset, and whether it is an error.
 */
import { clientIndexBase, FlightFlag, noPartition, unknownNode } from '#engine/contract/frame.ts';
import type { SectionRow } from '#engine/contract/frame.ts';
import { brokerIdOf } from '#engine/core/node.ts';
import type { Message, NodeId } from '#engine/core/node.ts';
import { metadataTopic } from '#engine/core/controller/quorum/quorum-state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { baseOffset, forEachBatch, recordCount } from '#engine/protocol/record-batch.ts';
import type { FetchRequest, FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import type { ProduceRequest, ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import { partitionIndex } from '#engine/runtime/view/catalog.ts';
import type { CatalogIndex } from '#engine/runtime/view/catalog.ts';

export type FlightRow = SectionRow<'flights'>;

/** A message on its way, or lost at its start. */
export interface Flight {
  message: Message;
  departUs: number;
  arriveUs: number;
  lost: boolean;
}

const partitionsMax = 8;
/** Kafka's id of the metadata topic. */
const metadataTopicId = 'AAAAAAAAAAAAAAAAAAAAAQ';

const controlKeys: ReadonlySet<number> = new Set([
  ApiKey.Vote, ApiKey.BeginQuorumEpoch, ApiKey.EndQuorumEpoch, ApiKey.DescribeQuorum, ApiKey.AlterPartition, ApiKey.BrokerRegistration, ApiKey.BrokerHeartbeat,
  ApiKey.UnregisterBroker, ApiKey.AllocateProducerIds, ApiKey.Envelope, ApiKey.FetchSnapshot,
]);

interface PartOfFlight {
  partition: number;
  records: number;
  offset: bigint;
  error: boolean;
}

export function flightRows(flight: Flight, index: CatalogIndex): FlightRow[] {
  const { message, departUs, arriveUs, lost } = flight;
  if (message.kind === 'disconnect') return [];
  const parts = partsOf(message, index);
  const control = parts === 'metadata' || controlKeys.has(message.apiKey);
  const flags = flagsOf(message, control) | (lost ? FlightFlag.dropped : 0);
  const row = {
    id: message.id,
    from: nodeNumber(message.from, index),
    to: nodeNumber(message.to, index),
    sentUs: departUs,
    dueUs: arriveUs,
    apiKey: message.apiKey,
  };
  const none: PartOfFlight = { partition: -1, records: 0, offset: -1n, error: hasErrorCode(message.body) };
  const list = parts === 'metadata' || parts.length === 0 ? [none] : parts;
  const isData = message.apiKey === ApiKey.Produce || message.apiKey === ApiKey.Fetch;
  return list.map(({ partition, records, offset, error }) => ({
    ...row,
    flags: flags | (error ? FlightFlag.error : 0) | (isData && records === 0 ? FlightFlag.empty : 0),
    partition: partition === -1 ? noPartition : partition,
    records,
    fetchOffset: offset,
  }));
}

export function nodeNumber(node: NodeId, index: CatalogIndex): number {
  const broker = brokerIdOf(node);
  if (broker !== -1) return broker;
  const client = index.clients.get(node);
  return client === undefined ? unknownNode : clientIndexBase + client;
}

function flagsOf(message: Exclude<Message, { kind: 'disconnect' }>, control: boolean): number {
  let flags: number = message.kind === 'response' ? FlightFlag.response : 0;
  if (control) return flags | FlightFlag.control;
  if (message.apiKey === ApiKey.Produce) flags |= FlightFlag.produce;
  if (message.apiKey === ApiKey.Fetch) flags |= brokerIdOf(message.from) !== -1 && brokerIdOf(message.to) !== -1 ? FlightFlag.replication : FlightFlag.consume;
  return flags;
}

function partsOf(message: Exclude<Message, { kind: 'disconnect' }>, index: CatalogIndex): PartOfFlight[] | 'metadata' {
  const isRequest = message.kind === 'request';
  if (message.apiKey === ApiKey.Produce) return isRequest ? produceParts(message.body as ProduceRequest, index) : produceAnswers(message.body as ProduceResponse, index);
  if (message.apiKey === ApiKey.Fetch) return isRequest ? fetchParts(message.body as FetchRequest, index) : fetchAnswers(message.body as FetchResponse, index);
  return [];
}

function produceParts(body: ProduceRequest, index: CatalogIndex): PartOfFlight[] {
  const parts: PartOfFlight[] = [];
  for (const topic of body.topicData) {
    for (const { index: number, records } of topic.partitionData) {
      if (parts.length === partitionsMax) return parts;
      parts.push({ partition: indexOf(index, topic.name, topic.topicId, number), records: countRecords(records).records, offset: -1n, error: false });
    }
  }
  return parts;
}

function produceAnswers(body: ProduceResponse, index: CatalogIndex): PartOfFlight[] {
  const parts: PartOfFlight[] = [];
  for (const topic of body.responses) {
    for (const answer of topic.partitionResponses) {
      if (parts.length === partitionsMax) return parts;
      parts.push({ partition: indexOf(index, topic.name, topic.topicId, answer.index), records: 0, offset: answer.baseOffset, error: answer.errorCode !== 0 });
    }
  }
  return parts;
}

function fetchParts(body: FetchRequest, index: CatalogIndex): PartOfFlight[] | 'metadata' {
  const parts: PartOfFlight[] = [];
  for (const topic of body.topics) {
    if (topic.topicId === metadataTopicId || topic.topic === metadataTopic) return 'metadata';
    for (const { partition, fetchOffset } of topic.partitions) {
      if (parts.length === partitionsMax) return parts;
      parts.push({ partition: indexOf(index, topic.topic, topic.topicId, partition), records: 0, offset: fetchOffset, error: false });
    }
  }
  return parts;
}

function fetchAnswers(body: FetchResponse, index: CatalogIndex): PartOfFlight[] | 'metadata' {
  const parts: PartOfFlight[] = [];
  for (const topic of body.responses) {
    if (topic.topicId === metadataTopicId || topic.topic === metadataTopic) return 'metadata';
    for (const answer of topic.partitions) {
      if (parts.length === partitionsMax) return parts;
      const { records, offset } = countRecords(answer.records);
      parts.push({ partition: indexOf(index, topic.topic, topic.topicId, answer.partitionIndex), records, offset, error: answer.errorCode !== 0 });
    }
  }
  return parts;
}

function indexOf(index: CatalogIndex, name: string, topicId: string, partition: number): number {
  const byId = partitionIndex(index, topicId, partition);
  return byId === -1 ? partitionIndex(index, name, partition) : byId;
}

function countRecords(runs: readonly Uint8Array[] | null): { records: number; offset: bigint } {
  let records = 0;
  let offset = -1n;
  for (const run of runs ?? []) {
    forEachBatch(run, (bytes, at) => {
      if (offset === -1n) offset = baseOffset(bytes, at);
      records += recordCount(bytes, at);
    });
  }
  return { records, offset };
}

function hasErrorCode(body: unknown): boolean {
  const code = (body as { errorCode?: unknown } | null)?.errorCode;
  return typeof code === 'number' && code !== 0;
}
