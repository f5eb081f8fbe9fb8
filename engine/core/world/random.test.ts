import { expect, test } from 'vitest';
import { nextFraction, nextInteger, nextUuid, seedStream } from '#engine/core/world/random.ts';

test('a stream is fixed by seed and name, for ever', () => {
  const stream = seedStream(42, 'broker/1');
  const words = [nextInteger(stream, 1000), nextInteger(stream, 1000), nextInteger(stream, 1000)];
  const again = seedStream(42, 'broker/1');
  expect([nextInteger(again, 1000), nextInteger(again, 1000), nextInteger(again, 1000)]).toEqual(words);
  expect(words).toMatchInlineSnapshot(`
    [
      88,
      935,
      130,
    ]
  `);
});

test('streams of other names, and of other seeds beyond 32 bits, differ', () => {
  const first = [seedStream(1, 'a'), seedStream(1, 'b'), seedStream(2, 'a'), seedStream(2 ** 40 + 1, 'a')].map(nextFraction);
  expect(new Set(first).size).toBe(4);
});

test('fractions are uniform over [0, 1)', () => {
  const stream = seedStream(7, 'uniform');
  const buckets = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 100_000; i++) buckets[Math.floor(nextFraction(stream) * 10)]!++;
  for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});

test("a UUID has Kafka's form and never begins with a dash", () => {
  const stream = seedStream(9, 'uuid');
  const seen = new Set<string>();
  for (let i = 0; i < 2000; i++) {
    const uuid = nextUuid(stream);
    expect(uuid).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
    seen.add(uuid);
  }
  expect(seen.size).toBe(2000);
});
