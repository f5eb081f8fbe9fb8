/**
 * Which partitions of a fetch session there is something to say of. Kafka's FetchSession looks at every partition for every
 * fetch; here a partition that was read to its end is left alone until it changes, and fetches cost what changed.
 *
 * Invariant: a partition outside of `toLookAt` has nothing to tell beyond what its peer was told, and its follower, if a
 * follower asks, is in the ISR and fetches from the log's end. Each fetch of such a follower counts as one that is caught
 * up; that is written down when somebody looks (`noteCaughtUp`), not at each fetch.
 */
import { readableEnd, type FetchPartitionAnswer } from '#engine/core/broker/fetch-read.ts';
import type { BrokerState, FetchParams, FetchSession, FetchSessionPartition } from '#engine/core/broker/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';

export function watchRow(state: BrokerState, session: FetchSession, row: FetchSessionPartition): void {
  const { watchers } = state.fetchSessions;
  const watcher = { sessionId: session.id, rowKey: row.rowKey };
  const others = watchers.get(row.key);
  if (others === undefined) watchers.set(row.key, [watcher]);
  else others.push(watcher);
}

export function unwatchRow(state: BrokerState, session: FetchSession, row: FetchSessionPartition): void {
  const { watchers } = state.fetchSessions;
  const others = watchers.get(row.key);
  if (others === undefined) return;
  const at = others.findIndex(({ sessionId, rowKey }) => sessionId === session.id && rowKey === row.rowKey);
  if (at !== -1) others.splice(at, 1);
  if (others.length === 0) watchers.delete(row.key);
}

export function unwatchSession(state: BrokerState, session: FetchSession): void {
  for (const row of session.partitions.values()) {
    lookAgain(state, session, row, false);
    unwatchRow(state, session, row);
  }
}

/** `newRole`: what was known of the followers belongs to an epoch that is over. */
export function lookAgain(state: BrokerState, session: FetchSession, row: FetchSessionPartition, newRole: boolean): void {
  if (session.toLookAt.has(row.rowKey)) return;
  if (!newRole) noteCaughtUp(state, session, row);
  session.toLookAt.add(row.rowKey);
}

export function lookAtEverything(state: BrokerState, session: FetchSession): void {
  for (const row of session.partitions.values()) lookAgain(state, session, row, false);
}

/** The partition has changed: every session that asks for it looks at it again. */
export function partitionChanged(state: BrokerState, key: string, newRole: boolean): void {
  const watchers = state.fetchSessions.watchers.get(key);
  if (watchers === undefined) return;
  for (const { sessionId, rowKey } of watchers) {
    const session = state.fetchSessions.sessions.get(sessionId);
    const row = session?.partitions.get(rowKey);
    if (session !== undefined && row !== undefined) lookAgain(state, session, row, newRole);
  }
}

/** Writes down when the followers were last caught up, for those who judge them by it. */
export function noteAllCaughtUp(state: BrokerState): void {
  for (const session of state.fetchSessions.sessions.values()) {
    if (session.replicaId === -1) continue;
    for (const row of session.partitions.values()) if (!session.toLookAt.has(row.rowKey)) noteCaughtUp(state, session, row);
  }
}

function noteCaughtUp(state: BrokerState, session: FetchSession, row: FetchSessionPartition): void {
  if (session.replicaId === -1) return;
  const remote = state.partitions.get(row.key)?.remotes.get(session.replicaId);
  if (remote === undefined || remote.logEndOffset !== row.fetchOffset) return;
  remote.lastCaughtUpTimeMs = Math.max(remote.lastCaughtUpTimeMs, session.lastUsedMs);
  remote.lastFetchTimeMs = Math.max(remote.lastFetchTimeMs, session.lastUsedMs);
}

/** After an answer: a row that was read to its end leaves what is looked at; one that got records waits its turn behind the others. */
export function settleRow(state: BrokerState, session: FetchSession, row: FetchSessionPartition, params: FetchParams, answer: FetchPartitionAnswer): void {
  const { toLookAt } = session;
  if (answer.records !== null && answer.records.length > 0) {
    toLookAt.delete(row.rowKey);
    toLookAt.add(row.rowKey);
  } else if (isReadToItsEnd(state, row, params, answer)) {
    toLookAt.delete(row.rowKey);
  }
}

function isReadToItsEnd(state: BrokerState, row: FetchSessionPartition, params: FetchParams, answer: FetchPartitionAnswer): boolean {
  // Which replica a consumer with a rack should read from may change at any time.
  const mayTellMore = answer.errorCode !== ErrorCode.NONE || answer.preferredReadReplica !== -1 || answer.divergingEpoch.epoch !== -1 || params.rackId !== '';
  const replica = mayTellMore ? undefined : state.partitions.get(row.key);
  if (replica === undefined || readableEnd(replica, params) > row.fetchOffset) return false;
  return params.replicaId === -1 || (replica.log.logEndOffset === row.fetchOffset && replica.maximalIsr.includes(params.replicaId));
}
