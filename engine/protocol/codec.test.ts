import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { apis } from '#engine/protocol/api-keys.ts';
import { decodeBody, encodeBody } from '#engine/protocol/codec.ts';
import type { MessageDefinition } from '#engine/protocol/message.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import { bodyArbitrary } from '#engine/testing/message-arbitrary.ts';
import { versionsOf } from '#engine/testing/kafka-facts.ts';
import { recordDefinitions } from '#engine/testing/record-definitions.ts';

const seed = 20_260_101;
const requestsAndResponses = apis.flatMap((api): MessageDefinition[] => [api.request, api.response]);
const definitions: MessageDefinition[] = [...requestsAndResponses, ...recordDefinitions];

describe('every message in every version', () => {
  it('is all of Kafka 4.3: 89 APIs and the records of its own topics', () => {
    expect(apis).toHaveLength(89);
    expect(definitions).toHaveLength(265);
    expect(definitions.flatMap(versionsOf).length).toBeGreaterThan(600);
  });

  it.each(definitions.map((definition) => [definition.name, definition] as const))('%s survives writing and reading', (_, definition) => {
    for (const version of versionsOf(definition)) {
      fc.assert(
        fc.property(bodyArbitrary(definition, version), (body) => {
          const bytes = encodeBody(definition, version, body);
          const read = decodeBody(definition, version, bytes);
          expect(read).toStrictEqual(body);
          expect(encodeBody(definition, version, read)).toStrictEqual(bytes);
        }),
        { seed, numRuns: 12 },
      );
    }
  });

  it.each(definitions.map((definition) => [definition.name, definition] as const))('%s cut short anywhere is a ProtocolError that names the message', (_, definition) => {
    for (const version of versionsOf(definition)) {
      const [body] = fc.sample(bodyArbitrary(definition, version), { seed, numRuns: 1 });
      const bytes = encodeBody(definition, version, body!);
      for (let length = 0; length < bytes.length; length += 1 + (length >> 5)) {
        const error = thrownBy(() => decodeBody(definition, version, bytes.slice(0, length)));
        expect(error).toBeInstanceOf(ProtocolError);
        expect((error as ProtocolError).message).toContain(definition.name);
      }
    }
  });

  it('garbage is never anything but a body or a ProtocolError', () => {
    const cases = definitions.flatMap((definition) => versionsOf(definition).map((version) => ({ definition, version })));
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...cases), fc.uint8Array({ maxLength: 200 }), ({ definition, version }, garbage) => {
        const error = thrownBy(() => decodeBody(definition, version, garbage));
        if (error === undefined) return;
        refused++;
        expect(error).toBeInstanceOf(ProtocolError);
      }),
      { seed, numRuns: 20_000 },
    );
    expect(refused).toBeGreaterThan(10_000);
  });

  it('a body with single bytes changed is never anything but a body or a ProtocolError', () => {
    const cases = requestsAndResponses.flatMap((definition) => versionsOf(definition).map((version) => ({ definition, version })));
    for (const { definition, version } of cases) {
      const [body] = fc.sample(bodyArbitrary(definition, version), { seed: seed + 1, numRuns: 1 });
      const bytes = encodeBody(definition, version, body!);
      for (let position = 0; position < bytes.length; position += 1 + (bytes.length >> 5)) {
        for (const replacement of [0, 0x7f, 0x80, 0xff]) {
          const changed = bytes.slice();
          changed[position] = replacement;
          const error = thrownBy(() => decodeBody(definition, version, changed));
          expect(error === undefined || error instanceof ProtocolError).toBe(true);
        }
      }
    }
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}
