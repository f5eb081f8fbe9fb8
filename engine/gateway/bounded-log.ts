/** A log that a flood of clients cannot flood: so many lines a window, then one that counts the rest. */
import type { Clock } from '#engine/ports/clock.ts';

const linesPerWindow = 50;
const windowMs = 1000;

export class BoundedLog {
  readonly #clock: Clock;
  readonly #write: (line: string) => void;
  #windowStartMs = -Infinity;
  #lines = 0;
  #left = 0;
  #cancelSummary: (() => void) | undefined;

  constructor(clock: Clock, write: (line: string) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  write(line: string): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#windowStartMs >= windowMs) {
      this.#summarize();
      this.#windowStartMs = nowMs;
      this.#lines = 0;
    }
    if (this.#lines < linesPerWindow) {
      this.#lines++;
      this.#write(line);
      return;
    }
    this.#left++;
    this.#cancelSummary ??= this.#clock.schedule(windowMs, () => this.#summarize());
  }

  close(): void {
    this.#summarize();
  }

  #summarize(): void {
    this.#cancelSummary?.();
    this.#cancelSummary = undefined;
    if (this.#left > 0) this.#write(`and ${this.#left} more lines like these`);
    this.#left = 0;
  }
}
