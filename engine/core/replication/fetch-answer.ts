/**
 * What a follower does with the answer to its Fetch (Kafka: AbstractFetcherThread.processFetchRequest,
 * ReplicaFetcherThread.processPartitionData, truncateOnFetchResponse, handleOutOfRangeError).
 *
 * It appends the leader's bytes as they are, then takes over the high watermark (never past its own end; it may go back
 * after an election) and the log start. Invariant: data counts only for the position and epoch that it was asked for.
 */
import { isMutated } from '#engine/core/mutations.ts';
import { advanceLogStartOffset, appendAsFollower, latestEpoch, LogError, setHighWatermark, truncateFullyAndStartAt, truncateTo, type LogState } from '#engine/core/log/log.ts';
import { backOff, pumpFetcher } from '#engine/core/replication/fetcher.ts';
import { sessionAnswered } from '#engine/core/replication/fetcher-session.ts';
import { partitionKey } from '#engine/core/replication/partition.ts';
import { truncationOffset } from '#engine/core/replication/truncation.ts';
import { askEpochEnd } from '#engine/core/replication/truncation-era.ts';
import { flushIfDue } from '#engine/core/broker/log-flush.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { FetcherPartition, FetcherSessionPartition, PartitionState, ReplicaFetcher } from '#engine/core/replication/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import type { OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse } from '#engine/protocol/messages/23-offset-for-leader-epoch.ts';
import type { ListOffsetsRequest, ListOffsetsResponse } from '#engine/protocol/messages/02-list-offsets.ts';

type PartitionAnswer = FetchResponse['responses'][number]['partitions'][number];

export const replicaListOffsetsKind = 'replicaListOffsets';
export const epochEndTimer = 'replication.epochEnd';
const listOffsetsVersion = 11;
const latestTimestamp = -1n;
const earliestLocalTimestamp = -4n;

export function onFetchAnswer(state: BrokerState, leaderId: number, correlationId: number, answer: FetchResponse, context: BrokerContext): void {
  const fetcher = state.fetchers.get(leaderId);
  if (fetcher === undefined || fetcher.inFlight !== correlationId) return;
  fetcher.inFlight = -1;
  const asked = fetcher.session.sent;
  if (sessionAnswered(fetcher.session, answer.errorCode, answer.sessionId)) {
    for (const topic of answer.responses) {
      const name = state.image.topics.get(topic.topicId)?.name;
      if (name === undefined) continue;
      for (const partition of topic.partitions) applyAnswer(state, fetcher, partitionKey(name, partition.partitionIndex), asked, partition, context);
    }
  }
  pumpFetcher(state, fetcher, context);
}

function applyAnswer(
  state: BrokerState,
  fetcher: ReplicaFetcher,
  key: string,
  askedFor: ReadonlyMap<string, FetcherSessionPartition>,
  answer: PartitionAnswer,
  context: BrokerContext,
): void {
  const row = fetcher.partitions.get(key);
  const partition = state.partitions.get(key);
  const asked = askedFor.get(key);
  if (row === undefined || partition === undefined || asked === undefined || partition.role !== 'follower') return;
  if (asked.fetchOffset !== row.fetchOffset || row.status !== 'fetching') return;
  if (asked.currentLeaderEpoch !== -1 && asked.currentLeaderEpoch !== row.leaderEpoch) return;
  if (answer.errorCode !== ErrorCode.NONE) {
    applyError(state, fetcher, row, partition, answer.errorCode, context);
  } else if (answer.divergingEpoch.epoch !== -1) {
    truncate(state, fetcher, partition, row, truncationOffset(partition.log, answer.divergingEpoch), answer.divergingEpoch.epoch, context);
  } else {
    append(state, fetcher, partition, row, answer, context);
  }
}

function append(state: BrokerState, fetcher: ReplicaFetcher, partition: PartitionState, row: FetcherPartition, answer: PartitionAnswer, context: BrokerContext): void {
  const { log } = partition;
  const where = { topic: partition.topic, partition: partition.partition, broker: state.brokerId };
  const records = answer.records ?? [];
  if (records.length > 0) {
    const fromOffset = log.logEndOffset;
    try {
      if (appendAsFollower(context.disk, log, records, context.nowMs) === undefined) return;
    } catch (error) {
      // What arrived cannot be a part of this log: asked for again later, as Kafka does with corrupt data.
      if (!(error instanceof LogError)) throw error;
      backOff(state, fetcher, row, context);
      return;
    }
    flushIfDue(context.disk, log, context.nowMs);
    let sizeBytes = 0;
    for (const run of records) sizeBytes += run.length;
    context.noteAppended(partition.key, sizeBytes);
    context.publish('replica.appended', { ...where, asLeader: false, fromOffset, toOffset: log.logEndOffset, leaderEpoch: partition.leaderEpoch });
    moveTo(fetcher, row, log);
  }
  row.lag = answer.highWatermark > row.fetchOffset ? answer.highWatermark - row.fetchOffset : 0n;
  followHighWatermark(state, partition, answer.highWatermark, context);
  if (answer.logStartOffset > log.logStartOffset) {
    const from = log.logStartOffset;
    advanceLogStartOffset(context.disk, log, answer.logStartOffset);
    if (log.logStartOffset === from) return;
    fetcher.toTell.add(row.key);
    context.publish('replica.logStart', { ...where, from, to: log.logStartOffset }, { rule: 'logStart.followsLeader' });
  }
}

/** The next Fetch goes on at the log's end. */
function moveTo(fetcher: ReplicaFetcher, row: FetcherPartition, log: LogState): void {
  row.fetchOffset = log.logEndOffset;
  row.lastFetchedEpoch = latestEpoch(log);
  fetcher.toTell.add(row.key);
}

function followHighWatermark(state: BrokerState, partition: PartitionState, leaderHighWatermark: bigint, context: BrokerContext): void {
  const { log } = partition;
  const from = log.highWatermark;
  const capped = leaderHighWatermark < log.logEndOffset ? leaderHighWatermark : log.logEndOffset;
  const to = capped > log.logStartOffset ? capped : log.logStartOffset;
  if (to === from) return;
  setHighWatermark(log, to);
  context.noteHighWatermark(partition.key);
  context.publish(
    'replica.highWatermark',
    { topic: partition.topic, partition: partition.partition, broker: state.brokerId, from, to },
    { rule: 'highWatermark.followerLearnsFromFetch' },
  );
}

function truncate(state: BrokerState, fetcher: ReplicaFetcher, partition: PartitionState, row: FetcherPartition, offset: bigint, divergingEpoch: number, context: BrokerContext): void {
  const { log } = partition;
  const from = log.logEndOffset;
  // Also where no record goes: an epoch without records may end the log, and only the truncation removes it.
  if (!isMutated('follower-does-not-truncate') && truncateTo(context.disk, log, offset)) {
    context.publish(
      'replica.truncated',
      { topic: partition.topic, partition: partition.partition, broker: state.brokerId, from, to: log.logEndOffset, divergingEpoch },
      { rule: 'truncation.divergingEpoch' },
    );
  }
  moveTo(fetcher, row, log);
}

function applyError(state: BrokerState, fetcher: ReplicaFetcher, row: FetcherPartition, partition: PartitionState, errorCode: number, context: BrokerContext): void {
  fetcher.toTell.add(row.key);
  switch (errorCode) {
    case ErrorCode.OFFSET_OUT_OF_RANGE:
      row.status = 'offsets';
      askOffset(state, fetcher.leaderId, partition, row.leaderEpoch, latestTimestamp, context);
      return;
    case ErrorCode.FENCED_LEADER_EPOCH:
      // The leader is in a newer epoch. The metadata will say so here as well, and start the partition anew.
      row.status = 'failed';
      return;
    default:
      backOff(state, fetcher, row, context);
  }
}

function askOffset(state: BrokerState, leaderId: number, partition: PartitionState, leaderEpoch: number, timestamp: bigint, context: BrokerContext): void {
  const body: ListOffsetsRequest = {
    replicaId: state.brokerId,
    isolationLevel: 0,
    topics: [{ name: partition.topic, partitions: [{ partitionIndex: partition.partition, currentLeaderEpoch: leaderEpoch, timestamp }] }],
    timeoutMs: 0,
  };
  context.request({
    to: brokerNodeId(leaderId),
    listener: 'PLAINTEXT',
    apiKey: ApiKey.ListOffsets,
    apiVersion: listOffsetsVersion,
    body,
    kind: replicaListOffsetsKind,
    key: partition.key,
    timeoutMs: state.settings['replica.socket.timeout.ms'],
  });
}

/** The era of KIP-101: the leader said where the follower's last epoch ends; an epoch that neither shares is asked for once more (KIP-279). */
export function onEpochEndAnswer(state: BrokerState, asked: OffsetForLeaderEpochRequest, answer: OffsetForLeaderEpochResponse | undefined, context: BrokerContext): void {
  const topic = asked.topics[0];
  const askedPartition = topic?.partitions[0];
  if (topic === undefined || askedPartition === undefined) return;
  const key = partitionKey(topic.topic, askedPartition.partition);
  const partition = state.partitions.get(key);
  const fetcher = partition === undefined ? undefined : state.fetchers.get(partition.leaderId);
  const row = fetcher?.partitions.get(key);
  if (partition === undefined || fetcher === undefined || row?.status !== 'epochEnd' || row.leaderEpoch !== askedPartition.currentLeaderEpoch) return;
  const found = answer?.topics[0]?.partitions[0];
  if (found === undefined || found.errorCode !== ErrorCode.NONE) {
    // Asked again at the end of the back-off.
    backOff(state, fetcher, row, context);
    context.arm(epochEndTimer, key, state.settings['replica.fetch.backoff.ms']);
    return;
  }
  const cut = found.endOffset === -1n ? partition.log.highWatermark : truncationOffset(partition.log, { epoch: found.leaderEpoch, endOffset: found.endOffset });
  truncate(state, fetcher, partition, row, cut, found.leaderEpoch, context);
  if (found.endOffset !== -1n && latestEpoch(partition.log) > found.leaderEpoch && latestEpoch(partition.log) < askedPartition.leaderEpoch) {
    askEpochEnd(state, partition, context);
    return;
  }
  row.status = 'fetching';
  pumpFetcher(state, fetcher, context);
}

export function onEpochEndTimer(state: BrokerState, key: string, context: BrokerContext): void {
  const partition = state.partitions.get(key);
  const row = partition && state.fetchers.get(partition.leaderId)?.partitions.get(key);
  if (partition !== undefined && row?.status === 'epochEnd') askEpochEnd(state, partition, context);
}

/**
 * The follower's log end lies outside the leader's log. Is the leader's end the smaller one, an unclean election cut it and
 * the follower is cut too; else the leader's log begins later than the follower's ends, and the follower starts over there.
 */
export function onOffsetAnswer(state: BrokerState, asked: ListOffsetsRequest, answer: ListOffsetsResponse | undefined, context: BrokerContext): void {
  const topic = asked.topics[0];
  const askedPartition = topic?.partitions[0];
  if (topic === undefined || askedPartition === undefined) return;
  const key = partitionKey(topic.name, askedPartition.partitionIndex);
  const partition = state.partitions.get(key);
  const fetcher = partition === undefined ? undefined : state.fetchers.get(partition.leaderId);
  const row = fetcher?.partitions.get(key);
  if (partition === undefined || fetcher === undefined || row === undefined) return;
  if (row.status !== 'offsets' || row.leaderEpoch !== askedPartition.currentLeaderEpoch) return;
  const found = answer?.topics[0]?.partitions[0];
  if (found === undefined || found.errorCode !== ErrorCode.NONE) {
    row.status = 'fetching';
    backOff(state, fetcher, row, context);
  } else if (askedPartition.timestamp === latestTimestamp && found.offset >= partition.log.logEndOffset) {
    askOffset(state, fetcher.leaderId, partition, row.leaderEpoch, earliestLocalTimestamp, context);
    return;
  } else {
    row.status = 'fetching';
    moveInRange(state, fetcher, partition, row, askedPartition.timestamp === latestTimestamp ? 'end' : 'start', found.offset, context);
  }
  pumpFetcher(state, fetcher, context);
}

function moveInRange(state: BrokerState, fetcher: ReplicaFetcher, partition: PartitionState, row: FetcherPartition, which: 'end' | 'start', offset: bigint, context: BrokerContext): void {
  if (which === 'end') {
    truncate(state, fetcher, partition, row, offset, -1, context);
    return;
  }
  const { log } = partition;
  if (offset > log.logEndOffset) {
    const from = log.logStartOffset;
    truncateFullyAndStartAt(context.disk, log, offset, context.nowMs);
    context.noteHighWatermark(partition.key);
    context.publish(
      'replica.logStart',
      { topic: partition.topic, partition: partition.partition, broker: state.brokerId, from, to: log.logStartOffset },
      { rule: 'logStart.leaderBeginsLater' },
    );
  }
  moveTo(fetcher, row, log);
}
