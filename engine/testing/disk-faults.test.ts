import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import type { DiskErrorCode } from '#engine/ports/disk.ts';
import { readScenario } from '#engine/runtime/scenario/read-scenario.ts';
import { runScenario, type ScenarioResult } from '#engine/runtime/scenario/run-scenario.ts';

/** Three brokers, RF 3, min.insync.replicas 2: one of them may lose its disk at any write. */
const text = `name: one disk fails
seed: 11
until: 60s
cluster:
  preset: classroom
  brokers: [{ id: 1 }, { id: 2 }, { id: 3 }]
  topics: [{ name: t, partitions: 3, replicationFactor: 3, config: { min.insync.replicas: "2" } }]
  producers: [{ id: p, topic: t, recordsPerSecond: 20, recordsMax: 300, config: { acks: all } }]
  consumers: [{ id: c, group: g, topics: [t] }]
expect:
  - acknowledgedLost: 0
  - producer: p
    acknowledged: { min: 100 }
  - fact: disk.failed
    count: 1
`;

function runWithFault(broker: number, code: DiskErrorCode, afterOperations: number, forGood: boolean): ScenarioResult {
  const diskFor = (brokerId: number): MemoryDisk => {
    const disk = new MemoryDisk();
    if (brokerId === broker) disk.failOperation({ code, operations: ['append', 'write'], afterOperations, forGood });
    return disk;
  };
  return runScenario(readScenario(text, 'disk-faults'), { diskFor });
}

describe('a disk that refuses its k-th write, in one broker of three', () => {
  it.each([
    ['ENOSPC', true],
    ['EIO', true],
    ['EIO', false],
    ['EBUSY', false],
  ] as [DiskErrorCode, boolean][])('with %s (for good: %s) costs no acknowledged record', (code, forGood) => {
    // After the boot, so that there is a cluster; every step meets another kind of write.
    for (let k = 120; k < 500; k += 37) {
      const { ok, verdicts } = runWithFault(1 + (k % 3), code, k, forGood);
      expect({ k, failed: verdicts.filter((verdict) => !verdict.ok) }).toEqual({ k, failed: [] });
      expect(ok).toBe(true);
    }
  });
});

it('has such writes: the runs above do meet the fault', () => {
  const { world } = runWithFault(2, 'EIO', 300, true);
  expect(world.state.nodes.get('broker/2')?.status).toBe('stopped');
});
