import { describe, expect, it } from 'vitest';
import { checkToEngine, checkToScreen, requestIdOf } from '#engine/contract/door.ts';

describe('the door for control messages', () => {
  it('refuses a message of no known type, and one with a field that is wrong', () => {
    expect(checkToEngine({ type: 'steal' })).toMatchObject({ ok: false });
    expect(checkToEngine({ type: 'frames', perSecond: 1000 })).toEqual({ ok: false, error: expect.stringMatching(/^message, field perSecond: /) });
    expect(checkToEngine({ type: 'hello', contractVersion: 1 })).toEqual({ ok: true, value: { type: 'hello', contractVersion: 1 } });
  });

  it('finds the request that a refused message was about', () => {
    expect(requestIdOf({ type: 'query', requestId: 12, query: 'x' })).toBe(12);
    expect(requestIdOf('text')).toBeUndefined();
  });

  it('refuses on the screen what no engine of this version sends', () => {
    expect(checkToScreen({ type: 'heartbeat', n: 1 })).toMatchObject({ ok: true });
    expect(checkToScreen({ type: 'welcome', contractVersion: 99, seed: 1, clusterId: 'c', restarts: 0 })).toEqual({ ok: false, error: expect.stringMatching(/contractVersion/) });
    expect(checkToScreen({ type: 'catalog' })).toMatchObject({ ok: false });
  });
});
