import { describe, expect, it } from 'vitest';
import type { RecordsAnswer } from '#engine/runtime/queries/records-query.ts';
import type { SettingView } from '#engine/runtime/queries/settings-query.ts';
import { startTestRuntime, testSpec } from '#engine/runtime/runtime-fixture.ts';
import type { TestRuntime } from '#engine/runtime/runtime-fixture.ts';

const spec = testSpec({
  topics: [{ name: 'orders', partitions: 1, replicationFactor: 3, config: { 'min.insync.replicas': '2' } }],
  producers: [{ id: 'checkout', topic: 'orders', recordsPerSecond: 50, recordsMax: 40, keys: 3 }],
  consumers: [{ id: 'billing-1', group: 'billing', topics: ['orders'] }],
});

function ask<T>({ runtime }: TestRuntime, query: Record<string, unknown>): T {
  const answer = runtime.query(query);
  if (!answer.ok) throw new Error(answer.error);
  return answer.value as T;
}

function started(seconds = 12): TestRuntime {
  const test = startTestRuntime({ spec });
  for (let second = 0; second < seconds; second++) test.clock.advance(1000);
  return test;
}

function leaderOf({ runtime }: TestRuntime): number {
  return runtime.state().topics.find(({ name }) => name === 'orders')?.partitions[0]?.leader ?? -1;
}

const records = (broker: number, fromOffset: number | bigint, limit = 500) => ({ kind: 'records', broker, topic: 'orders', partition: 0, fromOffset, limit });

describe('the records of a replica', () => {
  it('are shown with their batches: headers, raw bytes, checksum, decoded keys and values', () => {
    const test = started();
    const answer = ask<RecordsAnswer>(test, records(leaderOf(test), 0));
    expect(answer).toMatchObject({ logStartOffset: 0n, logEndOffset: 40n, highWatermark: 40n, truncated: false });
    const shown = answer.batches.flatMap((batch) => batch.records);
    expect(shown.map(({ offset }) => offset)).toEqual(Array.from({ length: 40 }, (_, offset) => BigInt(offset)));
    for (const batch of answer.batches) {
      expect(batch).toMatchObject({ magic: 2, crcValid: true, compression: 'none', isControl: false, unreadable: null });
      expect(Buffer.from(batch.raw, 'base64').readBigInt64BE(0)).toBe(batch.baseOffset);
      expect(batch.lastOffset - batch.baseOffset + 1n).toBe(BigInt(batch.recordCount));
    }
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])('are shown as they are inside a batch of %s', (type) => {
    const packed = testSpec({ topics: [{ name: 'orders', partitions: 1, replicationFactor: 3, config: { 'compression.type': type } }], producers: [{ id: 'checkout', topic: 'orders', recordsPerSecond: 50, recordsMax: 40, keys: 3 }] });
    const test = startTestRuntime({ spec: packed });
    for (let second = 0; second < 12; second++) test.clock.advance(1000);
    const { batches } = ask<RecordsAnswer>(test, records(leaderOf(test), 0));
    expect(new Set(batches.map(({ compression, unreadable }) => `${compression} ${unreadable}`))).toEqual(new Set([`${type} null`]));
    expect(batches.flatMap((batch) => batch.records.map(({ offset }) => offset))).toEqual(Array.from({ length: 40 }, (_, offset) => BigInt(offset)));
  });

  it('begin inside a batch where they are asked for, and say that there are more', () => {
    const test = started();
    const answer = ask<RecordsAnswer>(test, records(leaderOf(test), 7n, 5));
    expect(answer.batches.flatMap((batch) => batch.records.map(({ offset }) => offset))).toEqual([7n, 8n, 9n, 10n, 11n]);
    expect(answer.truncated).toBe(true);
  });

  it('are the same bytes on every replica', () => {
    const test = started();
    const [first, second, third] = [1, 2, 3].map((broker) => ask<RecordsAnswer>(test, records(broker, 0)).batches);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  it('of a broker that is down are read from its disk', async () => {
    const test = started();
    await test.runtime.submitCommand({ kind: 'broker.powerLoss', broker: leaderOf(test) === 2 ? 3 : 2 });
    test.clock.advance(10);
    const down = test.runtime.state().brokers.find(({ status }) => status === 'crashed')?.id ?? -1;
    const answer = ask<RecordsAnswer>(test, records(down, 0));
    const replica = test.runtime.state().topics.find(({ name }) => name === 'orders')?.partitions[0]?.replicas.find(({ broker }) => broker === down);
    expect(replica).toMatchObject({ online: false, role: 'none', logEndOffset: answer.logEndOffset });
  });

  it('of the metadata log are told by their names', () => {
    const test = started();
    const answer = ask<RecordsAnswer>(test, { kind: 'records', broker: 1, topic: '__cluster_metadata', partition: 0, fromOffset: 0, limit: 500 });
    const kinds = answer.batches.flatMap((batch) => batch.records.map(({ decoded }) => (decoded as { kind: string } | null)?.kind));
    expect(kinds).toEqual(expect.arrayContaining(['RegisterBrokerRecord', 'TopicRecord', 'PartitionRecord']));
  });

  it('of a replica that is not there are refused', () => {
    const test = started(1);
    expect(test.runtime.query({ ...records(1, 0), partition: 9 })).toEqual({ ok: false, error: 'broker 1 has no replica of orders-9' });
  });
});

describe('settings', () => {
  it('of a topic tell the value, where it comes from, and what it would be otherwise', () => {
    const settings = ask<SettingView[]>(started(1), { kind: 'settings', of: 'topic', name: 'orders' });
    const minIsr = settings.find(({ name }) => name === 'min.insync.replicas');
    expect(minIsr).toMatchObject({ value: '2', source: 'TOPIC_CONFIG' });
    expect(minIsr?.origins.map(({ source }) => source)).toEqual(['TOPIC_CONFIG', 'DYNAMIC_DEFAULT_BROKER_CONFIG', 'DEFAULT_CONFIG']);
  });

  it('of a broker name every one that Kafka knows', () => {
    const settings = ask<SettingView[]>(started(1), { kind: 'settings', of: 'broker', name: '2' });
    expect(settings.find(({ name }) => name === 'replica.lag.time.max.ms')).toMatchObject({ value: '30000', source: 'DEFAULT_CONFIG' });
  });

  it('of what is not there are refused with the nearest name', () => {
    const test = started(1);
    expect(test.runtime.query({ kind: 'settings', of: 'topic', name: 'order' })).toEqual({ ok: false, error: 'there is no topic "order"; did you mean "orders"?' });
    expect(test.runtime.query({ kind: 'settings', of: 'broker', name: '9' })).toEqual({ ok: false, error: 'there is no broker 9; brokers: 1, 2, 3' });
  });
});

function groupHeader(consumerWidth: number): string {
  return `GROUP           TOPIC           PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG             ${'CONSUMER-ID'.padEnd(consumerWidth)} HOST            CLIENT-ID\n`;
}

function endpointRow(id: number, state: string): string {
  return `${String(id).padEnd(10)} 127.0.0.1 0          null       ${state.padEnd(10)} broker         \n`;
}

describe('the text of Kafka\'s tools', () => {
  it('describes topics as kafka-topics does', () => {
    const test = started(1);
    const topic = test.runtime.state().topics.find(({ name }) => name === 'orders');
    const replicas = topic?.partitions[0]?.replicas.map(({ broker }) => broker).join(',');
    expect(ask<string>(test, { kind: 'describe', what: 'topics', name: 'orders' })).toBe(
      `Topic: orders\tTopicId: ${topic?.topicId}\tPartitionCount: 1\tReplicationFactor: 3\tConfigs: min.insync.replicas=2\n` +
        `\tTopic: orders\tPartition: 0\tLeader: ${leaderOf(test)}\tReplicas: ${replicas}\tIsr: ${topic?.partitions[0]?.isr.join(',')}\tElr: \tLastKnownElr: \n`,
    );
  });

  it('describes a group as kafka-consumer-groups does, with its members and without', async () => {
    const test = started();
    const memberId = test.runtime.state().groups[0]?.members[0]?.memberId ?? '';
    const host = test.runtime.state().groups[0]?.members[0]?.host ?? '';
    expect(ask<string>(test, { kind: 'describe', what: 'groups', name: 'billing' })).toBe(
      `\n${groupHeader(memberId.length)}billing         orders          0          40              40              0               ${memberId} ${host.padEnd(15)} billing-1\n`,
    );
    await test.runtime.submitCommand({ kind: 'consumer.stop', consumer: 'billing-1' });
    for (let second = 0; second < 3; second++) test.clock.advance(1000);
    expect(ask<string>(test, { kind: 'describe', what: 'groups', name: 'billing' })).toBe(
      `\nConsumer group 'billing' has no active members.\n\n${groupHeader(15)}billing         orders          0          40              40              0               -               -               -\n`,
    );
  });

  it('describes the quorum as kafka-metadata-quorum does', () => {
    const test = started(1);
    const { clusterId, quorum } = test.runtime.state();
    const lines = ask<string>(test, { kind: 'describe', what: 'quorum' }).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      `ClusterId:              ${clusterId}`,
      `LeaderId:               ${quorum.leaderId}`,
      `LeaderEpoch:            ${quorum.leaderEpoch}`,
      `HighWatermark:          ${quorum.highWatermark}`,
    ]);
    expect(lines[6]).toMatch(/^CurrentVoters: {10}\[\{"id": 1, "endpoints": \["CONTROLLER:/);
  });

  it('lists brokers as kafka-cluster list-endpoints does, fenced ones too', async () => {
    const test = started(1);
    await test.runtime.submitCommand({ kind: 'broker.crash', broker: 3 });
    for (let second = 0; second < 25; second++) test.clock.advance(1000);
    expect(ask<string>(test, { kind: 'describe', what: 'brokers' })).toBe(
      `ID         HOST      PORT       RACK       STATE      ENDPOINT_TYPE  \n${endpointRow(1, 'unfenced')}${endpointRow(2, 'unfenced')}${endpointRow(3, 'fenced')}`,
    );
  });

  it('refuses a name that is not there with the nearest', () => {
    expect(started(1).runtime.query({ kind: 'describe', what: 'topics', name: 'ordrs' })).toEqual({ ok: false, error: 'there is no topic "ordrs"; did you mean "orders"?' });
  });
});

describe('history', () => {
  it('tells the latest events of a subject, newest first', () => {
    const test = started();
    const events = ask<{ eventId: number; facts: { kind: string }[] }[]>(test, { kind: 'history', subject: 'partition/orders/0', limit: 20 });
    expect(events).toHaveLength(20);
    expect(events.map(({ eventId }) => eventId)).toEqual(events.map(({ eventId }) => eventId).toSorted((a, b) => b - a));
    expect(events.every(({ facts }) => facts.length > 0)).toBe(true);
  });
});
