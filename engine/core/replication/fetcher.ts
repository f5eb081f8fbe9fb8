/**
 * A follower pulls (Kafka: ReplicaFetcherManager, ReplicaFetcherThread): one fetcher per leader, one Fetch under way at a
 * time, which the leader may hold for replica.fetch.wait.max.ms.
 *
 * Invariants: a partition is fetched from the leader that the metadata names, in that leader epoch; a partition that had an
 * error waits replica.fetch.backoff.ms while the others go on; without partitions there is no fetcher.
 * Left out: more than one fetcher per leader (num.replica.fetchers), throttling.
 */
import { latestEpoch } from '#engine/core/log/log.ts';
import { newFetcherSession, sessionFailed, sessionHolds, tellSession } from '#engine/core/replication/fetcher-session.ts';
import { epochsInFetch, truncateAsEra } from '#engine/core/replication/truncation-era.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { FetcherPartition, FetcherSessionPartition, PartitionState, ReplicaFetcher } from '#engine/core/replication/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import type { FetchRequest } from '#engine/protocol/messages/01-fetch.ts';

export const replicaFetchKind = 'replicaFetch';
export const fetcherTimer = 'replication.fetch';
const fetchVersion = 18;

/** The metadata named a leader to follow: from now on the partition is in that leader's fetcher, at its own log end. */
export function startFetching(state: BrokerState, partition: PartitionState, context: BrokerContext): void {
  stopFetching(state, partition.key);
  if (partition.leaderId === -1) return;
  let fetcher = state.fetchers.get(partition.leaderId);
  if (fetcher === undefined) {
    fetcher = { leaderId: partition.leaderId, partitions: new Map(), toTell: new Set(), inFlight: -1, session: newFetcherSession() };
    state.fetchers.set(partition.leaderId, fetcher);
  }
  const row = newFetcherPartition(partition);
  truncateAsEra(state, partition, row, context);
  fetcher.partitions.set(partition.key, row);
  fetcher.toTell.add(partition.key);
}

function newFetcherPartition(partition: PartitionState): FetcherPartition {
  const lastFetchedEpoch = latestEpoch(partition.log);
  return {
    key: partition.key,
    // Without a known epoch there is nothing to compare with the leader: only what is below the high watermark is sure.
    fetchOffset: lastFetchedEpoch === -1 ? partition.log.highWatermark : partition.log.logEndOffset,
    leaderEpoch: partition.leaderEpoch,
    lastFetchedEpoch,
    notBeforeMs: 0,
    status: 'fetching',
    lag: -1n,
  };
}

export function stopFetching(state: BrokerState, key: string): void {
  for (const fetcher of state.fetchers.values()) if (fetcher.partitions.delete(key)) fetcher.toTell.add(key);
}

/** After the metadata was applied: fetchers that lost their last partition end, the others go on. */
export function pumpFetchers(state: BrokerState, context: BrokerContext): void {
  for (const fetcher of state.fetchers.values()) pumpFetcher(state, fetcher, context);
}

export function pumpFetcher(state: BrokerState, fetcher: ReplicaFetcher, context: BrokerContext): void {
  if (fetcher.partitions.size === 0) {
    endFetcher(state, fetcher, context);
    return;
  }
  if (fetcher.inFlight !== -1 || state.lifecycle.state === 'shuttingDown') return;
  const changes = readyChanges(state, fetcher, context.nowMs);
  if (!sessionHolds(fetcher.session, changes)) {
    armBackoff(fetcher, context);
    return;
  }
  context.disarm(fetcherTimer, String(fetcher.leaderId));
  for (const key of changes.keys()) if (!isWaiting(fetcher.partitions.get(key), context.nowMs)) fetcher.toTell.delete(key);
  sendFetch(state, fetcher, changes, context);
}

function endFetcher(state: BrokerState, fetcher: ReplicaFetcher, context: BrokerContext): void {
  if (fetcher.inFlight !== -1) context.forget(fetcher.inFlight);
  context.disarm(fetcherTimer, String(fetcher.leaderId));
  state.fetchers.delete(fetcher.leaderId);
}

/** How each partition that may differ from what the session holds is fetched now; undefined: not at present. */
function readyChanges(state: BrokerState, fetcher: ReplicaFetcher, nowMs: number): Map<string, FetcherSessionPartition | undefined> {
  // A new session is told of everything.
  const keys = fetcher.session.epoch === 0 ? new Set([...fetcher.partitions.keys(), ...fetcher.toTell]) : fetcher.toTell;
  const changes = new Map<string, FetcherSessionPartition | undefined>();
  for (const key of keys) {
    const row = fetcher.partitions.get(key);
    const partition = state.partitions.get(key);
    const isReady = row !== undefined && partition !== undefined && !isWaiting(row, nowMs);
    changes.set(key, isReady ? positionOf(state, row, partition) : undefined);
  }
  return changes;
}

/** It has to be looked at again, even if nothing happens to it. */
function isWaiting(row: FetcherPartition | undefined, nowMs: number): boolean {
  return row !== undefined && (row.status !== 'fetching' || row.notBeforeMs > nowMs);
}

function positionOf(state: BrokerState, row: FetcherPartition, partition: PartitionState): FetcherSessionPartition {
  return {
    topicId: partition.topicId,
    partition: partition.partition,
    fetchOffset: row.fetchOffset,
    logStartOffset: partition.log.logStartOffset,
    ...epochsInFetch(state, row),
  };
}

/** Wakes at the end of the earliest back-off. Partitions that wait for the metadata or for ListOffsets wake it themselves. */
function armBackoff(fetcher: ReplicaFetcher, context: BrokerContext): void {
  let notBeforeMs = Number.POSITIVE_INFINITY;
  for (const row of fetcher.partitions.values()) if (row.status === 'fetching') notBeforeMs = Math.min(notBeforeMs, row.notBeforeMs);
  if (notBeforeMs !== Number.POSITIVE_INFINITY) context.arm(fetcherTimer, String(fetcher.leaderId), Math.max(1, notBeforeMs - context.nowMs));
}

function sendFetch(state: BrokerState, fetcher: ReplicaFetcher, changes: ReadonlyMap<string, FetcherSessionPartition | undefined>, context: BrokerContext): void {
  const { settings } = state;
  const sessionId = fetcher.session.id;
  const sessionEpoch = fetcher.session.epoch;
  const body: FetchRequest = {
    clusterId: null,
    replicaId: -1,
    replicaState: { replicaId: state.brokerId, replicaEpoch: state.lifecycle.brokerEpoch },
    maxWaitMs: settings['replica.fetch.wait.max.ms'],
    minBytes: settings['replica.fetch.min.bytes'],
    maxBytes: settings['replica.fetch.response.max.bytes'],
    isolationLevel: 0,
    sessionId,
    sessionEpoch,
    ...tellSession(fetcher.session, changes, settings['replica.fetch.max.bytes']),
    rackId: '',
  };
  fetcher.inFlight = context.request({
    to: brokerNodeId(fetcher.leaderId),
    listener: 'PLAINTEXT',
    apiKey: ApiKey.Fetch,
    apiVersion: fetchVersion,
    body,
    kind: replicaFetchKind,
    key: String(fetcher.leaderId),
    timeoutMs: settings['replica.socket.timeout.ms'],
  });
}

/** The connection broke or the leader kept silent: everything that this fetcher fetches waits. */
export function onFetchFailed(state: BrokerState, leaderId: number, correlationId: number, context: BrokerContext): void {
  const fetcher = state.fetchers.get(leaderId);
  if (fetcher === undefined || fetcher.inFlight !== correlationId) return;
  fetcher.inFlight = -1;
  sessionFailed(fetcher.session);
  for (const row of fetcher.partitions.values()) backOff(state, fetcher, row, context);
  pumpFetcher(state, fetcher, context);
}

export function backOff(state: BrokerState, fetcher: ReplicaFetcher, row: FetcherPartition, context: BrokerContext): void {
  fetcher.toTell.add(row.key);
  row.notBeforeMs = context.nowMs + state.settings['replica.fetch.backoff.ms'];
}
