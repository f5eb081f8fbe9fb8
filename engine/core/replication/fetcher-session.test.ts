import { expect, test } from 'vitest';
import { newFetcherSession, sessionAnswered, sessionFailed, tellSession } from '#engine/core/replication/fetcher-session.ts';
import type { FetcherSessionPartition } from '#engine/core/replication/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';

const topicId = 'AAAAAAAAAAAAAAAAAAAAAQ';

function wanted(...positions: [number, bigint][]): Map<string, FetcherSessionPartition> {
  return new Map(positions.map(([partition, fetchOffset]) => [`t-${partition}`, { topicId, partition, fetchOffset, logStartOffset: 0n, lastFetchedEpoch: 0, currentLeaderEpoch: 0 }]));
}

function told(session: ReturnType<typeof newFetcherSession>, positions: Map<string, FetcherSessionPartition | undefined>) {
  const { topics, forgottenTopicsData } = tellSession(session, positions, 1000);
  return {
    partitions: topics.flatMap((topic) => topic.partitions.map(({ partition, fetchOffset }) => [partition, fetchOffset])),
    forgotten: forgottenTopicsData.flatMap((topic) => topic.partitions),
  };
}

test('the first fetch names every partition, later ones only those whose position changed', () => {
  const session = newFetcherSession();
  expect(told(session, wanted([0, 0n], [1, 0n])).partitions).toEqual([[0, 0n], [1, 0n]]);
  expect(sessionAnswered(session, ErrorCode.NONE, 77)).toBe(true);
  expect(session).toMatchObject({ id: 77, epoch: 1 });
  expect(told(session, wanted([0, 5n], [1, 0n]))).toEqual({ partitions: [[0, 5n]], forgotten: [] });
  sessionAnswered(session, ErrorCode.NONE, 77);
  expect(session.epoch).toBe(2);
  expect(told(session, wanted([0, 5n], [1, 0n])).partitions).toEqual([]);
});

test('a partition that is no longer fetched is forgotten by the session', () => {
  const session = newFetcherSession();
  told(session, wanted([0, 0n], [1, 0n]));
  sessionAnswered(session, ErrorCode.NONE, 9);
  expect(told(session, new Map([['t-0', undefined]]))).toEqual({ partitions: [], forgotten: [0] });
  expect(told(session, new Map([['t-0', undefined]]))).toEqual({ partitions: [], forgotten: [] });
});

test('after a failure everything is named again, to a new session', () => {
  const session = newFetcherSession();
  told(session, wanted([0, 0n]));
  sessionAnswered(session, ErrorCode.NONE, 9);
  sessionFailed(session);
  expect(session).toMatchObject({ id: 9, epoch: 0 });
  expect(told(session, wanted([0, 0n])).partitions).toEqual([[0, 0n]]);
});

test('a session that the leader does not know is started anew, and the answer counts for nothing', () => {
  const session = newFetcherSession();
  told(session, wanted([0, 0n]));
  sessionAnswered(session, ErrorCode.NONE, 9);
  expect(sessionAnswered(session, ErrorCode.FETCH_SESSION_ID_NOT_FOUND, 0)).toBe(false);
  expect(session).toMatchObject({ id: 0, epoch: 0 });
});

test('a leader whose cache is full serves without a session, every time', () => {
  const session = newFetcherSession();
  told(session, wanted([0, 0n]));
  expect(sessionAnswered(session, ErrorCode.NONE, 0)).toBe(true);
  expect(told(session, wanted([0, 0n])).partitions).toEqual([[0, 0n]]);
});
