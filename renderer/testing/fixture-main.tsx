/** The development page: the same screen over the invented cluster. `?brokers=12&partitions=60` makes it larger. */
import '#renderer/no-code-generation.ts';
import { startScreen } from '#renderer/app/start.tsx';
import { classroom } from '#renderer/testing/fixture-cluster.ts';
import type { FixtureSpec } from '#renderer/testing/fixture-cluster.ts';
import { createFixtureEngine } from '#renderer/testing/fixture-engine.ts';

const asked = new URLSearchParams(window.location.search);
const brokers = Number(asked.get('brokers') ?? 3);
const partitions = Number(asked.get('partitions') ?? 0);
const large: FixtureSpec = {
  ...classroom,
  brokers,
  topics: Array.from({ length: Math.max(1, Math.ceil(partitions / 20)) }, (_, at) => ({ name: `topic-${at + 1}`, partitions: Math.min(20, Math.max(1, partitions - at * 20)) })),
  producers: [{ name: 'mobile', topic: 0, perSecond: 40, acks: 'all' }],
};

startScreen({
  open(onTransport) {
    const engine = createFixtureEngine(partitions > 0 ? large : { ...classroom, brokers }, 7141);
    if (asked.has('sick')) engine.cluster.dropFromIsr(1, 1, 136);
    if (asked.has('crash')) {
      engine.cluster.runUntil(20_000_000);
      engine.cluster.setRunning(2, false);
    }
    engine.cluster.runUntil(engine.cluster.nowUs() + Number(asked.get('run') ?? 8) * 1e6);
    onTransport(engine.screenSide);
    let beforeMs = performance.now();
    const tick = (nowMs: number): void => {
      engine.advance((nowMs - beforeMs) * 1_000 * engine.rate());
      beforeMs = nowMs;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  },
});
