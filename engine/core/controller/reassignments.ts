/**
 * Moving replicas to other brokers: AlterPartitionReassignments and ListPartitionReassignments (Kafka:
 * ReplicationControlManager.alterPartitionReassignments; KIP-455).
 *
 * The partition is given all replicas, old and new; the new ones catch up by fetching; when all of them are in the ISR, the
 * AlterPartition that brings in the last one also ends the move. A move can be taken back as long as somebody who was
 * there before is in the ISR.
 */
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse } from '#engine/protocol/messages/45-alter-partition-reassignments.ts';
import type { ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse } from '#engine/protocol/messages/46-list-partition-reassignments.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import { topicByName, type PartitionImage, type TopicImage } from '#engine/core/metadata/image.ts';
import type { MetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { decideAndAnswer, type ActiveController } from '#engine/core/controller/active-controller.ts';
import { proposeChange } from '#engine/core/controller/leadership.ts';
import { checkAssignment } from '#engine/core/controller/new-partitions.ts';
import { outcomeOf, RequestError } from '#engine/core/controller/request-error.ts';

export function alterPartitionReassignments(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const body = request.body as AlterPartitionReassignmentsRequest;
  const mayChangeFactor = request.apiVersion < 1 || body.allowReplicationFactorChange;
  const records: MetadataRecord[] = [];
  const responses = body.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex, replicas }) => ({
      partitionIndex,
      ...outcomeOf(() => {
        const { topic, partition } = requirePartition(active, name, partitionIndex);
        if (replicas === null) cancel(active, topic, partitionIndex, partition, records, context);
        else start(active, topic, partitionIndex, partition, replicas, mayChangeFactor, records, context);
      }),
    })),
  }));
  const answer: AlterPartitionReassignmentsResponse = {
    throttleTimeMs: 0,
    allowReplicationFactorChange: mayChangeFactor,
    errorCode: ErrorCode.NONE,
    // Of nothing Kafka answers its message's default.
    errorMessage: body.topics.length === 0 ? '' : null,
    responses,
  };
  decideAndAnswer(active, request, records, answer, context);
}

function requirePartition(active: ActiveController, name: string, partitionId: number): { topic: TopicImage; partition: PartitionImage } {
  const topic = topicByName(active.image, name);
  if (topic === undefined) throw new RequestError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `Unable to find a topic named ${name}.`);
  const partition = topic.partitions[partitionId];
  if (partition === undefined) throw new RequestError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `Unable to find partition ${name}:${partitionId}.`);
  return { topic, partition };
}

export function isMoving(partition: PartitionImage): boolean {
  return partition.addingReplicas.length > 0 || partition.removingReplicas.length > 0;
}

/** The replicas as they were before the move under way, if there is one. */
function originalReplicas(partition: PartitionImage): number[] {
  return partition.replicas.filter((replica) => !partition.addingReplicas.includes(replica));
}

function start(
  active: ActiveController,
  topic: TopicImage,
  partitionId: number,
  partition: PartitionImage,
  target: readonly number[],
  mayChangeFactor: boolean,
  records: MetadataRecord[],
  context: NodeContext,
): void {
  checkAssignment(active, target);
  const original = originalReplicas(partition);
  if (!mayChangeFactor && target.length !== original.length) {
    throw new RequestError(
      ErrorCode.INVALID_REPLICATION_FACTOR,
      `The replication factor is changed from ${original.length} to ${target.length}`,
    );
  }
  const adding = target.filter((replica) => !original.includes(replica));
  const removing = original.filter((replica) => !target.includes(replica));
  // The target first, in its order, then those that go: who leads by preference is decided by the target.
  const targetReplicas = [...target, ...removing];
  const targetIsr = partition.isr.filter((replica) => targetReplicas.includes(replica));
  if (targetIsr.length === 0) throw new RequestError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, 'The ISR would be empty.');
  proposeChange(active, topic, partitionId, { targetReplicas, targetAdding: adding, targetRemoving: removing, targetIsr }, 'reassignment.started', records, context);
}

function cancel(active: ActiveController, topic: TopicImage, partitionId: number, partition: PartitionImage, records: MetadataRecord[], context: NodeContext): void {
  if (!isMoving(partition)) throw new RequestError(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, null);
  const targetReplicas = originalReplicas(partition);
  const targetIsr = partition.isr.filter((replica) => targetReplicas.includes(replica));
  if (targetIsr.length === 0) {
    throw new RequestError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, 'The reassignment cannot be cancelled: none of the original replicas is in the ISR.');
  }
  proposeChange(active, topic, partitionId, { targetReplicas, targetAdding: [], targetRemoving: [], targetIsr }, 'reassignment.cancelled', records, context);
}

export function listPartitionReassignments(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const body = request.body as ListPartitionReassignmentsRequest;
  const wanted = body.topics ?? [...active.image.topics.values()].map((topic) => ({ name: topic.name, partitionIndexes: [...topic.partitions.keys()] }));
  const topics = wanted.map(({ name, partitionIndexes }) => ({ name, partitions: movesOf(active, name, partitionIndexes) })).filter(({ partitions }) => partitions.length > 0);
  const answer: ListPartitionReassignmentsResponse = { throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: null, topics };
  context.respond(request, answer);
}

function movesOf(active: ActiveController, name: string, partitionIndexes: readonly number[]): ListPartitionReassignmentsResponse['topics'][number]['partitions'] {
  const topic = topicByName(active.image, name);
  return partitionIndexes.flatMap((partitionIndex) => {
    const partition = topic?.partitions[partitionIndex];
    if (partition === undefined || !isMoving(partition)) return [];
    return [{ partitionIndex, replicas: [...partition.replicas], addingReplicas: [...partition.addingReplicas], removingReplicas: [...partition.removingReplicas] }];
  });
}
