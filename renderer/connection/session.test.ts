import { describe, expect, it } from 'vitest';
import type { Transport } from '#engine/contract/transport.ts';
import { createInProcessPair } from '#engine/contract/transports/in-process.ts';
import { createSession } from '#renderer/connection/session.ts';

const welcome = { type: 'welcome', contractVersion: 1, seed: 1, clusterId: 'c', preset: 'kafka', dataDirectory: null, bootstrap: '', restarts: 0, startedMs: 0 };

/** Lets everything that waits for the current task happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

/** A screen's session with engines that the test plays, and time that the test turns. */
function stage() {
  const states: string[] = [];
  const engines: Transport[] = [];
  const tasks: { dueMs: number; task: () => void }[] = [];
  let nowMs = 0;
  const session = createSession(
    {
      open(onTransport) {
        const [screenSide, engineSide] = createInProcessPair((task) => queueMicrotask(task));
        engines.push(engineSide);
        onTransport(screenSide);
      },
    },
    { onState: (state) => states.push(state), onMessage: () => undefined, onFrame: () => undefined },
    {
      nowMs: () => nowMs,
      after(delayMs, task) {
        const entry = { dueMs: nowMs + delayMs, task };
        tasks.push(entry);
        return () => void tasks.splice(tasks.indexOf(entry), 1);
      },
    },
  );
  return {
    session,
    states,
    engines,
    settle,
    async pass(ms: number) {
      const until = nowMs + ms;
      for (;;) {
        const next = tasks.filter((entry) => entry.dueMs <= until).toSorted((a, b) => a.dueMs - b.dueMs)[0];
        if (next === undefined) break;
        tasks.splice(tasks.indexOf(next), 1);
        nowMs = next.dueMs;
        next.task();
        await settle();
      }
      nowMs = until;
    },
  };
}

describe('the conversation with the engine', () => {
  it('greets, asks for frames and gives credit for a few of them', async () => {
    const { engines, states, settle } = stage();
    const heard: unknown[] = [];
    engines[0]!.onMessage((message) => heard.push(message));
    await settle();
    expect(heard).toEqual([{ type: 'hello', contractVersion: 1 }, { type: 'frames', perSecond: 60 }]);
    expect(engines[0]!.credit).toBe(3);
    engines[0]!.send(welcome);
    await settle();
    expect(states).toEqual(['connecting', 'open']);
  });

  it('hands an answer to the question it belongs to, and a refusal as an error with its reason', async () => {
    const { engines, session, settle } = stage();
    engines[0]!.onMessage((raw) => {
      const message = raw as { type: string; requestId: number };
      if (message.type === 'query') engines[0]!.send({ type: 'reply', requestId: message.requestId, ok: true, value: message.requestId });
      if (message.type === 'command') engines[0]!.send({ type: 'reply', requestId: message.requestId, ok: false, error: 'there is no broker 9' });
    });
    engines[0]!.send(welcome);
    await settle();
    const answers = [session.query({ kind: 'state' }), session.query({ kind: 'state' })];
    await expect(Promise.all(answers)).resolves.toEqual([1, 2]);
    await expect(session.command({ kind: 'broker.crash', broker: 9 })).rejects.toThrow('there is no broker 9');
  });

  it('begins anew when the engine is gone, with longer and longer pauses, and fails what was asked', async () => {
    const { engines, states, session, settle, pass } = stage();
    engines[0]!.send(welcome);
    await settle();
    const asked = session.query({ kind: 'state' });
    engines[0]!.close('crashed');
    await expect(asked).rejects.toThrow('lost before it answered');
    expect(states.at(-1)).toBe('lost');
    await pass(260);
    expect(engines).toHaveLength(2);
    engines[1]!.close('crashed again');
    await settle();
    await pass(260);
    expect(engines).toHaveLength(2);
    await pass(200);
    expect(engines).toHaveLength(3);
    engines[2]!.send(welcome);
    await settle();
    expect(states.at(-1)).toBe('open');
  });

  it('counts an engine that is silent for five beats as gone', async () => {
    const { engines, states, settle, pass } = stage();
    engines[0]!.send(welcome);
    await settle();
    await pass(4_900);
    expect(states.at(-1)).toBe('open');
    await pass(2_000);
    expect(states).toContain('lost');
  });

  it('stops for good at a message it cannot read, and says what is wrong with it', async () => {
    const { engines, states, settle, pass } = stage();
    engines[0]!.send({ type: 'welcome', contractVersion: 7 });
    await settle();
    expect(states.at(-1)).toBe('refused');
    await pass(20_000);
    expect(engines).toHaveLength(1);
  });
});
