import { expect, test } from 'vitest';
import { carriedBody } from '#engine/core/world/carried-fields.ts';
import { apis } from '#engine/protocol/api-keys.ts';
import { decodeBody, encodeBody } from '#engine/protocol/codec.ts';
import { create } from '#engine/protocol/message.ts';
import { ProduceRequest } from '#engine/protocol/messages/00-produce.ts';
import { FetchResponse } from '#engine/protocol/messages/01-fetch.ts';

test('a topic name crosses below Produce 13, and only the id from there on', () => {
  const body = create(ProduceRequest, { topicData: [{ name: 'orders', topicId: 'Y9HbAcBPT6y3dfZW6_U-rA', partitionData: [{ index: 1 }] }] });
  const names = [12, 13].map((version) => (carriedBody(ProduceRequest, version, body) as ProduceRequest).topicData.map(({ name, topicId }) => [name, topicId]));
  expect(names).toEqual([[['orders', 'AAAAAAAAAAAAAAAAAAAAAA']], [['', 'Y9HbAcBPT6y3dfZW6_U-rA']]]);
  expect(body.topicData[0]!.name).toBe('orders');
});

test('a body that its version carries whole stays the same object', () => {
  const body = create(FetchResponse, { responses: [{ topicId: 'Y9HbAcBPT6y3dfZW6_U-rA', partitions: [{ partitionIndex: 0 }] }] });
  expect(carriedBody(FetchResponse, 17, body)).toBe(body);
});

test('for every message and version, what is carried is what a decoder reads from the bytes', () => {
  let compared = 0;
  for (const { request, response, versions } of apis) {
    for (const definition of [request, response]) {
      for (let version = versions.min; version <= versions.max; version++) {
        const body = create(definition);
        const decoded = decodeBody(definition, version, encodeBody(definition, version, body));
        expect(carriedBody(definition, version, body)).toEqual(decoded);
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(300);
});
