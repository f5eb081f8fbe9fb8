import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { targetKey, targetOf } from '#renderer/model/target.ts';
import type { Target } from '#renderer/model/target.ts';

const name = fc.stringMatching(/^[a-zA-Z0-9._-]{1,20}$/);
const id = fc.integer({ min: 0, max: 999_999 });
const target: fc.Arbitrary<Target> = fc.oneof(
  fc.record({ kind: fc.constant('broker' as const), broker: id }),
  fc.record({ kind: fc.constant('topic' as const), topic: name }),
  fc.record({ kind: fc.constant('partition' as const), topic: name, partition: id }),
  fc.record({ kind: fc.constant('replica' as const), topic: name, partition: id, broker: id }),
  fc.record({ kind: fc.constant('client' as const), node: name.map((text) => `external/${text}`) }),
  fc.record({ kind: fc.constant('group' as const), group: name.map((text) => `team/${text}`) }),
  fc.record({ kind: fc.constant('member' as const), group: name, memberId: name.map((text) => `a/${text}/b`) }),
  fc.record({ kind: fc.constant('message' as const), id }),
);

describe('the name of a thing', () => {
  it('leads back to the thing, whatever its name holds', () => {
    fc.assert(fc.property(target, (thing) => {
        expect(targetOf(targetKey(thing))).toEqual({ ...thing });
      }), { seed: 20_261_124, numRuns: 400 });
  });

  it('is refused when it is none', () => {
    expect(['', 'broker/x', 'partition/orders', 'replica/orders/1', 'house/3', 'member/g'].map(targetOf)).toEqual(Array.from({ length: 6 }, () => undefined));
  });
});
