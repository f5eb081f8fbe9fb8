import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromJson, fromTaggedJson, toJson, toTaggedJson } from '#engine/contract/json.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const trickyString = fc.oneof(fc.string(), fc.constantFrom('\u00015', '\u00015\u0001', '#12', '##', '"\u00017"', 'a"\u00019"', '12345678901234567890', '\\"#5'));
const tree = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    int64,
    trickyString,
    fc.array(tie('node'), { maxLength: 5 }),
    fc.dictionary(trickyString.filter((key) => key !== '__proto__'), tie('node'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).node;

function bigintsBeyondNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(bigintsBeyondNumbers);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, bigintsBeyondNumbers(item)]));
  return value;
}

describe('JSON with int64', () => {
  it('writes a bigint as plain digits that any JSON reader accepts', () => {
    expect(toJson({ offset: 9223372036854775807n })).toBe('{"offset":9223372036854775807}');
  });

  it('keeps the largest and the smallest int64 through writing and reading', () => {
    const value = { most: 9223372036854775807n, least: -9223372036854775808n, small: 7 };
    expect(fromJson(toJson(value))).toEqual(value);
  });

  it('leaves digits inside strings and keys alone', () => {
    const value = { '12345678901234567890': 'at 12345678901234567890' };
    expect(fromJson(JSON.stringify(value))).toEqual(value);
  });

  it('does not take the digits of a fraction or an exponent for an integer', () => {
    expect(fromJson('[0.12345678901234567890, 1.5e0000000000000000001]')).toEqual([0.123_456_789_012_345_68, 15]);
  });

  it('reads every tree back, with a bigint exactly where a number would have been rounded', () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(fromJson(toJson(value))).toEqual(bigintsBeyondNumbers(value));
      }),
      { seed: 41, numRuns: 500 },
    );
  });

  it('keeps the type of every value between engine and screen', () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(fromTaggedJson(toTaggedJson(value))).toEqual(value);
      }),
      { seed: 42, numRuns: 500 },
    );
  });

  it('refuses a tag that no writer makes', () => {
    expect(() => fromTaggedJson('{"offset":"#12x"}')).toThrow(/neither a tagged integer/);
  });

  it('refuses text that is not JSON', () => {
    expect(() => fromJson('{"offset": }')).toThrow(SyntaxError);
  });
});
