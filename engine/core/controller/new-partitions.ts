/** New partitions of new and old topics: where their replicas go, and who begins as leader (Kafka: ReplicationControlManager). */
import { ErrorCode } from '#engine/protocol/errors.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { CreatePartitionsRequest, CreatePartitionsResponse } from '#engine/protocol/messages/37-create-partitions.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import { isActive, topicByName } from '#engine/core/metadata/image.ts';
import { metadataRecord, type MetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { decideAndAnswer, type ActiveController } from '#engine/core/controller/active-controller.ts';
import { PlacementError, placeReplicas } from '#engine/core/controller/replica-placer.ts';
import { outcomeOf, RequestError } from '#engine/core/controller/request-error.ts';

export interface NewPartition {
  replicas: number[];
  /** Those of the replicas that are alive; never empty, the first one leads. */
  isr: number[];
}

/** Kafka refuses a request that would make more records than this. */
const partitionsPerRequestMax = 10_000;

export function placedPartitions(active: ActiveController, count: number, replicationFactor: number, context: NodeContext): NewPartition[] {
  if (count > partitionsPerRequestMax) {
    throw new RequestError(ErrorCode.POLICY_VIOLATION, `Excessively large number of partitions per request: ${count}, at most ${partitionsPerRequestMax} are possible.`);
  }
  const brokers = [...active.image.brokers.values()].map(({ id, rack, fenced }) => ({ id, rack, fenced }));
  const refuse = (why: string): RequestError =>
    new RequestError(ErrorCode.INVALID_REPLICATION_FACTOR, `Unable to replicate the partition ${replicationFactor} time(s): ${why}`);
  let placements: number[][];
  try {
    placements = placeReplicas(brokers, count, replicationFactor, context.random);
  } catch (error) {
    throw error instanceof PlacementError ? refuse(error.message) : error;
  }
  return placements.map((replicas) => {
    const isr = replicas.filter((broker) => isActive(active.image, broker));
    if (isr.length === 0) throw refuse('All brokers are currently fenced or in controlled shutdown.');
    return { replicas, isr };
  });
}

function invalidAssignment(why: string): RequestError {
  return new RequestError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, why);
}

export function manualPartition(active: ActiveController, partitionId: number, replicas: readonly number[], replicationFactor: number | undefined): NewPartition {
  checkAssignment(active, replicas);
  if (replicationFactor !== undefined && replicas.length !== replicationFactor) {
    throw invalidAssignment(`The manual partition assignment includes a partition with ${replicas.length} replica(s), but this is not consistent with previous partitions, which have ${replicationFactor} replica(s).`);
  }
  const isr = replicas.filter((broker) => isActive(active.image, broker));
  if (isr.length === 0) throw invalidAssignment(`All brokers specified in the manual partition assignment for partition ${partitionId} are fenced or in controlled shutdown.`);
  return { replicas: [...replicas], isr };
}

/** Every replica on a broker that exists, none twice. */
export function checkAssignment(active: ActiveController, replicas: readonly number[]): void {
  if (replicas.length === 0) throw invalidAssignment('The manual partition assignment includes an empty replica list.');
  for (const [index, broker] of replicas.entries()) {
    if (!active.image.brokers.has(broker)) throw invalidAssignment(`The manual partition assignment includes broker ${broker}, but no such broker is registered.`);
    if (replicas.indexOf(broker) !== index) throw invalidAssignment(`The manual partition assignment includes the broker ${broker} more than once.`);
  }
}

export function partitionRecord(active: ActiveController, topicId: string, partitionId: number, { replicas, isr }: NewPartition): MetadataRecord {
  return metadataRecord('PartitionRecord', {
    topicId,
    partitionId,
    replicas,
    directories: replicas.map((broker) => active.image.brokers.get(broker)?.logDirs[0] ?? zeroUuid),
    isr,
    leader: isr[0] ?? -1,
    leaderRecoveryState: 0,
    leaderEpoch: 0,
    partitionEpoch: 0,
  });
}

export function createPartitions(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const body = request.body as CreatePartitionsRequest;
  const records: MetadataRecord[] = [];
  const results = [...new Map(body.topics.map((topic) => [topic.name, topic])).values()].map((wanted) => {
    const created: MetadataRecord[] = [];
    const outcome = outcomeOf(() => {
      if (body.topics.filter((topic) => topic.name === wanted.name).length > 1) throw new RequestError(ErrorCode.INVALID_REQUEST, 'Duplicate topic name.');
      addPartitions(active, wanted, created, context);
    });
    if (outcome.errorCode === ErrorCode.NONE) records.push(...created);
    return { name: wanted.name, ...outcome };
  });
  const answer: CreatePartitionsResponse = { throttleTimeMs: 0, results };
  decideAndAnswer(active, request, body.validateOnly ? [] : records, answer, context);
}

function addPartitions(active: ActiveController, wanted: CreatePartitionsRequest['topics'][number], records: MetadataRecord[], context: NodeContext): void {
  const topic = topicByName(active.image, wanted.name);
  if (topic === undefined) throw new RequestError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, null);
  const existing = topic.partitions.length;
  if (wanted.count === existing) throw new RequestError(ErrorCode.INVALID_PARTITIONS, `Topic already has ${existing} partition(s).`);
  if (wanted.count < existing) {
    throw new RequestError(ErrorCode.INVALID_PARTITIONS, `The topic ${wanted.name} currently has ${existing} partition(s); ${wanted.count} would not be an increase.`);
  }
  const additional = wanted.count - existing;
  const replicationFactor = topic.partitions[0]?.replicas.length ?? 1;
  const partitions = wanted.assignments === null ? placedPartitions(active, additional, replicationFactor, context) : assigned(active, wanted.assignments, additional, existing, replicationFactor);
  for (const [index, partition] of partitions.entries()) records.push(partitionRecord(active, topic.id, existing + index, partition));
}

function assigned(active: ActiveController, assignments: readonly { brokerIds: number[] }[], additional: number, existing: number, replicationFactor: number): NewPartition[] {
  if (assignments.length !== additional) {
    throw new RequestError(
      ErrorCode.INVALID_REPLICA_ASSIGNMENT,
      `Attempted to add ${additional} additional partition(s), but only ${assignments.length} assignment(s) were specified.`,
    );
  }
  return assignments.map(({ brokerIds }, index) => manualPartition(active, existing + index, brokerIds, replicationFactor));
}
