/** The machine's clock. A delay of 0 waits only until pending input has been read; anything shorter than a timer's grain is spun. */
import type { Clock } from '#engine/ports/clock.ts';

export function createSystemClock(): Clock {
  return {
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
    schedule(delayMs, callback) {
      if (delayMs < 1) {
        const immediate = setImmediate(callback);
        return () => clearImmediate(immediate);
      }
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
}
