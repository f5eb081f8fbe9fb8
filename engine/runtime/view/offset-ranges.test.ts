import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OffsetRanges } from '#engine/runtime/view/offset-ranges.ts';

const action = fc.record({ kind: fc.constantFrom('add', 'add', 'add', 'removeFrom'), start: fc.integer({ min: 0, max: 60 }), count: fc.integer({ min: 1, max: 12 }) });

describe('acknowledged offsets', () => {
  it('are counted like a set of single offsets, whatever is acknowledged, acknowledged again and lost', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const ranges = new OffsetRanges();
        const model = new Set<number>();
        for (const { kind, start, count } of actions) {
          const before = model.size;
          if (kind === 'add') for (let offset = start; offset < start + count; offset++) model.add(offset);
          else for (const offset of model) if (offset >= start) model.delete(offset);
          const changed = kind === 'add' ? ranges.add(BigInt(start), BigInt(start + count)) : ranges.removeFrom(BigInt(start));
          expect(changed).toBe(Math.abs(model.size - before));
          for (const from of [0, 7, 30]) expect(ranges.countFrom(BigInt(from))).toBe([...model].filter((offset) => offset >= from).length);
        }
      }),
      { seed: 81, numRuns: 300 },
    );
  });
});
