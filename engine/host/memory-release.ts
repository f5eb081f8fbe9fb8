/**
 * Gives memory back to the system when a busy spell is over.
 *
 * V8 lets its heap grow to several times what is alive, and as long as little is allocated afterwards nothing makes it give the pages back: after
 * a burst of a million requests the process would stay at its peak for good. So, when the process has been quiet for some seconds and its heap
 * is far above what it was after the last release, one thorough collection is asked for. It takes a tenth of a second or two, once a spell.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const lookEveryMs = 5000;
/** Of one core, over the time between two looks. */
const quietShareMax = 0.25;
const slackBytesMax = 48 * 1024 * 1024;

interface Collector {
  (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }): void;
}

function collector(): Collector {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Collector;
}

/** Whether a release is worth its pause. */
export function isReleaseDue(busyShare: number, heapBytes: number, releasedHeapBytes: number): boolean {
  return busyShare <= quietShareMax && heapBytes > releasedHeapBytes + slackBytesMax;
}

/** Watches until the answered function is called; does not keep the process alive. */
export function releaseMemoryWhenQuiet(): () => void {
  let releasedHeapBytes = getHeapStatistics().total_heap_size;
  let before = process.cpuUsage();
  const timer = setInterval(() => {
    const used = process.cpuUsage(before);
    before = process.cpuUsage();
    const busyShare = (used.user + used.system) / 1000 / lookEveryMs;
    if (!isReleaseDue(busyShare, getHeapStatistics().total_heap_size, releasedHeapBytes)) return;
    collector()({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    releasedHeapBytes = getHeapStatistics().total_heap_size;
  }, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
