/**
 * One scenario and one seed is one run: on memory and on SQLite, as objects and through Kafka's wire format, from the start and from a
 * snapshot in the middle.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { openSqliteDisk } from '#engine/adapters/sqlite/sqlite-disk.ts';
import { nodeCompression } from '#engine/runtime/compression.ts';
import { nodeCryptography } from '#engine/runtime/cryptography.ts';
import { kafkaBehaviours } from '#engine/core/world/behaviours.ts';
import { restoreWorld, snapshotWorld } from '#engine/core/world/snapshot.ts';
import { stateHash } from '#engine/core/world/state-hash.ts';
import { runUntil } from '#engine/core/world/step.ts';
import { cluster } from '#engine/testing/cluster.ts';
import { readScenario } from '#engine/runtime/scenario/read-scenario.ts';
import { runScenario } from '#engine/runtime/scenario/run-scenario.ts';
import type { ScenarioOptions } from '#engine/runtime/scenario/run-scenario.ts';

const scenario = readScenario(
  `
name: a bit of everything
seed: 11
cluster:
  brokers: 3
  preset: classroom
  network: {latencyMs: 2, jitterMs: 3}
  topics: [{name: orders, partitions: 3, replicationFactor: 3}]
  producers:
    - {id: a, topic: orders, recordsPerSecond: 30}
    - {id: b, topic: orders, recordsPerSecond: 20, config: {acks: "1", enable.idempotence: "false"}}
  consumers:
    - {id: c1, group: g, topics: [orders]}
    - {id: c2, group: g, topics: [orders]}
steps:
  - {at: 3s, do: {kind: broker.crash, broker: leader of orders-0}}
  - {at: 6s, do: {kind: broker.restart, broker: the crashed broker}}
  - {at: 8s, do: {kind: broker.pause, broker: leader of orders-1}}
  - {at: 11s, do: {kind: broker.resume, broker: the paused broker}}
  - {at: 12s, do: {kind: link.cut, from: 1, to: 2}}
  - {at: 13s, do: {kind: link.heal}}
until: 15s
expect:
  - {producer: a, acknowledged: {min: 100}}
`,
  'determinism',
);

function hashOfRun(options: ScenarioOptions): string {
  const result = runScenario(scenario, options);
  expect(result.verdicts.filter(({ ok }) => !ok)).toEqual([]);
  return result.stateHash;
}

function hashOnSqlite(): string {
  const folder = mkdtempSync(join(tmpdir(), 'terrarium-determinism-'));
  const disks: { close(): void }[] = [];
  try {
    return hashOfRun({
      diskFor: (brokerId) => {
        const disk = openSqliteDisk(join(folder, `broker-${brokerId}.sqlite`));
        disks.push(disk);
        return disk;
      },
    });
  } finally {
    for (const disk of disks) disk.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the same scenario and seed, ten times in memory and ten times on SQLite, has one state hash', () => {
  const hashes = new Set<string>();
  for (let i = 0; i < 10; i++) {
    hashes.add(hashOfRun({ diskFor: () => new MemoryDisk() }));
    hashes.add(hashOnSqlite());
  }
  expect(hashes.size).toBe(1);
});

test('another seed has another hash', () => {
  expect(hashOfRun({ diskFor: () => new MemoryDisk(), seed: 12 })).not.toBe(hashOfRun({ diskFor: () => new MemoryDisk() }));
});

test("messages that go through Kafka's wire format give the same run as messages that stay objects", () => {
  expect(hashOfRun({ diskFor: () => new MemoryDisk(), wire: 'bytes' })).toBe(hashOfRun({ diskFor: () => new MemoryDisk() }));
});

test('a world restored from a snapshot in the middle of traffic ends where the first one ends', () => {
  const { world, run, command } = cluster({
    seed: 3,
    topics: [{ name: 'orders', partitions: 2, replicationFactor: 3 }],
    producers: [{ id: 'p', topic: 'orders', recordsPerSecond: 50 }],
    consumers: [{ id: 'c', group: 'g', topics: ['orders'] }],
    network: { latencyMs: 5, jitterMs: 5 },
  });
  run(2000);
  command({ kind: 'broker.crash', broker: 2 });
  run(1003.5);
  const twin = restoreWorld(snapshotWorld(world), { behaviours: kafkaBehaviours, compression: nodeCompression, cryptography: nodeCryptography, diskFor: () => new MemoryDisk() });
  expect(stateHash(twin)).toBe(stateHash(world));
  for (const one of [world, twin]) runUntil(one, one.state.timeUs + 20_000_000);
  expect(stateHash(twin)).toBe(stateHash(world));
});
