import { assert, constant, integer, oneof, property, record, stringMatching } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { targetKey, targetOf } from '#renderer/model/target.ts';
import type { Target } from '#renderer/model/target.ts';

const name = stringMatching(/^[a-zA-Z0-9._-]{1,20}$/);
const id = integer({ min: 0, max: 999_999 });
const target: Arbitrary<Target> = oneof(
  record({ kind: constant('broker' as const), broker: id }),
  record({ kind: constant('topic' as const), topic: name }),
  record({ kind: constant('partition' as const), topic: name, partition: id }),
  record({ kind: constant('replica' as const), topic: name, partition: id, broker: id }),
  record({ kind: constant('client' as const), node: name.map((text) => `external/${text}`) }),
  record({ kind: constant('group' as const), group: name.map((text) => `team/${text}`) }),
  record({ kind: constant('member' as const), group: name, memberId: name.map((text) => `a/${text}/b`) }),
  record({ kind: constant('message' as const), id }),
);

describe('the name of a thing', () => {
  it('leads back to the thing, whatever its name holds', () => {
    assert(property(target, (thing) => {
        expect(targetOf(targetKey(thing))).toEqual({ ...thing });
      }), { seed: 20_261_124, numRuns: 400 });
  });

  it('is refused when it is none', () => {
    expect(['', 'broker/x', 'partition/orders', 'replica/orders/1', 'house/3', 'member/g'].map(targetOf)).toEqual(Array.from({ length: 6 }, () => undefined));
  });
});
