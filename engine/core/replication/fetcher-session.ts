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

/** The topics and the forgotten topics of the next Fetch, which the session then takes as told. */
export function tellSession(
  session: FetcherSession,
  wanted: ReadonlyMap<string, FetcherSessionPartition>,
  maxBytes: number,
): Pick<FetchRequest, 'topics' | 'forgottenTopicsData'> {
  const isFull = session.epoch === 0;
  const topics = new Map<string, FetchRequest['topics'][number]>();
  const forgotten = new Map<string, FetchRequest['forgottenTopicsData'][number]>();
  for (const [key, partition] of wanted) {
    if (!isFull && isSame(session.sent.get(key), partition)) continue;
    group(topics, partition.topicId, newTopic).partitions.push(entryOf(partition, maxBytes));
  }
  if (!isFull) {
    for (const [key, partition] of session.sent) {
      const stillWanted = wanted.get(key)?.topicId === partition.topicId;
      if (!stillWanted) group(forgotten, partition.topicId, newForgotten).partitions.push(partition.partition);
    }
  }
  session.sent = new Map(wanted);
  return { topics: [...topics.values()], forgottenTopicsData: [...forgotten.values()] };
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

function group<T>(groups: Map<string, T>, topicId: string, make: (topicId: string) => T): T {
  let found = groups.get(topicId);
  if (found === undefined) {
    found = make(topicId);
    groups.set(topicId, found);
  }
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
