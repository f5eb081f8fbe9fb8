/** SASL through real frames: with the headers of version 1 of the handshake, and without, as clients before Kafka 1.0 have it. */
import { describe, expect, it } from 'vitest';
import { decodeResponseFrame, encodeRequestFrame } from '#engine/protocol/frames.ts';
import { joinPieces } from '#engine/protocol/byte-writer.ts';
import { openConnection, receiveFrame, takeAnswers } from '#engine/runtime/outside.ts';
import { plainToken, securedCluster } from '#engine/testing/secured-cluster.ts';
import type { TestCluster } from '#engine/testing/cluster.ts';

const saslHandshake = 17;
const apiVersions = 18;

function frameOf(apiKey: number, apiVersion: number, body: unknown): Uint8Array {
  // Its first four bytes are its size, which the gateway takes off.
  return joinPieces(encodeRequestFrame({ apiKey, apiVersion, correlationId: 1, clientId: 'raw' }, body)).subarray(4);
}

function answersTo(tested: TestCluster, connectionId: number, frame: Uint8Array): (Uint8Array | string)[] {
  expect(receiveFrame(tested.world, connectionId, frame)).toBeUndefined();
  tested.run(200);
  return takeAnswers(tested.world).map((answer) => (answer.type === 'frame' ? joinPieces(answer.pieces) : answer.type));
}

describe('a token of PLAIN without a header', () => {
  function shaken(): { tested: TestCluster; connectionId: number } {
    const tested = securedCluster();
    const connectionId = openConnection(tested.world, 1, '127.0.0.1')!;
    const [answer] = answersTo(tested, connectionId, frameOf(saslHandshake, 0, { mechanism: 'PLAIN' }));
    expect(decodeResponseFrame(saslHandshake, 0, (answer as Uint8Array).subarray(4)).body).toMatchObject({ errorCode: 0 });
    return { tested, connectionId };
  }

  it('is answered with an empty one, and frames follow', () => {
    const { tested, connectionId } = shaken();
    expect(answersTo(tested, connectionId, new TextEncoder().encode(plainToken('alice')))).toEqual([new Uint8Array([0, 0, 0, 0])]);
    const [versions] = answersTo(tested, connectionId, frameOf(apiVersions, 0, {}));
    expect(decodeResponseFrame(apiVersions, 0, (versions as Uint8Array).subarray(4)).body).toMatchObject({ errorCode: 0 });
  });

  it('that is wrong is answered with the end', () => {
    const { tested, connectionId } = shaken();
    expect(answersTo(tested, connectionId, new TextEncoder().encode(plainToken('alice', 'wrong')))).toEqual(['close']);
  });
});
