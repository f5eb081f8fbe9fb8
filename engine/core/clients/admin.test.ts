import { describe, expect, test } from 'vitest';
import { adminBehaviour } from '#engine/core/clients/admin.ts';
import type { AdminCommand, AdminConfig, AdminState } from '#engine/core/clients/state.ts';
import { TestClient } from '#engine/core/clients/test-client.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import { CreateTopicsResponse } from '#engine/protocol/messages/19-create-topics.ts';
import { DeleteTopicsResponse } from '#engine/protocol/messages/20-delete-topics.ts';
import { CreatePartitionsResponse } from '#engine/protocol/messages/37-create-partitions.ts';
import { IncrementalAlterConfigsResponse } from '#engine/protocol/messages/44-incremental-alter-configs.ts';

type Admin = TestClient<AdminState, AdminConfig>;

function start(): Admin {
  const client = new TestClient(adminBehaviour, { id: 'admin', clientId: 'admin', bootstrap: [1], settings: {}, preset: 'kafka' });
  client.answerMetadata({});
  return client;
}
function run(client: Admin, command: AdminCommand): void {
  adminBehaviour.onCommand(client.state, { ...command }, client.context);
}
const orders: AdminCommand = { kind: 'topic.create', topic: { name: 'orders', partitions: 6, replicationFactor: 3, config: { 'retention.ms': '1000' } } };
function answerCreate(client: Admin, errorCode: number, errorMessage: string | null = null): void {
  client.answer(client.request(ApiKey.CreateTopics), create(CreateTopicsResponse, { topics: [{ name: 'orders', errorCode, errorMessage }] }));
}
function outcomes(client: Admin): string[] {
  return client.state.outcomes.map(({ kind, topic, error }) => `${kind} ${topic}: ${error}`);
}

describe('the admin client', () => {
  test('creates a topic as it is asked to', () => {
    const client = start();
    run(client, orders);
    expect(client.request(ApiKey.CreateTopics).body).toMatchObject({
      topics: [{ name: 'orders', numPartitions: 6, replicationFactor: 3, assignments: [], configs: [{ name: 'retention.ms', value: '1000' }] }], validateOnly: false,
    });
    answerCreate(client, ErrorCode.NONE);
    expect(outcomes(client)).toEqual(['topic.create orders: NONE']);
    expect(client.facts).toContainEqual({ kind: 'admin.answered', payload: { client: 'admin', operation: 1, command: 'topic.create', topic: 'orders', error: 'NONE', message: '' } });
  });

  test('tries again while the cluster changes its controller, and when no answer comes', () => {
    const client = start();
    run(client, orders);
    for (const error of [ErrorCode.NOT_CONTROLLER, ErrorCode.REQUEST_TIMED_OUT]) {
      answerCreate(client, error);
      expect(client.requests(ApiKey.CreateTopics)).toEqual([]);
      client.advance(1000);
    }
    client.lose(client.request(ApiKey.CreateTopics));
    client.advance(1000);
    answerCreate(client, ErrorCode.NONE);
    expect(outcomes(client)).toEqual(['topic.create orders: NONE']);
  });

  test('does not try again what the cluster refuses', () => {
    const client = start();
    run(client, orders);
    answerCreate(client, ErrorCode.INVALID_REPLICATION_FACTOR, 'only 2 brokers');
    expect(client.state.outcomes).toMatchObject([{ error: 'INVALID_REPLICATION_FACTOR', message: 'only 2 brokers' }]);
    client.advance(60_000);
    expect(client.requests(ApiKey.CreateTopics)).toEqual([]);
  });

  test('takes "exists already" for done only when an attempt before it may have created the topic', () => {
    const client = start();
    run(client, orders);
    answerCreate(client, ErrorCode.TOPIC_ALREADY_EXISTS, 'there is one');
    run(client, orders);
    client.lose(client.request(ApiKey.CreateTopics));
    client.advance(1000);
    answerCreate(client, ErrorCode.TOPIC_ALREADY_EXISTS);
    expect(outcomes(client)).toEqual(['topic.create orders: TOPIC_ALREADY_EXISTS', 'topic.create orders: NONE']);
    expect(client.state.outcomes[0]).toMatchObject({ message: 'there is one' });
  });

  test('gives up after a minute and says what the last answer was', () => {
    const client = start();
    run(client, orders);
    for (let round = 0; round < 200 && client.state.outcomes.length === 0; round += 1) {
      if (client.requests(ApiKey.CreateTopics).length > 0) answerCreate(client, ErrorCode.NOT_CONTROLLER, 'ask another');
      client.advance(500);
    }
    expect(outcomes(client)).toEqual(['topic.create orders: NOT_CONTROLLER']);
    expect(client.nowUs).toBeGreaterThan(59_000_000);
  });

  test('carries commands out one after the other', () => {
    const client = start();
    run(client, orders);
    run(client, { kind: 'topic.delete', topic: 'old' });
    expect(client.requests(ApiKey.DeleteTopics)).toEqual([]);
    answerCreate(client, ErrorCode.NONE);
    client.answer(client.request(ApiKey.DeleteTopics), create(DeleteTopicsResponse, { responses: [{ name: 'old', errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }] }));
    expect(outcomes(client)).toEqual(['topic.create orders: NONE', 'topic.delete old: UNKNOWN_TOPIC_OR_PARTITION']);
  });

  test('alters partitions first and settings then, null being back to the default', () => {
    const client = start();
    run(client, { kind: 'topic.alter', topic: 'orders', partitions: 9, config: { 'retention.ms': '5', 'segment.ms': null } });
    expect(client.request(ApiKey.CreatePartitions).body).toMatchObject({ topics: [{ name: 'orders', count: 9, assignments: null }] });
    client.answer(client.request(ApiKey.CreatePartitions), create(CreatePartitionsResponse, { results: [{ name: 'orders' }] }));
    expect(client.request(ApiKey.IncrementalAlterConfigs).body).toMatchObject({
      resources: [{ resourceType: 2, resourceName: 'orders', configs: [{ name: 'retention.ms', configOperation: 0, value: '5' }, { name: 'segment.ms', configOperation: 1, value: null }] }],
    });
    client.answer(client.request(ApiKey.IncrementalAlterConfigs), create(IncrementalAlterConfigsResponse, { responses: [{ errorCode: ErrorCode.INVALID_CONFIG, errorMessage: 'no' }] }));
    expect(outcomes(client)).toEqual(['topic.alter orders: INVALID_CONFIG']);
  });
});
