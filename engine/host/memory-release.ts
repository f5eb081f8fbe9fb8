/**
 * Gives memory back to the system when a busy spell is over.
 *
 * V8 lets its heap grow to several times what is alive, and as long as little is allocated afterwards nothing makes it give the pages back: after
 * a burst of a million requests the process would stay at its peak for good. So, when the process was busy and has been quiet for some seconds,
 * and its heap is above what it was after the last release, one thorough collection is asked for. It takes a tenth of a second or two, once a
 * spell: a process that is never busy is never held up.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const lookEveryMs = 5000;
/** Of one core, over the time between two looks. */
const quietShareMax = 0.25;
const slackBytesMax = 16 * 1024 * 1024;

interface Collector {
  (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }): void;
}

function collector(): Collector {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Collector;
}

/** What was seen since the last release. */
export interface Spell {
  wasBusy: boolean;
  releasedHeapBytes: number;
}

/** Notes a look at the process, and answers whether a release is worth its pause. */
export function isReleaseDue(spell: Spell, busyShare: number, heapBytes: number): boolean {
  if (busyShare <= quietShareMax) return spell.wasBusy && heapBytes > spell.releasedHeapBytes + slackBytesMax;
  spell.wasBusy = true;
  return false;
}

function heapBytes(): number {
  return getHeapStatistics().total_heap_size;
}

/** Watches until the answered function is called; does not keep the process alive. */
export function releaseMemoryWhenQuiet(): () => void {
  let spell: Spell = { wasBusy: false, releasedHeapBytes: heapBytes() };
  let before = process.cpuUsage();
  const timer = setInterval(() => {
    const used = process.cpuUsage(before);
    before = process.cpuUsage();
    if (!isReleaseDue(spell, (used.user + used.system) / 1000 / lookEveryMs, heapBytes())) return;
    collector()({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    spell = { wasBusy: false, releasedHeapBytes: heapBytes() };
  }, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
