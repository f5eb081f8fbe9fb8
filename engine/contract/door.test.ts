import { describe, expect, it } from 'vitest';
import { checkCommand, checkQuery, checkToEngine, checkToScreen, requestIdOf } from '#engine/contract/door.ts';

describe('the door for control messages', () => {
  it('lets a well-formed command through with its defaults filled in', () => {
    expect(checkCommand({ kind: 'link.cut', from: 1 })).toEqual({ ok: true, value: { kind: 'link.cut', from: 1, oneWay: false } });
  });

  it.each([
    ['an unknown kind of command', { kind: 'broker.crahs', broker: 1 }, 'command: unknown kind "broker.crahs"; the nearest is "broker.crash"'],
    ['the name of an inherited property', { kind: 'constructor' }, /^command: unknown kind "constructor"/],
    ['a command without a kind', { broker: 1 }, 'command: an object with a "kind" is needed, e.g. {"kind":"broker.crash"}'],
    ['nothing at all', null, /^command: an object with a "kind" is needed/],
    ['an unknown field', { kind: 'broker.crash', broker: 1, brokr: 2 }, 'broker.crash: unknown field "brokr"; the nearest is "broker"'],
    ['an unknown field inside a field', { kind: 'topic.create', topic: { name: 't', partitons: 3 } }, 'topic.create, field topic: unknown field "partitons"; the nearest is "partitions"'],
    ['a field of a command that has none', { kind: 'clock.pause', now: true }, 'clock.pause: unknown field "now"; it has none'],
    ['a field of the wrong type', { kind: 'broker.crash', broker: 'two' }, /^broker.crash, field broker: /],
    ['a missing field', { kind: 'broker.crash' }, /^broker.crash, field broker: /],
  ])('refuses %s and says where', (_name, command, expected) => {
    const outcome = checkCommand(command);
    expect(outcome.ok ? 'accepted' : outcome.error).toMatch(expected);
  });

  it('checks a query by its own schema', () => {
    expect(checkQuery({ kind: 'why', eventId: 7 })).toEqual({ ok: true, value: { kind: 'why', eventId: 7, depth: 16 } });
    expect(checkQuery({ kind: 'stat' })).toEqual({ ok: false, error: 'query: unknown kind "stat"; the nearest is "state"' });
    expect(checkQuery({ kind: 'records', broker: 1, topic: 't', partition: 0, fromOffset: 2n ** 62n })).toMatchObject({ ok: true, value: { fromOffset: 2n ** 62n, limit: 50 } });
  });

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
