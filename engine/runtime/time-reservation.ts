/**
 * Virtual time reserved ahead in the cluster's description (cluster-meta.ts): the clock may pass the reserved moment only
 * after a later one was written. How far ahead grows with the speed of the run, so that the text is written about once a second at most.
 */
import { clusterMetaText } from '#engine/runtime/cluster-meta.ts';
import type { ClusterMetaStore } from '#engine/runtime/cluster-meta.ts';
import type { Engine } from '#engine/runtime/engine.ts';

const aheadUsMin = 5_000_000;
const aheadUsMax = 24 * 3_600_000_000;
const retryMs = 1000;

export interface TimeReservation {
  /** Before anything of the present leaves: reserves more time when the run has come near the end of what is reserved. */
  keep(): void;
  /** The specification has changed. */
  writeNow(): void;
  /** The run ends here: the next one begins at this very moment. */
  end(): void;
}

export function createTimeReservation(engine: Engine, store: ClusterMetaStore | undefined, restarts: number, log: (line: string) => void): TimeReservation {
  const { state } = engine.world;
  let reservedUntilUs = -1;
  let aheadUs = aheadUsMin;
  let writtenMs = 0;
  let failing = false;

  /** A full disk must not end the run: the records are safe on their own disks, so it is said once and tried again. */
  function write(untilUs: number): void {
    try {
      store?.write(clusterMetaText({ clusterId: state.clusterId, seed: engine.seed, spec: engine.spec, restarts, reservedUntilUs: untilUs }));
      reservedUntilUs = untilUs;
      failing = false;
    } catch (error) {
      if (!failing) log(`the cluster's description cannot be written, after a restart it may be older than its records: ${error instanceof Error ? error.message : String(error)}`);
      failing = true;
    }
  }

  return {
    keep() {
      if (store === undefined || engine.world.state.timeUs + aheadUs / 4 <= reservedUntilUs) return;
      const nowMs = engine.clock.nowMs();
      if (failing && nowMs - writtenMs < retryMs) return;
      aheadUs = nowMs - writtenMs < 1000 ? Math.min(aheadUs * 2, aheadUsMax) : aheadUsMin;
      writtenMs = nowMs;
      write(engine.world.state.timeUs + aheadUs);
    },
    writeNow() {
      write(Math.max(reservedUntilUs, engine.world.state.timeUs));
    },
    end() {
      write(engine.world.state.timeUs);
    },
  };
}
