import { describe, expect, it } from 'vitest';
import { expectsResponse } from '#engine/gateway/expects-response.ts';
import { create } from '#engine/protocol/message.ts';
import { ProduceRequest } from '#engine/protocol/messages/00-produce.ts';
import { MetadataRequest } from '#engine/protocol/messages/03-metadata.ts';
import { requestBytes } from '#engine/testing/wire-client.ts';

function produce(version: number, acks: number, transactionalId: string | null): Uint8Array {
  return requestBytes(0, version, 1, create(ProduceRequest, { acks, transactionalId, topicData: [{ partitionData: [{ records: [] }] }] })).subarray(4);
}

describe('an answer is expected', () => {
  it('for every Produce but one with acks=0, in every version', () => {
    for (let version = 3; version <= 13; version++) {
      for (const transactionalId of [null, '', 'tx-1']) {
        expect([-1, 0, 1, 7].map((acks) => expectsResponse(produce(version, acks, transactionalId)))).toEqual([true, false, true, true]);
      }
    }
  });

  it('for other requests, and for what is cut short', () => {
    expect(expectsResponse(requestBytes(3, 9, 1, create(MetadataRequest)).subarray(4))).toBe(true);
    const whole = produce(9, 0, 'tx');
    for (let length = 0; length < 18; length++) expect(expectsResponse(whole.subarray(0, length))).toBe(true);
  });
});
