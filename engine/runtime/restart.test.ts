import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import type { ClusterSpec } from '#engine/contract/cluster-spec.ts';
import { ClusterMetaError, clusterMetaText, continuedSpec, readClusterMeta, seedOfRun } from '#engine/runtime/cluster-meta.ts';
import type { ClusterMetaStore } from '#engine/runtime/cluster-meta.ts';
import { startTestRuntime, testSpec } from '#engine/runtime/runtime-fixture.ts';
import type { TestRuntime } from '#engine/runtime/runtime-fixture.ts';

class TextStore implements ClusterMetaStore {
  text: string | undefined;
  writes = 0;
  read(): string | undefined {
    return this.text;
  }
  write(text: string): void {
    this.text = text;
    this.writes++;
  }
}

/** Starts on what the run before has left. */
function startAgain(disks: Map<number, MemoryDisk>, store: TextStore, asked: ClusterSpec = testSpec()): TestRuntime {
  const previous = readClusterMeta(store.text ?? '');
  return startTestRuntime({ spec: continuedSpec(previous.spec, asked), seed: previous.seed, metaStore: store, previous }, disks);
}

/** The process dies without a word: what was not committed is gone. */
function kill(disks: Map<number, MemoryDisk>): void {
  for (const disk of disks.values()) disk.crash();
}

function endOffsets({ runtime }: TestRuntime): bigint[] {
  return runtime.state().topics.find(({ name }) => name === 'orders')?.partitions.map(({ replicas, leader }) => replicas.find(({ broker }) => broker === leader)?.logEndOffset ?? -1n) ?? [];
}

describe('a cluster that starts again on its disks', () => {
  it('has its records, its cluster id, and a clock that goes on', () => {
    const disks = new Map<number, MemoryDisk>();
    const store = new TextStore();
    const spec = testSpec({ producers: [{ id: 'checkout', topic: 'orders', recordsPerSecond: 100, recordsMax: 200 }] });
    const first = startTestRuntime({ spec, metaStore: store }, disks);
    first.clock.advance(4000);
    const before = first.runtime.state();
    expect(endOffsets(first).reduce((sum, offset) => sum + offset, 0n)).toBe(200n);
    first.runtime.stop();
    kill(disks);
    const second = startAgain(disks, store, { ...testSpec(), producers: [] });
    const after = second.runtime.state();
    expect(after.clusterId).toBe(before.clusterId);
    expect(after.seed).toBe(before.seed);
    expect(after.timeUs).toBeGreaterThan(before.timeUs);
    expect(readClusterMeta(store.text ?? '').restarts).toBe(1);
    const topicIds = (state: typeof before) => state.topics.map(({ name, topicId }) => [name, topicId]);
    expect(topicIds(after)).toEqual(topicIds(before));
    // The producer of the specification starts again and sends its 200 records once more.
    expect(endOffsets(second).reduce((sum, offset) => sum + offset, 0n)).toBeGreaterThanOrEqual(200n);
  });

  it('after a sudden death, never repeats a moment of virtual time', () => {
    const disks = new Map<number, MemoryDisk>();
    const store = new TextStore();
    const first = startTestRuntime({ metaStore: store }, disks);
    for (let round = 0; round < 40; round++) {
      first.clock.advance(997);
      expect(readClusterMeta(store.text ?? '').reservedUntilUs).toBeGreaterThanOrEqual(first.runtime.position.timeUs);
    }
    const { timeUs } = first.runtime.position;
    kill(disks);
    expect(startAgain(disks, store).runtime.position.timeUs).toBeGreaterThan(timeUs);
    // About once a second at most, not once a turn.
    expect(store.writes).toBeLessThan(50);
  });

  it('runs on when its description cannot be written, says so once, and writes it when it can', () => {
    const store = new TextStore();
    const test = startTestRuntime({ metaStore: store });
    const written = store.text;
    const write = store.write;
    store.write = () => {
      throw new Error('ENOSPC: no space left on device');
    };
    for (let second = 0; second < 30; second++) test.clock.advance(1000);
    expect(store.text).toBe(written);
    expect(test.logLines).toEqual([expect.stringContaining('ENOSPC')]);
    store.write = write;
    for (let second = 0; second < 3; second++) test.clock.advance(1000);
    expect(readClusterMeta(store.text ?? '').reservedUntilUs).toBeGreaterThan(test.runtime.position.timeUs);
  });

  it('starts the clients that commands had started, and not those that they had stopped', async () => {
    const disks = new Map<number, MemoryDisk>();
    const store = new TextStore();
    const spec = testSpec({ producers: [{ id: 'old', topic: 'orders' }] });
    const first = startTestRuntime({ spec, metaStore: store }, disks);
    await first.runtime.submitCommand({ kind: 'producer.stop', producer: 'old' });
    await first.runtime.submitCommand({ kind: 'producer.start', producer: { id: 'new', topic: 'orders' } });
    const created = first.runtime.submitCommand({ kind: 'topic.create', topic: { name: 'billing', partitions: 1, replicationFactor: 3 } });
    first.clock.advance(1000);
    expect(await created).toMatchObject({ ok: true });
    kill(disks);
    const second = startAgain(disks, store);
    expect(second.runtime.state().producers.map(({ id }) => id)).toEqual(['new']);
    expect(second.runtime.state().topics.map(({ name }) => name)).toContain('billing');
  });

  it('does not use a random id twice: each start has streams of its own, the same for the same start', () => {
    expect(seedOfRun(7, 0)).toBe(7);
    expect(new Set([seedOfRun(7, 0), seedOfRun(7, 1), seedOfRun(7, 2), seedOfRun(8, 1)]).size).toBe(4);
    expect(seedOfRun(2 ** 53 - 1, 9)).toBeLessThan(2 ** 53);
  });

  it('is refused when other brokers are asked for than the disks hold', () => {
    const asked = testSpec({ brokers: [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }] });
    expect(() => continuedSpec(testSpec(), asked)).toThrow('the data folder holds a cluster of the brokers 1, 2, 3, not 1, 2, 3, 4');
  });

  it.each([
    ['no JSON', 'hello', /not JSON/],
    ['another program\'s file', '{"version":1}', /not one of ours/],
    ['a damaged specification', clusterMetaText({ clusterId: 'c', seed: 1, spec: testSpec(), restarts: 0, reservedUntilUs: 1 }).replace('"partitions": 2', '"partitions": 0'), /spec\.topics\.0\.partitions/],
  ])('refuses %s as its description, and says why', (_name, text, reason) => {
    expect(() => readClusterMeta(text)).toThrow(ClusterMetaError);
    expect(() => readClusterMeta(text)).toThrow(reason);
  });
});
