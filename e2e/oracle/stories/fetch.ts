/** Reading: where a fetch may begin, how much it brings, and sessions with their epochs. */
import type { AskOptions, Body, Session } from '../session.ts';
import { unknownId } from '../request-shapes.ts';
import { batchOf } from './batches.ts';
import { kept, produceBody } from './produce.ts';
import { bodiesIn, createTopic, topicIdOf, until } from './scene.ts';
import type { Story } from './story.ts';

interface From {
  topic?: string;
  partition?: number;
  fetchOffset?: bigint;
  partitionMaxBytes?: number;
  currentLeaderEpoch?: number;
  lastFetchedEpoch?: number;
}

export function partitionOf({ partition = 0, fetchOffset = 0n, partitionMaxBytes = 1_000_000, ...rest }: From): Body {
  const { topic: _, ...epochs } = rest;
  return { partition, fetchOffset, partitionMaxBytes, ...epochs };
}

export function fetchBody(from: From, rest: Body = {}): Body {
  return { maxWaitMs: 0, minBytes: 0, maxBytes: 10_000_000, sessionEpoch: -1, topics: [{ topic: from.topic ?? 'fetch-1', partitions: [partitionOf(from)] }], ...rest };
}

function topics(...partitions: Body[]): Body {
  return { topics: partitions.length === 0 ? [] : [{ topic: 'sessions-1', partitions }] };
}

async function fillTopic(session: Session, topic: string, partitions: number): Promise<void> {
  await createTopic(session, topic, partitions, kept);
  for (let partition = 0; partition < partitions; partition += 1) {
    for (const count of [5, 1, 3]) await session.call('Produce', 12, produceBody({ topic, partition }, batchOf(count, { sizeBytes: 100 })), { broker: (partition % 3) + 1 });
  }
}

/** Where each partition that was filled ends. */
const filledTo = 9n;

/** A follower learns the high watermark one fetch later than its leader, which may be half a second. */
async function untilKnown(session: Session, topic: string, partition: number, broker: number): Promise<void> {
  await until(session, `broker ${broker} knows the high watermark of ${topic}-${partition}`, async () => {
    const [answer] = bodiesIn(await session.call('Fetch', 12, fetchBody({ topic, partition }), { broker }), 'responses');
    return bodiesIn(answer, 'partitions')[0]?.['highWatermark'] === filledTo;
  });
}

export const fetchStories: Story[] = [
  {
    name: 'fetch',
    async tell(session) {
      await fillTopic(session, 'fetch-1', 3);
      const id = await topicIdOf(session, 'fetch-1');
      const ask = (label: string, from: From, rest: Body = {}, version = 12, options: AskOptions = {}) => session.ask(label, 'Fetch', version, fetchBody(from, rest), options);
      for (let version = 4; version <= 12; version += 1) await ask(`from the start v${version}`, {}, {}, version);
      for (let version = 13; version <= 18; version += 1) {
        await session.ask(`from the start v${version}`, 'Fetch', version, { maxWaitMs: 0, minBytes: 0, sessionEpoch: -1, topics: [{ topicId: id, partitions: [partitionOf({})] }] });
      }
      for (const offset of [1n, 4n, 5n, 6n, 8n, 9n, 10n, 100n, -1n, -2n, 9_223_372_036_854_775_807n]) await ask(`from offset ${offset}`, { fetchOffset: offset });
      for (const bytes of [0, 1, 61, 700, 1000, -1]) await ask(`partition bytes ${bytes}`, { partitionMaxBytes: bytes });
      for (const bytes of [0, 1, 700, 1000, -1]) await ask(`max bytes ${bytes}`, {}, { maxBytes: bytes });
      for (const bytes of [1, 1000]) await ask(`min bytes ${bytes}`, {}, { minBytes: bytes, maxWaitMs: 100 });
      await ask('min bytes that are not there', { fetchOffset: 9n }, { minBytes: 1, maxWaitMs: 100 });
      await ask('a negative wait', { fetchOffset: 9n }, { minBytes: 1, maxWaitMs: -1 });
      for (const version of [4, 11, 12]) await ask(`unknown topic v${version}`, { topic: 'fetch-none' }, {}, version);
      for (const version of [13, 18]) await session.ask(`unknown id v${version}`, 'Fetch', version, { maxWaitMs: 0, sessionEpoch: -1, topics: [{ topicId: unknownId, partitions: [partitionOf({})] }] });
      await session.ask('zero id v13', 'Fetch', 13, { maxWaitMs: 0, sessionEpoch: -1, topics: [{ partitions: [partitionOf({})] }] });
      await ask('unknown partition', { partition: 99 });
      await ask('negative partition', { partition: -1 });
      for (const epoch of [0, 1, 99, -1, -2]) await ask(`leader epoch ${epoch}`, { currentLeaderEpoch: epoch });
      for (const epoch of [0, 1, -2]) await ask(`last fetched epoch ${epoch}`, { lastFetchedEpoch: epoch, currentLeaderEpoch: 0, fetchOffset: 5n });
      await ask('last fetched epoch beyond the end', { lastFetchedEpoch: 0, currentLeaderEpoch: 0, fetchOffset: 50n });
      for (const broker of [2, 3]) await untilKnown(session, 'fetch-1', 0, broker);
      await untilKnown(session, 'fetch-1', 1, 1);
      for (const broker of [2, 3]) await ask(`from follower ${broker}`, {}, {}, 12, { broker });
      await ask('from follower with a wrong epoch', { currentLeaderEpoch: 5 }, {}, 12, { broker: 2 });
      for (const isolationLevel of [1, 2, -1]) await ask(`isolation ${isolationLevel}`, {}, { isolationLevel });
      await ask('with a rack', {}, { rackId: 'r1' });
      await ask('with a cluster id of another cluster', {}, { clusterId: 'other' });
      for (const replicaId of [-2, 9, 2]) await ask(`as replica ${replicaId}`, {}, { replicaId });
      await ask('nothing', {}, { topics: [] });
      await ask('one partition twice', {}, { topics: [{ topic: 'fetch-1', partitions: [partitionOf({}), partitionOf({ fetchOffset: 5n })] }] });
      await ask('one that is led here and one that is not', {}, { topics: [{ topic: 'fetch-1', partitions: [partitionOf({ partition: 1 }), partitionOf({})] }] });
    },
  },
  {
    name: 'fetch sessions',
    async tell(session) {
      await createTopic(session, 'sessions-1', 4, kept);
      for (const partition of [0, 3]) await session.call('Produce', 12, produceBody({ topic: 'sessions-1', partition }, batchOf(2)), { broker: 1 });
      const ask = (label: string, body: Body, version = 12) => session.ask(label, 'Fetch', version, { maxWaitMs: 0, minBytes: 0, topics: [], ...body });
      const first = await ask('a session begins', { sessionEpoch: 0, ...topics(partitionOf({}), partitionOf({ partition: 3 })) });
      const sessionId = first['sessionId'] as number;
      await ask('nothing new asked, the same is sent', { sessionId, sessionEpoch: 1 });
      await ask('one read on', { sessionId, sessionEpoch: 2, ...topics(partitionOf({ fetchOffset: 2n })) });
      await ask('the same epoch again', { sessionId, sessionEpoch: 2 });
      await ask('an epoch too far', { sessionId, sessionEpoch: 9 });
      await ask('the next epoch', { sessionId, sessionEpoch: 3, ...topics(partitionOf({ partition: 3, fetchOffset: 2n })) });
      await ask('all is read', { sessionId, sessionEpoch: 4 });
      await session.call('Produce', 12, produceBody({ topic: 'sessions-1' }, batchOf(1)), { broker: 1 });
      await ask('one has more', { sessionId, sessionEpoch: 5 });
      await ask('one is forgotten', { sessionId, sessionEpoch: 6, forgottenTopicsData: [{ topic: 'sessions-1', partitions: [0] }] });
      await ask('one that was not in it is forgotten', { sessionId, sessionEpoch: 7, forgottenTopicsData: [{ topic: 'nope', partitions: [7] }] });
      await ask('one joins that is not led here', { sessionId, sessionEpoch: 8, ...topics(partitionOf({ partition: 1 })) });
      await ask('it still is not', { sessionId, sessionEpoch: 9 });
      await ask('one joins out of range', { sessionId, sessionEpoch: 10, ...topics(partitionOf({ fetchOffset: 99n })) });
      await ask('it still is out of range', { sessionId, sessionEpoch: 11 });
      await ask('ids in a session of names', { sessionId, sessionEpoch: 12 }, 13);
      await ask('an unknown session', { sessionId: 123_456, sessionEpoch: 1 });
      await ask('the epoch -1 ends it', { sessionId, sessionEpoch: -1, ...topics(partitionOf({})) });
      await ask('it is gone', { sessionId, sessionEpoch: 13 });
      await ask('epoch 0 with an unknown id', { sessionId: 654_321, sessionEpoch: 0, ...topics(partitionOf({})) });
      await ask('epoch -1 with an unknown id', { sessionId: 654_321, sessionEpoch: -1, ...topics(partitionOf({})) });
      await ask('a session of nothing', { sessionEpoch: 0 });
      await ask('a session in version 7', { sessionEpoch: 0, ...topics(partitionOf({})) }, 7);
      await ask('a session epoch below -1', { sessionEpoch: -2, ...topics(partitionOf({})) });
    },
  },
];
