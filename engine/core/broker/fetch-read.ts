/**
 * Reading for a fetch (Kafka: ReplicaManager.readFromLog, Partition.fetchRecords, readRecords, updateFollowerFetchState).
 *
 * A consumer reads up to the high watermark (or the last stable offset), a follower up to the log end. The answer to a
 * follower carries the high watermark from before its fetch counted: what it made possible it learns one fetch later.
 * A request whose last epoch ends earlier here than where it wants to go on gets the diverging epoch and no data (KIP-595).
 */
import { isMutated } from '#engine/core/mutations.ts';
import { endOffsetForEpoch, lastStableOffset, LogError, readLog } from '#engine/core/log/log.ts';
import { topicByName } from '#engine/core/metadata/image.ts';
import { isEligible } from '#engine/core/replication/high-watermark.ts';
import { maybeProposeExpand } from '#engine/core/replication/isr.ts';
import { updateFetchState } from '#engine/core/replication/remote-replica.ts';
import { mayFetch } from '#engine/core/broker/access/fetch-access.ts';
import { checkLeaderEpoch, findReplica, raiseHighWatermark, replicaRules } from '#engine/core/broker/replica-manager.ts';
import { queueProposal } from '#engine/core/broker/alter-partition.ts';
import { preferredReadReplica } from '#engine/core/broker/replica-selector.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState, FetchParams, FetchPartitionRequest } from '#engine/core/broker/state.ts';
import type { PartitionState } from '#engine/core/replication/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { FetchResponse } from '#engine/protocol/messages/01-fetch.ts';

export type FetchPartitionAnswer = FetchResponse['responses'][number]['partitions'][number];

export interface PartitionRead {
  answer: FetchPartitionAnswer;
  sizeBytes: number;
  /** The fetch cannot wait any longer: an error, a divergence, or another replica to read from. */
  urgent: boolean;
}

/** With `minOneBatch` the first batch is returned whole even when it is larger than `maxBytes`. */
export function readPartition(
  state: BrokerState,
  params: FetchParams,
  asked: FetchPartitionRequest,
  maxBytes: number,
  minOneBatch: boolean,
  fromPurgatory: boolean,
  context: BrokerContext,
): PartitionRead {
  if (!mayFetch(state, params, asked.topic)) return refused(state, params, asked, ErrorCode.TOPIC_AUTHORIZATION_FAILED);
  const replica = replicaForFetch(state, params, asked);
  if (typeof replica === 'number') return refused(state, params, asked, replica);
  // Kafka's log does not take it, and the broker has no word for that.
  if (Math.min(maxBytes, asked.maxBytes) < 0) return refused(state, params, asked, ErrorCode.UNKNOWN_SERVER_ERROR);
  try {
    const preferred = params.replicaId === -1 ? preferredReadReplica(state, replica, params.rackId, asked.fetchOffset) : -1;
    if (preferred !== -1) return { answer: emptyAnswer(replica, asked, params.readCommitted, preferred), sizeBytes: 0, urgent: true };
    const read = readReplica(replica, params, asked, Math.min(maxBytes, asked.maxBytes), minOneBatch, context);
    if (params.replicaId !== -1 && !fromPurgatory && !read.urgent) followerFetched(state, replica, params, asked, context);
    return read;
  } catch (error) {
    if (error instanceof LogError) return refused(state, params, asked, error.code);
    throw error;
  }
}

/** A follower is served by the leader only, and so is a consumer that cannot say which rack it is in (Fetch before v11). */
function replicaForFetch(state: BrokerState, params: FetchParams, asked: FetchPartitionRequest): PartitionState | number {
  if (asked.topic === '') return ErrorCode.UNKNOWN_TOPIC_ID;
  const replica = findReplica(state, asked.topic, asked.partition);
  if (typeof replica === 'number') return replica;
  if (asked.topicId !== zeroUuid && replica.topicId !== asked.topicId) return ErrorCode.INCONSISTENT_TOPIC_ID;
  const epochError = checkLeaderEpoch(replica, Math.max(-1, asked.currentLeaderEpoch));
  if (epochError !== ErrorCode.NONE) return epochError;
  const leaderOnly = params.replicaId !== -1 || params.apiVersion < 11;
  if (leaderOnly && replica.role !== 'leader') return ErrorCode.NOT_LEADER_OR_FOLLOWER;
  if (params.replicaId !== -1 && !replica.remotes.has(params.replicaId)) return asked.currentLeaderEpoch < 0 ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.UNKNOWN_LEADER_EPOCH;
  return replica;
}

function readReplica(replica: PartitionState, params: FetchParams, asked: FetchPartitionRequest, maxBytes: number, minOneBatch: boolean, context: BrokerContext): PartitionRead {
  const { log } = replica;
  if (asked.lastFetchedEpoch >= 0) {
    const diverging = findDivergence(replica, asked);
    if (diverging !== undefined) {
      const answer = emptyAnswer(replica, asked, params.readCommitted, -1);
      answer.divergingEpoch = diverging;
      return { answer, sizeBytes: 0, urgent: true };
    }
  }
  const upToOffset = readableEnd(replica, params);
  const answer = emptyAnswer(replica, asked, params.readCommitted, -1);
  const read = readLog(context.disk, log, asked.fetchOffset, maxBytes, upToOffset, minOneBatch, params.replicaId === -1);
  answer.records = read.batches;
  return { answer, sizeBytes: read.sizeBytes, urgent: false };
}

export function readableEnd(replica: PartitionState, params: FetchParams): bigint {
  if (params.replicaId !== -1 || isMutated('reads-beyond-high-watermark')) return replica.log.logEndOffset;
  return params.readCommitted ? lastStableOffset(replica.log) : replica.log.highWatermark;
}

function findDivergence(replica: PartitionState, asked: FetchPartitionRequest): { epoch: number; endOffset: bigint } | undefined {
  const end = endOffsetForEpoch(replica.log, asked.lastFetchedEpoch);
  if (end.endOffset === -1n || end.leaderEpoch === -1) {
    throw new LogError(ErrorCode.OFFSET_OUT_OF_RANGE, `no end offset is known for epoch ${asked.lastFetchedEpoch} of ${replica.key}`);
  }
  if (asked.fetchOffset < replica.log.logStartOffset) {
    throw new LogError(ErrorCode.OFFSET_OUT_OF_RANGE, `offset ${asked.fetchOffset} of ${replica.key} lies before the log start ${replica.log.logStartOffset}`);
  }
  const diverges = end.leaderEpoch < asked.lastFetchedEpoch || end.endOffset < asked.fetchOffset;
  return diverges ? { epoch: end.leaderEpoch, endOffset: end.endOffset } : undefined;
}

/** The leader learns how far the follower has come: from where it fetches now. */
function followerFetched(state: BrokerState, replica: PartitionState, params: FetchParams, asked: FetchPartitionRequest, context: BrokerContext): void {
  const remote = replica.remotes.get(params.replicaId);
  if (remote === undefined) return;
  const logEndOffsetBefore = remote.logEndOffset;
  const logStartBefore = remote.logStartOffset;
  const rules = replicaRules(state, context);
  const accepted = updateFetchState(remote, {
    fetchOffset: asked.fetchOffset,
    logStartOffset: asked.logStartOffset,
    brokerEpoch: params.replicaEpoch,
    nowMs: rules.nowMs,
    leaderLogEndOffset: replica.log.logEndOffset,
  });
  if (!accepted) throw new LogError(ErrorCode.NOT_LEADER_OR_FOLLOWER, `the fetch is of an older process of broker ${params.replicaId}`);
  const isr = { brokerId: state.brokerId, brokerEpoch: state.lifecycle.brokerEpoch, rules };
  if (!replica.maximalIsr.includes(remote.brokerId) && isEligible(remote, rules.eligible) && maybeProposeExpand(replica, remote, isr)) {
    queueProposal(state, replica, context);
    context.publish(
      'replica.isrExpandProposed',
      { topic: replica.topic, partition: replica.partition, broker: state.brokerId, in: [remote.brokerId] },
      { rule: 'isr.reachedHighWatermarkAndEpochStart' },
    );
  }
  if (remote.logEndOffset !== logEndOffsetBefore) raiseHighWatermark(state, replica, context);
  if (remote.logStartOffset !== logStartBefore) context.noteHighWatermark(replica.key);
}

/** Shared by the answers that have nothing to say there. */
const noEpochEnd = Object.freeze({ epoch: -1, endOffset: -1n });
const noLeader = Object.freeze({ leaderId: -1, leaderEpoch: -1 });

function emptyAnswer(replica: PartitionState, asked: FetchPartitionRequest, readCommitted: boolean, preferred: number): FetchPartitionAnswer {
  return {
    partitionIndex: asked.partition,
    errorCode: ErrorCode.NONE,
    highWatermark: replica.log.highWatermark,
    lastStableOffset: lastStableOffset(replica.log),
    logStartOffset: replica.log.logStartOffset,
    divergingEpoch: noEpochEnd,
    currentLeader: noLeader,
    snapshotId: noEpochEnd,
    abortedTransactions: readCommitted ? [] : null,
    preferredReadReplica: preferred,
    records: [],
  };
}

/** KIP-951: whoever asked the wrong broker, or with an old epoch, is told the leader along with the error, from v16 on. */
function refusedAnswer(state: BrokerState, params: FetchParams, asked: FetchPartitionRequest, errorCode: number): FetchPartitionAnswer {
  const tellLeader = params.apiVersion >= 16 && (errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER || errorCode === ErrorCode.FENCED_LEADER_EPOCH);
  const partition = tellLeader ? topicByName(state.image, asked.topic)?.partitions[asked.partition] : undefined;
  return {
    partitionIndex: asked.partition,
    errorCode,
    highWatermark: -1n,
    lastStableOffset: -1n,
    logStartOffset: -1n,
    divergingEpoch: noEpochEnd,
    currentLeader: { leaderId: partition?.leader ?? -1, leaderEpoch: partition?.leaderEpoch ?? -1 },
    snapshotId: noEpochEnd,
    abortedTransactions: answeredWithoutLog.has(errorCode) ? [] : null,
    preferredReadReplica: -1,
    records: [],
  };
}

/** What nobody knows and what one may not read is answered before any log is asked, with an empty list of transactions. */
const answeredWithoutLog: ReadonlySet<number> = new Set([ErrorCode.UNKNOWN_TOPIC_ID, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.TOPIC_AUTHORIZATION_FAILED]);

function refused(state: BrokerState, params: FetchParams, asked: FetchPartitionRequest, errorCode: number): PartitionRead {
  return { answer: refusedAnswer(state, params, asked, errorCode), sizeBytes: 0, urgent: true };
}
