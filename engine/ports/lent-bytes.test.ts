import { describe, expect, it } from 'vitest';
import { giveBackBytes, lendBytes } from '#engine/ports/lent-bytes.ts';

const sizeBytes = 1_000_000;

describe('An array that was lent', () => {
  it('is lent again when it came back, and whoever still holds it holds nothing', () => {
    const first = lendBytes(sizeBytes)!;
    first[7] = 1;
    const part = first.subarray(5, 10);
    giveBackBytes(part);
    expect([first.length, part.length]).toEqual([0, 0]);
    const second = lendBytes(sizeBytes)!;
    expect(second[7]).toBe(1);
    giveBackBytes(first);
    giveBackBytes(part);
    expect(second).toHaveLength(sizeBytes);
    giveBackBytes(second);
  });

  it('is never that of two readings', () => {
    const lent = Array.from({ length: 20 }, () => lendBytes(sizeBytes)!);
    expect(new Set(lent.map(({ buffer }) => buffer)).size).toBe(20);
    for (const bytes of lent) giveBackBytes(bytes);
  });

  it('is of a size for which lending pays; others are left to their reader', () => {
    expect(lendBytes(1000)).toBeUndefined();
    expect(lendBytes(2_000_000)).toBeUndefined();
    const own = new Uint8Array(sizeBytes);
    giveBackBytes(own);
    expect(own).toHaveLength(sizeBytes);
  });
});
