/**
 * kafkajs writes with acks=all while the leader of a partition is crashed and comes back: every acknowledged record is read once, in
 * order, byte for byte.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endOffsets, kafkaOf, readAll, sendRange, type Acknowledged } from './kafkajs-client.ts';
import { crashLeaderAndBringItBack, partitions, records, serveArguments } from './leader-crash.ts';
import { problemsOf } from './records.ts';
import { ServedCluster } from './served-cluster.ts';

describe('kafkajs while a leader is crashed', () => {
  let cluster: ServedCluster;
  beforeAll(async () => {
    cluster = await ServedCluster.start(serveArguments('crashed-under-kafkajs'));
  });
  afterAll(() => cluster.kill());

  it(`keeps each of ${records} acknowledged records, once an offset and in order`, async () => {
    const topic = 'crashed-under-kafkajs';
    const kafka = kafkaOf(cluster.brokers, 'writer');
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const acknowledged: Acknowledged = new Map();
    const third = Math.floor(records / 3);
    await sendRange(producer, topic, 0, third, { partitions, batch: 250, acknowledged });
    const [, crashed] = await Promise.all([sendRange(producer, topic, third, records, { partitions, batch: 250, acknowledged }), crashLeaderAndBringItBack(cluster, topic)]);
    await producer.disconnect();

    expect(crashed).toBeGreaterThan(0);
    expect(acknowledged.size).toBe(records);
    const ends = await endOffsets(kafka, topic);
    const read = await readAll(kafkaOf(cluster.brokers, 'reader'), topic, 'fresh', ends);
    expect(problemsOf(read, acknowledged)).toEqual([]);
    expect(read.length).toBe(records);
  }, 240_000);
});
