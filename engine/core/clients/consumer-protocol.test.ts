import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  assignedPartitionNames,
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
  subscribedTopicNames,
} from '#engine/core/clients/consumer-protocol.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';

const hex = (text: string) => Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));

describe('the consumer protocol', () => {
  test('writes a subscription of version 3 with owned partitions, generation and rack', () => {
    const bytes = encodeSubscription({
      topics: ['a'],
      userData: null,
      ownedPartitions: [{ topic: 'a', partitions: [1] }],
      generationId: 7,
      rackId: 'r',
    });
    expect(bytes).toEqual(hex('0003 00000001 000161 ffffffff 00000001 000161 00000001 00000001 00000007 000172'));
  });

  test('reads a subscription of version 0, which has neither owned partitions nor a generation', () => {
    const bytes = hex('0000 00000001 000161 00000002 beef');
    expect(decodeSubscription(bytes)).toEqual({
      topics: ['a'],
      userData: hex('beef'),
      ownedPartitions: [],
      generationId: -1,
      rackId: null,
    });
    expect(subscribedTopicNames(bytes)).toEqual(['a']);
  });

  test('reads a subscription of a version yet to come by the fields known today', () => {
    const bytes = hex('0009 00000001 000161 ffffffff 00000000 00000007 ffff 0102');
    expect(decodeSubscription(bytes)).toMatchObject({ topics: ['a'], generationId: 7, rackId: null });
  });

  test('tells the topics of a subscription that lacks the fields of the version it names', () => {
    const bytes = hex('0001 00000001 000161 00000000');
    expect(() => decodeSubscription(bytes)).toThrow(ProtocolError);
    expect(subscribedTopicNames(bytes)).toEqual(['a']);
    expect(subscribedTopicNames(hex('0001 00000000 00000000'))).toEqual([]);
  });

  test('reads an assignment of version 1 as other clients write it', () => {
    const bytes = hex('0001 00000001 000161 00000002 00000000 00000003 ffffffff');
    expect(decodeAssignment(bytes)).toEqual([{ topic: 'a', partitions: [0, 3] }]);
    expect(assignedPartitionNames(bytes)).toEqual(['a-0', 'a-3']);
  });

  test('takes empty bytes for an assignment of nothing', () => {
    expect(decodeAssignment(new Uint8Array())).toEqual([]);
  });

  test('refuses bytes that end early or announce more than they hold, and says where', () => {
    expect(() => decodeSubscription(hex('0003 0fffffff'))).toThrow(/ConsumerProtocolSubscription\.topics.* at byte \d/);
    expect(() => decodeAssignment(hex('00'))).toThrow(ProtocolError);
    expect(assignedPartitionNames(hex('0001 ff'))).toEqual([]);
    expect(subscribedTopicNames(hex('00'))).toBeUndefined();
  });

  test('gives back whatever was written', () => {
    const topics = fc.array(fc.record({ topic: fc.string({ unit: 'grapheme', maxLength: 20 }), partitions: fc.array(fc.nat()) }));
    fc.assert(
      fc.property(topics, fc.option(fc.uint8Array()), fc.integer({ min: -1, max: 2 ** 31 - 1 }), (partitions, userData, generationId) => {
        expect(decodeAssignment(encodeAssignment(partitions))).toEqual(partitions);
        const subscription = { topics: partitions.map((p) => p.topic), userData, ownedPartitions: partitions, generationId, rackId: null };
        expect(decodeSubscription(encodeSubscription(subscription))).toEqual(subscription);
      }),
      { seed: 20_260_101, numRuns: 200 },
    );
  });
});
