/**
 * What differs between any two clusters, or between two runs of one, put into words that compare: each rule has a name and a
 * reason, and touches only what it names. Everything else is compared as it came.
 */
import * as batches from '#engine/protocol/record-batch.ts';
import { apiOf, ApiKey } from '#engine/protocol/api-keys.ts';
import type { Field, Fields } from '#engine/protocol/message.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { Answer } from './session.ts';

export interface Seen {
  api: string;
  path: string;
  name: string;
  field: Field;
  value: unknown;
  /** The struct that the field is in. */
  parent: Record<string, unknown>;
}

export interface Rule {
  name: string;
  reason: string;
  /** The value to compare instead, or undefined where the rule has nothing to say. */
  apply(seen: Seen): unknown;
}

const hourMs = 3_600_000n;
const uuidText = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const isPositive = (value: unknown): boolean => (typeof value === 'bigint' && value > 0n) || (typeof value === 'number' && value > 0);

function onNames(names: readonly string[], stand: string, when: (seen: Seen) => boolean = () => true): Rule['apply'] {
  return (seen) => (names.includes(seen.name) && when(seen) ? stand : undefined);
}

/** Settings whose value is an address, a path or a size of this machine. */
const placeSettings = /^(listeners|advertised\.listeners|log\.dirs?|metadata\.log\.dir|controller\.quorum\.(voters|bootstrap\.servers)|log4j.*)$/;

/** First match wins. */
export const rules: readonly Rule[] = [
  { name: 'throttle', reason: 'how long a quota holds an answer back depends on the load', apply: onNames(['throttleTimeMs'], '<throttle>') },
  { name: 'port', reason: 'both listen on free ports', apply: onNames(['port'], '<port>', ({ value }) => isPositive(value)) },
  { name: 'cluster id', reason: 'a cluster has its own', apply: onNames(['clusterId'], '<cluster id>', ({ value }) => value !== null && value !== '') },
  { name: 'uuid', reason: 'topic, directory and process ids are random', apply: ({ field, value }) => (field.wireType === 'uuid' && value !== zeroUuid ? '<uuid>' : undefined) },
  { name: 'producer id', reason: 'blocks of producer ids are handed out in the order in which brokers ask', apply: onNames(['producerId'], '<producer id>', ({ value }) => (value as bigint) >= 0n) },
  { name: 'broker epoch', reason: 'an offset of the metadata log, which holds what this cluster did', apply: onNames(['brokerEpoch', 'finalizedFeaturesEpoch'], '<metadata offset>', ({ value }) => isPositive(value)) },
  { name: 'active controller', reason: 'which node wins the election is chance', apply: ({ api, name, value }) => (isPositive(value) && (name === 'controllerId' || (api === 'DescribeQuorum' && (name === 'leaderId' || name === 'leaderEpoch'))) ? '<controller>' : undefined) },
  { name: 'metadata log', reason: 'how long the metadata log is depends on what this cluster did', apply: ({ api, name, value }) => (api === 'DescribeQuorum' && isPositive(value) && (name === 'highWatermark' || name === 'logEndOffset') ? '<metadata offset>' : undefined) },
  { name: 'coordinator', reason: 'the leaders of the internal topic are placed by chance', apply: ({ api, name, value }) => (api === 'FindCoordinator' && name === 'nodeId' && isPositive(value) ? '<broker>' : undefined) },
  { name: 'now', reason: 'a time within the hour is the clock of the run', apply: ({ name, value }) => (/timestamp|time/i.test(name) && typeof value === 'bigint' && absolute(value - BigInt(Date.now())) < hourMs ? '<now>' : undefined) },
  { name: 'fetch session id', reason: 'random', apply: ({ api, name, value }) => (api === 'Fetch' && name === 'sessionId' && value !== 0 ? '<session>' : undefined) },
  { name: 'log directory', reason: 'a path of this machine', apply: ({ api, name, value }) => (api === 'DescribeLogDirs' && name === 'logDir' && value !== '' ? '<path>' : undefined) },
  { name: 'disk space', reason: 'of this machine', apply: onNames(['totalBytes', 'usableBytes'], '<bytes>', ({ value }) => isPositive(value)) },
  {
    name: 'place settings',
    reason: 'addresses and paths are of this machine',
    apply: ({ api, name, value, parent }) => (api === 'DescribeConfigs' && name === 'value' && value !== null && placeSettings.test(String(parent['name'])) ? '<place>' : undefined),
  },
  { name: 'uuid in text', reason: 'member ids and messages carry random ids', apply: ({ field, value }) => (field.wireType === 'string' && typeof value === 'string' ? readableText(value) : undefined) },
];

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

export function readableText(value: string): string {
  return value.replaceAll(uuidText, '<uuid>').replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>').replaceAll(/within \[-?\d+, -?\d+\]/g, 'within [<earliest>, <latest>]').replaceAll(/cluster id "[A-Za-z0-9_-]{22}"/g, 'cluster id "<uuid>"').replaceAll(/\b(epoch|id) [A-Za-z0-9_-]{22}\b/g, '$1 <uuid>').replaceAll(/\bLocal controller \d+ /g, 'Local controller <controller> ');
}

/** Lists whose order Kafka takes from a hash table or from how nodes happened to answer: sorted by these fields before comparing. */
const unordered: Record<string, readonly string[]> = {
  'DescribeConfigs results[].configs': ['name'],
  'DescribeConfigs results[].configs[].synonyms': [],
  'Metadata brokers': ['nodeId'],
  'DescribeCluster brokers': ['brokerId'],
  'DescribeQuorum topics[].partitions[].currentVoters': ['replicaId'],
  'DescribeQuorum nodes': ['nodeId'],
  'DescribeLogDirs results[].topics': ['name'],
  'DescribeLogDirs results[].topics[].partitions': ['partitionIndex'],
  'ListConfigResources configResources': ['resourceType', 'resourceName'],
  'ListGroups groups': ['groupId'],
  'ListTransactions transactionStates': ['transactionalId'],
  'ListTransactions unknownStateFilters': [],
  'AddPartitionsToTxn resultsByTopicV3AndBelow': ['name'],
  'AddPartitionsToTxn resultsByTransaction': ['transactionalId'],
  'AddPartitionsToTxn resultsByTransaction[].topicResults': ['name'],
  'AddPartitionsToTxn resultsByTransaction[].topicResults[].resultsByPartition': ['partitionIndex'],
  'WriteTxnMarkers markers[].topics[].partitions': ['partitionIndex'],
  'TxnOffsetCommit topics[].partitions': ['partitionIndex'],
  'AlterReplicaLogDirs results': ['topicName'],
  'AlterReplicaLogDirs results[].partitions': ['partitionIndex'],
  'AlterClientQuotas entries[].entity': ['entityType'],
  'InitializeShareGroupState results': ['topicId'],
  'ReadShareGroupState results': ['topicId'],
  'WriteShareGroupState results': ['topicId'],
  'DeleteShareGroupState results': ['topicId'],
  'ReadShareGroupStateSummary results': ['topicId'],
  'ApiVersions supportedFeatures': ['name'],
  'ApiVersions finalizedFeatures': ['name'],
  'OffsetFetch groups[].topics': ['name'],
  'OffsetFetch topics': ['name'],
  'DescribeGroups groups': ['groupId'],
  'DescribeGroups groups[].members': [],
  'DescribeProducers topics[].partitions[].activeProducers': [],
  'JoinGroup members': [],
  'DeleteGroups results': ['groupId'],
  'ElectLeaders replicaElectionResults': ['topic'],
  'Produce responses': ['name', 'topicId'],
  'Produce responses[].partitionResponses': ['index'],
  'Metadata topics': ['name'],
};

export function normalised(answer: Answer): unknown {
  if (answer.kind !== 'answer') return answer;
  const definition = apiOf(ApiKey[answer.api])!.response;
  return { kind: 'answer', wire: answer.wire, body: normaliseStruct(answer.api, definition.fields, answer.body, '') };
}

function normaliseStruct(api: string, fields: Fields, body: Record<string, unknown>, path: string): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    const field = fields[name];
    if (field === undefined) throw new Error(`${api} has no field ${path}${name}`);
    result[name] = normaliseValue({ api, path: path === '' ? name : `${path}.${name}`, name, field, value, parent: body });
  }
  return result;
}

function normaliseValue(seen: Seen): unknown {
  const { api, path, field, value, name } = seen;
  if (value === null || value === undefined) return value;
  if (field.wireType === 'struct') return normaliseStruct(api, field.fields!, value as Record<string, unknown>, path);
  if (field.wireType === 'array') {
    const elements = (value as unknown[]).map((element) => normaliseValue({ ...seen, path: `${path}[]`, name, field: field.element!, value: element }));
    const keys = unordered[`${api} ${path}`];
    return keys === undefined ? elements : elements.toSorted((left, right) => (sortKey(left, keys) < sortKey(right, keys) ? -1 : 1));
  }
  if (field.wireType === 'records') return (value as Uint8Array[]).flatMap(readableBatches);
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`;
  for (const rule of rules) {
    const stand = rule.apply(seen);
    if (stand !== undefined) return stand;
  }
  return value;
}

function sortKey(element: unknown, keys: readonly string[]): string {
  return keys.length === 0 ? plainText(element) : keys.map((key) => plainText((element as Record<string, unknown>)[key])).join(' ');
}

function plainText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}` : inner));
}

/** Batches by their headers, with what is the broker's clock or the side's id left out, and the records as they are. */
function readableBatches(run: Uint8Array): unknown[] {
  const result: unknown[] = [];
  let at = 0;
  while (at + batches.batchHeaderSizeBytes <= run.length && batches.batchSizeBytes(run, at) + at <= run.length) {
    const size = batches.batchSizeBytes(run, at);
    const isFresh = absolute(batches.maxTimestamp(run, at) - BigInt(Date.now())) < hourMs;
    result.push({
      baseOffset: batches.baseOffset(run, at),
      sizeBytes: size,
      leaderEpoch: batches.leaderEpoch(run, at),
      magic: batches.magic(run, at),
      attributes: batches.attributes(run, at),
      lastOffsetDelta: batches.lastOffsetDelta(run, at),
      baseTimestamp: isFresh ? '<now>' : batches.baseTimestamp(run, at),
      maxTimestamp: isFresh ? '<now>' : batches.maxTimestamp(run, at),
      producerId: batches.producerId(run, at) >= 0n ? '<producer id>' : -1n,
      producerEpoch: batches.producerEpoch(run, at),
      baseSequence: batches.baseSequence(run, at),
      crcHolds: batches.crc(run, at) === batches.computeCrc(run, at),
      records: Buffer.from(run.subarray(at + batches.batchHeaderSizeBytes, at + size)).toString('hex'),
    });
    at += size;
  }
  if (at < run.length) result.push({ trailingBytes: run.length - at });
  return result;
}
