/**
 * Any sequence of keyed appends, rolls, compactions (whole, in slices, with a map that is soon full), truncations above the high
 * watermark, crashes in the middle of a compaction and power losses, against a list of all that was ever appended.
 */
import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import type { Disk } from '#engine/ports/disk.ts';
import { DiskError } from '#engine/ports/disk.ts';
import { noCompression } from '#engine/ports/compression.ts';
import { appendAsLeader, beginCleaning, cleanableOf, continueCleaning, endOffsetOf, openLog, setHighWatermark, truncateTo, writeOffsetCheckpoint } from '#engine/core/log/log.ts';
import type { LogState } from '#engine/core/log/log.ts';
import { logSettings, startMs } from '#engine/core/log/log-fixture.ts';
import { latestByKey, recordsOf, roll } from '#engine/core/log/cleaner/compaction-fixture.ts';
import { GuardedDisk } from '#engine/core/world/guarded-disk.ts';
import { encodeBatch } from '#engine/protocol/record-batch.ts';

interface ModelRecord {
  offset: bigint;
  key: string;
  value: string | null;
  timestampMs: number;
}

type Step =
  | { kind: 'append'; keys: number[]; deletes: boolean; committed: boolean }
  | { kind: 'roll' }
  | { kind: 'compact'; sliceBytes: number; bufferBytes: number; stopAfterSlices: number; failAfterOperations: number }
  | { kind: 'truncate' }
  | { kind: 'powerLoss' }
  | { kind: 'wait'; ms: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('append' as const), keys: fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }), deletes: fc.boolean(), committed: fc.constantFrom(true, true, true, false) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('roll' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('compact' as const),
      sliceBytes: fc.constantFrom(1, 200, 1 << 20),
      bufferBytes: fc.constantFrom(60, 1 << 20),
      stopAfterSlices: fc.constantFrom(1, 3, 1000, 1000),
      failAfterOperations: fc.oneof({ weight: 1, arbitrary: fc.nat(20) }, { weight: 3, arbitrary: fc.constant(10_000) }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('powerLoss' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(10, 5000) }) },
);

const settings = logSettings({ 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0', 'delete.retention.ms': '1000', 'internal.segment.bytes': '600', 'index.interval.bytes': '100' });

class Run {
  readonly memory = new MemoryDisk();
  readonly disk: GuardedDisk;
  log: LogState;
  records: ModelRecord[] = [];
  highWatermark = 0n;
  nowMs = startMs;
  crashes = 0;
  done = 0;
  gaps = 0;

  constructor() {
    this.disk = new GuardedDisk(this.memory, { brokerId: 1, slowMs: 0, full: false, failing: false, busyUntilUs: 0, flushed: new Map() });
    this.log = openLog(this.disk, 'prices-0', settings, this.nowMs);
  }

  take(step: Step): void {
    if (step.kind === 'append') this.append(step.keys, step.deletes, step.committed);
    else if (step.kind === 'roll') roll(this.disk, this.log);
    else if (step.kind === 'compact') this.compact(step);
    else if (step.kind === 'truncate') this.truncate();
    else if (step.kind === 'powerLoss') this.losePower();
    else this.nowMs += step.ms;
  }

  private append(keys: number[], deletes: boolean, committed: boolean): void {
    const first = this.log.logEndOffset;
    const written = keys.map((key, index): ModelRecord => ({ offset: first + BigInt(index), key: `k${key}`, value: deletes && index === 0 ? null : `v${first}`, timestampMs: this.nowMs + index }));
    const encoder = new TextEncoder();
    const records = written.map(({ key, value, timestampMs }) => ({ timestamp: BigInt(timestampMs), key: encoder.encode(key), value: value === null ? null : encoder.encode(value) }));
    appendAsLeader(this.disk, this.log, [encodeBatch({ records })], 0, this.nowMs, 'client');
    this.records.push(...written);
    if (committed) this.highWatermark = setHighWatermark(this.log, this.log.logEndOffset);
  }

  private compact({ sliceBytes, bufferBytes, stopAfterSlices, failAfterOperations }: Step & { kind: 'compact' }): void {
    const cleanable = cleanableOf(this.log, this.log.highWatermark, this.nowMs);
    if (cleanable === undefined) return;
    ok(cleanable.firstUncleanableOffset <= this.highWatermark);
    const cleaning = beginCleaning(this.log, cleanable, bufferBytes, 1);
    this.memory.failOperation({ code: 'EIO', operations: ['append', 'write'], afterOperations: failAfterOperations, forGood: true });
    try {
      for (let slice = 0; slice < stopAfterSlices && (cleaning.phase === 'map' || cleaning.phase === 'copy'); slice++) {
        continueCleaning(this.log, cleaning, { disk: this.disk, compression: noCompression, nowMs: this.nowMs }, sliceBytes);
      }
      if (cleaning.phase === 'done') {
        this.log.cleanedOffset = endOffsetOf(cleaning);
        writeOffsetCheckpoint(this.disk, 'cleaner-offset-checkpoint', new Map([[this.log.directory, this.log.cleanedOffset]]));
        ok(this.log.cleanedOffset > cleanable.firstDirtyOffset);
        if (bufferBytes > 60) equal(this.log.cleanedOffset, cleanable.firstUncleanableOffset);
        this.checkEachKeyOnceBelow(this.log.cleanedOffset);
        this.done++;
      } else if (cleaning.phase !== 'aborted') this.reopen();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.crashes++;
      this.memory.clearFaults();
      this.reopen();
    }
    this.memory.clearFaults();
  }

  private checkEachKeyOnceBelow(offset: bigint): void {
    const below = recordsOf(this.disk, this.log).map((text) => text.split(/[ =]/)).filter(([at]) => BigInt(at!) < offset);
    equal(new Set(below.map(([, key]) => key)).size, below.length);
  }

  /** A process that starts on the disk as it was left. */
  private reopen(): void {
    this.log = openLog(this.disk, 'prices-0', settings, this.nowMs);
    setHighWatermark(this.log, this.highWatermark);
    deepEqual(this.memory.listSegments('prices-0').map(({ path }) => path), this.log.segments.map(({ path }) => path));
  }

  private truncate(): void {
    truncateTo(this.disk, this.log, this.highWatermark);
    this.endAt(this.log.logEndOffset);
  }

  /** What was not flushed is gone, and the leader of another replica has it: the high watermark goes back for this test's sake. */
  private losePower(): void {
    const { recoveryPoint } = this.log;
    this.disk.loseUnflushed();
    this.reopen();
    ok(this.log.logEndOffset >= recoveryPoint);
    this.endAt(this.log.logEndOffset);
  }

  private endAt(offset: bigint): void {
    this.records = this.records.filter((record) => record.offset < offset);
    if (this.highWatermark > offset) this.highWatermark = offset;
  }

  check(disk: Disk): void {
    const values = new Map<string, string>();
    for (const { key, value } of this.records) {
      if (value === null) values.delete(key);
      else values.set(key, value);
    }
    deepEqual(latestByKey(disk, this.log), Object.fromEntries([...values].toSorted(([a], [b]) => (a < b ? -1 : 1))));
    const appended = new Map(this.records.map(({ offset, key, value, timestampMs }) => [offset, `${offset} ${key}=${value} @${timestampMs}`]));
    const kept = recordsOf(disk, this.log, 0n, true);
    for (const record of kept) equal(record, appended.get(BigInt(record.slice(0, record.indexOf(' ')))));
    if (kept.length < this.records.length) this.gaps++;
    equal(this.log.logStartOffset, 0n);
    equal(this.log.logEndOffset, (this.records.at(-1)?.offset ?? this.log.logEndOffset - 1n) + 1n);
    equal(this.log.sizeBytes, this.log.segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  }
}

it('never changes what a key is worth, nor the offset or time of a record that stays, whenever it crashes', () => {
  const seen = { crashes: 0, done: 0, gaps: 0 };
  fc.assert(
    fc.property(fc.array(steps, { minLength: 20, maxLength: 60, size: 'max' }), (taken) => {
      const run = new Run();
      for (const step of taken) {
        run.take(step);
        run.check(run.disk);
      }
      seen.crashes += run.crashes;
      seen.done += run.done;
      seen.gaps += run.gaps;
    }),
    { seed: 20_260_731, numRuns: 400 },
  );
  expect(seen.crashes).toBeGreaterThan(100);
  expect(seen.done).toBeGreaterThan(500);
  expect(seen.gaps).toBeGreaterThan(1000);
});
