/** What the tests of the log share: settings, batches of known content, and a look at what a log holds. */
import type { Disk } from '#engine/ports/disk.ts';
import { baseOffset, decodeRecords, encodeBatch, forEachBatch, leaderEpoch } from '#engine/protocol/record-batch.ts';
import { resolveBrokerSettings, resolveTopicSettings } from '#engine/core/settings/resolve-settings.ts';
import type { LogSettings, LogState } from '#engine/core/log/log.ts';
import { readLog } from '#engine/core/log/log.ts';

export const startMs = 1_767_225_600_000;

export function logSettings(overrides: Record<string, string> = {}): LogSettings {
  return resolveTopicSettings(resolveBrokerSettings({}, 'kafka'), overrides);
}

export interface TestBatch {
  values?: readonly string[];
  key?: string | null;
  timestampMs?: number;
  producerId?: bigint;
  producerEpoch?: number;
  baseSequence?: number;
  baseOffset?: bigint;
  leaderEpoch?: number;
  isControl?: boolean;
  isTransactional?: boolean;
}

export function testBatch({ values = ['v'], key = 'k', timestampMs = startMs, ...rest }: TestBatch = {}): Uint8Array {
  const encoder = new TextEncoder();
  const records = values.map((value) => ({ timestamp: BigInt(timestampMs), key: key === null ? null : encoder.encode(key), value: encoder.encode(value) }));
  return encodeBatch({ records, ...rest });
}

/** "offset:value" of every record, in order. */
export function contents(disk: Disk, log: LogState): string[] {
  const found: string[] = [];
  for (const run of readLog(disk, log, log.logStartOffset, 100_000_000, log.logEndOffset, true).batches) {
    forEachBatch(run, (bytes, at) => {
      for (const record of decodeRecords(bytes, at)) found.push(`${record.offset}:${new TextDecoder().decode(record.value ?? new Uint8Array())}`);
    });
  }
  return found;
}

/** "baseOffset@leaderEpoch" of every batch, in order. */
export function batchHeads(runs: readonly Uint8Array[]): string[] {
  const found: string[] = [];
  for (const run of runs) forEachBatch(run, (bytes, at) => found.push(`${baseOffset(bytes, at)}@${leaderEpoch(bytes, at)}`));
  return found;
}

export function smallFileText(disk: Disk, path: string): string {
  return new TextDecoder().decode(disk.readSmallFile(path) ?? new Uint8Array());
}
