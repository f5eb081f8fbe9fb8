/** Waiting for a fact: asks again and again until the answer holds; what it was at last is in the error. */
import { setTimeout as pause } from 'node:timers/promises';

const askAgainMs = 50;

export async function until<Answer>(what: string, ask: () => Promise<Answer>, holds: (answer: Answer) => boolean, withinMs = 30_000): Promise<Answer> {
  const giveUp = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > giveUp) throw new Error(`never within ${withinMs / 1000} s: ${what}; at last ${JSON.stringify(answer)?.slice(0, 300) ?? 'nothing'}`);
    await pause(askAgainMs);
  }
}
