/** What a small frame claims to hold costs nothing before it is there: counts, lengths and tags that are far beyond its end. */
import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { apis } from '#engine/protocol/api-keys.ts';
import { decodeBody, encodeBody } from '#engine/protocol/codec.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import { versionsOf } from '#engine/testing/kafka-facts.ts';
import { bodyArbitrary } from '#engine/testing/message-arbitrary.ts';

const claims = [[0x7f, 0xff, 0xff, 0xff], [0x80, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, 0x07], [0xff, 0xff, 0xff, 0xff, 0x0f], [0xff, 0xff, 0x7f], [0, 0x1e, 0x84, 0x80]];

/** All elements of all arrays in a body. */
function elementsIn(value: unknown): number {
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value).reduce((sum: number, one) => sum + elementsIn(one), 0);
  return inside + (Array.isArray(value) ? value.length : 0);
}

describe('a claim', () => {
  it('anywhere in a request of any API and version gives a refusal, or a body with no more elements than it has bytes', () => {
    let refused = 0;
    let taken = 0;
    let beyond = 0;
    for (const { request } of apis) {
      for (const version of versionsOf(request)) {
        const [body] = fc.sample(bodyArbitrary(request, version), { seed: 4711 + version, numRuns: 1 });
        const bytes = encodeBody(request, version, body!);
        for (let at = 0; at < bytes.length; at += 1 + (bytes.length >> 5)) {
          for (const claim of claims) {
            const changed = bytes.slice();
            changed.set(claim.slice(0, changed.length - at), at);
            const elements = elementsOrRefusal(() => decodeBody(request, version, changed));
            if (elements === undefined) refused++;
            else taken++;
            if ((elements ?? 0) > bytes.length) beyond++;
          }
        }
      }
    }
    expect(beyond).toBe(0);
    expect(refused).toBeGreaterThan(10_000);
    expect(taken).toBeGreaterThan(1000);
  });
});

function elementsOrRefusal(decode: () => unknown): number | undefined {
  try {
    return elementsIn(decode());
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
