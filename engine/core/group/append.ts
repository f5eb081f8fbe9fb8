/**
 * Writing records and going on when they are committed. Kafka: CoordinatorRuntime's write operations, with their timeout
 * (offsets.commit.timeout.ms) and the mapping of append errors to what a group's clients understand.
 *
 * Invariants: what is appended is replayed at once and answered only when the high watermark has passed it; each pending
 * append completes once, by commit, timeout or resignation; after a timeout its offsets still become the committed ones when
 * the high watermark passes, because they are in the log.
 */
import { assert } from '#engine/ports/assert.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { Compression } from '#engine/ports/compression.ts';
import { compressionTypes, encodeBatch, type BatchToEncode } from '#engine/protocol/record-batch.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { commitOffset, offsetRecord, replayOffset, type CoordinatorRecord } from '#engine/core/group/records.ts';
import type { OffsetChange, OffsetsPartitionState, PendingAppend, PendingCompletion } from '#engine/core/group/state.ts';

export interface Write {
  partition: OffsetsPartitionState;
  /** Group metadata and tombstones of groups; they follow the offsets. */
  records?: CoordinatorRecord[];
  offsets?: OffsetChange[];
  completion: PendingCompletion;
}

/** Appends; an error code other than NONE means that nothing was written and the completion is the caller's to run. */
export function appendRecords({ state, host, context }: Coordination, write: Write): number {
  const { partition, records = [], offsets = [], completion } = write;
  const timestamp = BigInt(context.nowMs);
  const all = [...offsets.map(offsetRecord), ...records];
  assert(all.length > 0, 'an append of the group coordinator without a record');
  const batch = encodeBatch({ records: all.map(({ key, value }) => ({ timestamp, key, value })), ...compressionOf(host.settings['offsets.topic.compression.codec'], context.compression) });
  const token = newToken(state);
  const { errorCode } = host.append(partition.partition, partition.leaderEpoch, batch, token);
  if (errorCode !== ErrorCode.NONE) return errorForGroupClients(errorCode);
  for (const change of offsets) replayOffset(partition, change);
  addPending({ state, host, context }, { token, partition: partition.partition, offsets, timedOut: false, completion });
  return ErrorCode.NONE;
}

/** `codec`: Kafka's number of a compression type, 0 for none. */
function compressionOf(codec: number, compression: Compression): Pick<BatchToEncode, 'compression'> {
  const type = compressionTypes[codec] ?? 'none';
  return type === 'none' ? {} : { compression: { type, compress: (bytes) => compression.compress(type, bytes) } };
}

/** Goes on when all that the partition's log holds now is committed. */
export function awaitLog(coordination: Coordination, partition: OffsetsPartitionState, logEndOffset: bigint, offsets: OffsetChange[], completion: PendingCompletion): void {
  const token = newToken(coordination.state);
  addPending(coordination, { token, partition: partition.partition, offsets, timedOut: false, completion });
  coordination.host.awaitCommitted(partition.partition, logEndOffset, token);
}

function newToken(state: Coordination['state']): string {
  const token = String(state.nextToken);
  state.nextToken += 1;
  return token;
}

function addPending({ state, host, context }: Coordination, pending: PendingAppend): void {
  state.pendingAppends.set(pending.token, pending);
  if (pending.completion.kind !== 'loaded') context.arm('group.append', pending.token, host.settings['offsets.commit.timeout.ms']);
}

/** Takes the row of a committed append away and makes its offsets visible; undefined when it was completed before. */
export function takeCommitted({ state, context }: Coordination, token: string): PendingAppend | undefined {
  const pending = state.pendingAppends.get(token);
  if (pending === undefined) return undefined;
  state.pendingAppends.delete(token);
  context.disarm('group.append', token);
  const partition = state.partitions.get(pending.partition);
  assert(partition !== undefined, `offsets partition ${pending.partition} has a pending append and no state`);
  for (const change of pending.offsets) {
    commitOffset(partition, change);
    publishCommit(context, change);
  }
  return pending.timedOut ? undefined : pending;
}

function publishCommit(context: Coordination['context'], { group, topic, partition, value }: OffsetChange): void {
  if (value === null) return;
  context.publish('group.offsetCommitted', { topic, partition, group, offset: value.offset }, { rule: 'offsets-visible-below-high-watermark' });
}

/** CoordinatorOperationExceptionHelper: what the log says in the words of the group protocol. */
export function errorForGroupClients(errorCode: number): number {
  switch (errorCode) {
    case ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
    case ErrorCode.NOT_ENOUGH_REPLICAS:
    case ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND:
    case ErrorCode.REQUEST_TIMED_OUT:
      return ErrorCode.COORDINATOR_NOT_AVAILABLE;
    case ErrorCode.NOT_LEADER_OR_FOLLOWER:
    case ErrorCode.FENCED_LEADER_EPOCH:
    case ErrorCode.KAFKA_STORAGE_ERROR:
      return ErrorCode.NOT_COORDINATOR;
    case ErrorCode.MESSAGE_TOO_LARGE:
    case ErrorCode.RECORD_LIST_TOO_LARGE:
    case ErrorCode.INVALID_FETCH_SIZE:
      return ErrorCode.UNKNOWN_SERVER_ERROR;
    default:
      return errorCode;
  }
}
