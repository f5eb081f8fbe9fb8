/**
 * The follower's half of an incremental fetch session (KIP-227; Kafka: FetchSessionHandler): a Fetch names only the
 * partitions whose position, epoch or log start the leader does not know yet, and those to forget.
 *
 * Invariant: `sent` is what the leader's session holds, provided that the request under way arrives; after any failure the
 * session is given up and the next request opens a new one.
 */
import type { FetcherSession, FetcherSessionPartition } from '#engine/core/replication/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { FetchRequest } from '#engine/protocol/messages/01-fetch.ts';

export function newFetcherSession(): FetcherSession {
  return { id: 0, epoch: 0, sent: new Map() };
}

/** Whether the session asks for anything once it knows the changes. */
export function sessionHolds(session: FetcherSession, changes: ReadonlyMap<string, FetcherSessionPartition | undefined>): boolean {
  let count = session.epoch === 0 ? 0 : session.sent.size;
  for (const [key, partition] of changes) {
    if (partition !== undefined) return true;
    if (session.epoch !== 0 && session.sent.has(key)) count--;
  }
  return count > 0;
}

/**
 * The topics and the forgotten topics of the next Fetch, which the session then takes as told. `changes`: partitions that may
 * differ from what it holds, undefined for one that is not fetched; for a new session all there are.
 */
export function tellSession(
  session: FetcherSession,
  changes: ReadonlyMap<string, FetcherSessionPartition | undefined>,
  maxBytes: number,
): Pick<FetchRequest, 'topics' | 'forgottenTopicsData'> {
  const topics: FetchRequest['topics'] = [];
  const forgotten: FetchRequest['forgottenTopicsData'] = [];
  if (session.epoch === 0) session.sent.clear();
  for (const [key, partition] of changes) {
    const before = session.sent.get(key);
    if (before !== undefined && before.topicId !== partition?.topicId) {
      topicEntry(forgotten, before.topicId, newForgotten).partitions.push(before.partition);
      session.sent.delete(key);
    }
    if (partition === undefined || isSame(before, partition)) continue;
    topicEntry(topics, partition.topicId, newTopic).partitions.push(entryOf(partition, maxBytes));
    session.sent.set(key, partition);
  }
  return { topics, forgottenTopicsData: forgotten };
}

function isSame(a: FetcherSessionPartition | undefined, b: FetcherSessionPartition): boolean {
  return (
    a !== undefined &&
    a.topicId === b.topicId &&
    a.fetchOffset === b.fetchOffset &&
    a.logStartOffset === b.logStartOffset &&
    a.lastFetchedEpoch === b.lastFetchedEpoch &&
    a.currentLeaderEpoch === b.currentLeaderEpoch
  );
}

/** Neighbours are mostly of one topic. */
function topicEntry<T extends { topicId: string }>(entries: T[], topicId: string, make: (topicId: string) => T): T {
  const last = entries.at(-1);
  let found = last?.topicId === topicId ? last : entries.find((entry) => entry.topicId === topicId);
  if (found === undefined) entries.push((found = make(topicId)));
  return found;
}

function newTopic(topicId: string): FetchRequest['topics'][number] {
  return { topic: '', topicId, partitions: [] };
}
function newForgotten(topicId: string): FetchRequest['forgottenTopicsData'][number] {
  return { topic: '', topicId, partitions: [] };
}

function entryOf(partition: FetcherSessionPartition, maxBytes: number): FetchRequest['topics'][number]['partitions'][number] {
  return {
    partition: partition.partition,
    currentLeaderEpoch: partition.currentLeaderEpoch,
    fetchOffset: partition.fetchOffset,
    lastFetchedEpoch: partition.lastFetchedEpoch,
    logStartOffset: partition.logStartOffset,
    partitionMaxBytes: maxBytes,
    replicaDirectoryId: zeroUuid,
    highWatermark: 9_223_372_036_854_775_807n,
  };
}

/** False when the leader refused the session: nothing in the answer counts. */
export function sessionAnswered(session: FetcherSession, errorCode: number, sessionId: number): boolean {
  if (errorCode !== ErrorCode.NONE) {
    // An unknown session is started anew; one that is out of step is closed by naming it in the request that starts the next.
    if (errorCode === ErrorCode.FETCH_SESSION_ID_NOT_FOUND) session.id = 0;
    session.epoch = 0;
    return false;
  }
  if (sessionId === 0) {
    session.id = 0;
    session.epoch = 0;
    return true;
  }
  session.epoch = session.id === sessionId && session.epoch > 0 ? nextEpoch(session.epoch) : 1;
  session.id = sessionId;
  return true;
}

export function sessionFailed(session: FetcherSession): void {
  session.epoch = 0;
}

function nextEpoch(epoch: number): number {
  return epoch === 2_147_483_647 ? 1 : epoch + 1;
}
