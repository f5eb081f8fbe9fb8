import { deepEqual, ok } from 'node:assert/strict';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { decodeRecords, forEachBatch } from '#engine/protocol/record-batch.ts';
import type { LogSettings, LogState } from '#engine/core/log/log.ts';
import {
  advanceLogStartOffset,
  appendAsFollower,
  appendAsLeader,
  closeLog,
  endOffsetForEpoch,
  flushLog,
  maintainLog,
  offsetForTimestamp,
  openLog,
  readLog,
  setHighWatermark,
  truncateTo,
} from '#engine/core/log/log.ts';
import { contents, logSettings, startMs, testBatch } from '#engine/core/log/log-fixture.ts';

/** The simplest log there can be: what a reader must find, record by record, and where batches begin. */
interface Model {
  records: { offset: bigint; value: string; timestampMs: number; epoch: number; batchBase: bigint }[];
  start: bigint;
  end: bigint;
  epoch: number;
}

type Action =
  | { kind: 'append'; batches: number[]; newEpoch: boolean; timestampMs: number; asFollower: boolean }
  | { kind: 'truncate'; share: number }
  | { kind: 'advance'; share: number }
  | { kind: 'read'; from: number; upTo: number; maxBytes: number; minOneBatch: boolean }
  | { kind: 'reopen'; how: 'closed' | 'killed' }
  | { kind: 'maintain' | 'flush' };

const share = fc.double({ min: 0, max: 1, noNaN: true });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('append' as const), batches: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }), newEpoch: fc.boolean(), timestampMs: fc.integer({ min: 0, max: 50 }), asFollower: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('truncate' as const), share }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance' as const), share }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const), from: share, upTo: share, maxBytes: fc.nat(500), minOneBatch: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reopen' as const), how: fc.constantFrom('closed' as const, 'killed' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('maintain' as const, 'flush' as const) }) },
);

function between(low: bigint, high: bigint, part: number): bigint {
  return low + BigInt(Math.round(Number(high - low) * part));
}

class Run {
  readonly disk = new MemoryDisk();
  readonly settings: LogSettings;
  readonly model: Model = { records: [], start: 0n, end: 0n, epoch: 0 };
  log: LogState;
  #count = 0;

  constructor(settings: LogSettings) {
    this.settings = settings;
    this.log = openLog(this.disk, 'orders-0', settings, startMs);
  }

  do(step: Action): void {
    switch (step.kind) {
      case 'append': return this.#append(step);
      case 'truncate': return this.#truncate(between(this.model.start, this.model.end, step.share));
      case 'advance': return this.#advance(between(this.model.start, this.model.end, step.share));
      case 'read': return this.#read(step);
      case 'reopen': return this.#reopen(step.how);
      case 'maintain': return void maintainLog(this.disk, this.log, startMs);
      case 'flush': return flushLog(this.disk, this.log, startMs);
    }
  }

  #append({ batches, newEpoch, timestampMs, asFollower }: Extract<Action, { kind: 'append' }>): void {
    const { model } = this;
    if (newEpoch) model.epoch++;
    const runs: Uint8Array[] = [];
    for (const records of batches) {
      const values = Array.from({ length: records }, () => `v${this.#count++}`);
      const time = startMs + timestampMs;
      runs.push(testBatch({ values, timestampMs: time, ...(asFollower ? { baseOffset: model.end, leaderEpoch: model.epoch } : {}) }));
      const batchBase = model.end;
      for (const value of values) model.records.push({ offset: model.end++, value, timestampMs: time, epoch: model.epoch, batchBase });
    }
    if (asFollower) appendAsFollower(this.disk, this.log, [joined(runs)], startMs);
    else appendAsLeader(this.disk, this.log, runs, model.epoch, startMs, 'client');
    setHighWatermark(this.log, model.end);
  }

  /** A cut inside a batch takes the whole batch. */
  #truncate(offset: bigint): void {
    const { model } = this;
    const cut = model.records.find((record) => record.offset === offset)?.batchBase ?? offset;
    truncateTo(this.disk, this.log, offset);
    if (offset >= model.end) return;
    model.records = model.records.filter((record) => record.offset < cut);
    model.end = cut;
    if (model.start > cut) model.start = cut;
    // What was cut may have been the whole of the newest epochs: their numbers are not used again.
    model.epoch++;
  }

  #advance(offset: bigint): void {
    if (offset > this.log.highWatermark) return;
    advanceLogStartOffset(this.disk, this.log, offset);
    this.model.start = offset;
  }

  #read({ from, upTo, maxBytes, minOneBatch }: Extract<Action, { kind: 'read' }>): void {
    const { model, log, disk } = this;
    const fromOffset = between(model.start, model.end, from);
    const upToOffset = between(model.start, model.end, upTo);
    const { batches, sizeBytes } = readLog(disk, log, fromOffset, maxBytes, upToOffset, minOneBatch);
    const offsets: bigint[] = [];
    let batchCount = 0;
    for (const run of batches) {
      forEachBatch(run, (bytes, at) => {
        batchCount++;
        for (const record of decodeRecords(bytes, at)) offsets.push(record.offset);
      });
    }
    deepEqual(batches.reduce((sum, run) => sum + run.length, 0), sizeBytes);
    if (sizeBytes > maxBytes) deepEqual({ batchCount, minOneBatch }, { batchCount: 1, minOneBatch: true });
    const batchBase = model.records.find((record) => record.offset === fromOffset)?.batchBase ?? fromOffset;
    const expected = model.records.filter((record) => record.offset >= batchBase).map((record) => record.offset);
    deepEqual(offsets, expected.slice(0, offsets.length));
    for (const offset of offsets) ok(offset < upToOffset);
  }

  #reopen(how: 'closed' | 'killed'): void {
    if (how === 'closed') closeLog(this.disk, this.log);
    const { highWatermark } = this.log;
    this.disk.commit();
    if (how === 'killed') {
      appendAsLeader(this.disk, this.log, [testBatch({ values: ['never committed'] })], this.model.epoch, startMs, 'client');
      this.disk.crash();
    }
    this.log = openLog(this.disk, 'orders-0', this.settings, startMs);
    setHighWatermark(this.log, highWatermark);
  }

  check(): void {
    const { model, log, disk } = this;
    deepEqual({ start: log.logStartOffset, end: log.logEndOffset }, { start: model.start, end: model.end });
    // A start inside a batch leaves the batch's earlier records readable, as in Kafka; the model drops them here.
    const readable = contents(disk, log).filter((text) => BigInt(text.slice(0, text.indexOf(':'))) >= model.start);
    deepEqual(readable, model.records.filter((record) => record.offset >= model.start).map((record) => `${record.offset}:${record.value}`));
    for (const epoch of new Set(model.records.filter((record) => record.offset >= model.start).map((record) => record.epoch))) {
      const next = model.records.find((record) => record.epoch > epoch);
      deepEqual(endOffsetForEpoch(log, epoch), { leaderEpoch: epoch, endOffset: next?.offset ?? model.end });
    }
    for (const ms of [0, 25, 51]) {
      const found = model.records.find((record) => record.offset >= model.start && record.timestampMs >= startMs + ms);
      deepEqual(offsetForTimestamp(disk, log, BigInt(startMs + ms))?.offset, found?.offset);
    }
    deepEqual(disk.listSegments('orders-0').map((file) => file.sizeBytes), log.segments.map((segment) => segment.sizeBytes));
    deepEqual(log.sizeBytes, log.segments.reduce((sum, segment) => sum + segment.sizeBytes, 0));
    ok(log.logStartOffset <= log.highWatermark && log.highWatermark <= log.logEndOffset);
  }
}

function joined(runs: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(runs.reduce((sum, run) => sum + run.length, 0));
  let at = 0;
  for (const run of runs) {
    bytes.set(run, at);
    at += run.length;
  }
  return bytes;
}

it('holds exactly what was appended and not removed, whatever is done to it, and finds it again', () => {
  const settings = fc.record({ segmentBytes: fc.constantFrom('200', '400', '1000000'), indexIntervalBytes: fc.constantFrom('0', '100', '4096') });
  const check = (): void => fc.assert(
    fc.property(settings, fc.array(action, { maxLength: 30, size: 'max' }), ({ segmentBytes, indexIntervalBytes }, actions) => {
      const run = new Run(logSettings({ 'internal.segment.bytes': segmentBytes, 'index.interval.bytes': indexIntervalBytes, 'retention.ms': '-1', 'message.timestamp.after.max.ms': '9223372036854775807' }));
      for (const step of actions) {
        run.do(step);
        run.check();
      }
    }),
    { seed: 31, numRuns: 400 },
  );
  expect(check).not.toThrow();
});
