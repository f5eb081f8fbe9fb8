/** kafkajs asks for transactions, which there are not, beside a producer that needs none. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaOf } from './kafkajs-client.ts';
import { ServedCluster } from './served-cluster.ts';

describe('kafkajs with a transactional id', () => {
  let cluster: ServedCluster;
  beforeAll(async () => {
    cluster = await ServedCluster.start(['--brokers', '3', '--port', '0', '--memory']);
  });
  afterAll(() => cluster.kill());

  it('is told at its first request, and does not try again', async () => {
    // With so many attempts an error that can pass would keep it for minutes.
    const kafka = kafkaOf(cluster.brokers, 'transactional', { retries: 1000, initialRetryTime: 1000, maxRetryTime: 1000 });
    const producer = kafka.producer({ transactionalId: 'tx', idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    await expect(producer.transaction()).rejects.toThrow(/coordinator/i);
    await producer.disconnect();
  }, 60_000);

  it('writes as an idempotent producer without one', async () => {
    const producer = kafkaOf(cluster.brokers, 'idempotent').producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    const [answer] = await producer.send({ topic: 'plain', acks: -1, messages: [{ value: 'a' }, { value: 'b' }] });
    expect(answer).toMatchObject({ topicName: 'plain', errorCode: 0, baseOffset: '0' });
    await producer.disconnect();
  }, 60_000);
});
