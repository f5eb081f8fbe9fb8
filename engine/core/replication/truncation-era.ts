/**
 * How Kafka's followers found out where to cut their log, then and now. A run chooses one for all of its brokers.
 *
 * - 'highWatermark', before KIP-101 (Kafka 0.10): cut to the own high watermark, which lags one fetch behind. What was acknowledged
 *   and only not yet known to be is cut, and lost if the leader dies before it is fetched again. Two leaders' records can also end up at the
 *   same offset of two replicas, and stay.
 * - 'leaderEpoch', KIP-101 and KIP-279 (Kafka 0.11 to 2.6): ask the leader where the own last epoch ends, cut to there, then fetch. The
 *   fetch itself names no epoch (before KIP-320), so that a leader which is no longer one answers all the same.
 * - 'fetch', KIP-320 and KIP-595 (today): each fetch names the leader's epoch and that of the last own batch; a leader that sees them part
 *   says so in its answer.
 */
import { isMutated } from '#engine/core/mutations.ts';
import { latestEpoch, truncateTo } from '#engine/core/log/log.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { FetcherPartition, PartitionState } from '#engine/core/replication/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import type { OffsetForLeaderEpochRequest } from '#engine/protocol/messages/23-offset-for-leader-epoch.ts';

export type TruncationEra = 'highWatermark' | 'leaderEpoch' | 'fetch';

export const replicaEpochEndKind = 'replicaEpochEnd';
const offsetForLeaderEpochVersion = 4;

/** What an old follower does before its first fetch from a leader. */
export function truncateAsEra(state: BrokerState, partition: PartitionState, row: FetcherPartition, context: BrokerContext): void {
  const { truncation } = state.config;
  if (truncation === 'fetch') return;
  row.lastFetchedEpoch = -1;
  if (truncation === 'highWatermark') {
    cutToHighWatermark(state, partition, context);
    row.fetchOffset = partition.log.logEndOffset;
  } else if (latestEpoch(partition.log) !== -1) {
    row.status = 'epochEnd';
    askEpochEnd(state, partition, context);
  }
}

/** The position of a fetch, as far as the era's fetch could say it. */
export function epochsInFetch(state: BrokerState, row: FetcherPartition): Pick<FetcherPartition, 'lastFetchedEpoch'> & { currentLeaderEpoch: number } {
  if (isMutated('follower-does-not-truncate')) return { lastFetchedEpoch: -1, currentLeaderEpoch: row.leaderEpoch };
  if (state.config.truncation === 'fetch') return { lastFetchedEpoch: row.lastFetchedEpoch, currentLeaderEpoch: row.leaderEpoch };
  return { lastFetchedEpoch: -1, currentLeaderEpoch: -1 };
}

function cutToHighWatermark(state: BrokerState, partition: PartitionState, context: BrokerContext): void {
  const { log } = partition;
  const from = log.logEndOffset;
  if (!truncateTo(context.disk, log, log.highWatermark)) return;
  context.publish(
    'replica.truncated',
    { topic: partition.topic, partition: partition.partition, broker: state.brokerId, from, to: log.logEndOffset, divergingEpoch: -1 },
    { rule: 'truncation.toHighWatermark' },
  );
}

export function askEpochEnd(state: BrokerState, partition: PartitionState, context: BrokerContext): void {
  const { topic, partition: number, leaderEpoch, log } = partition;
  const body: OffsetForLeaderEpochRequest = {
    replicaId: state.brokerId,
    topics: [{ topic, partitions: [{ partition: number, currentLeaderEpoch: leaderEpoch, leaderEpoch: latestEpoch(log) }] }],
  };
  context.request({
    to: brokerNodeId(partition.leaderId),
    listener: 'PLAINTEXT',
    apiKey: ApiKey.OffsetForLeaderEpoch,
    apiVersion: offsetForLeaderEpochVersion,
    body,
    kind: replicaEpochEndKind,
    key: partition.key,
    timeoutMs: state.settings['replica.socket.timeout.ms'],
  });
}
