import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { openSqliteDisk } from '#engine/adapters/sqlite/sqlite-disk.ts';
import { checkpointWhenIdle, walBytesMaxOf } from '#engine/host/disk-checkpoints.ts';

afterEach(() => vi.useRealTimers());

it('empties the write-ahead log of a disk that nobody writes to any more, and leaves one alone that is written to', () => {
  vi.useFakeTimers();
  const folder = mkdtempSync(join(tmpdir(), 'terrarium-idle-'));
  const disk = openSqliteDisk(join(folder, 'disk.sqlite'));
  const write = (): void => {
    disk.writeSmallFile('small', new Uint8Array(3_000_000));
    disk.commit();
  };
  checkpointWhenIdle(disk);
  write();
  vi.advanceTimersByTime(2000);
  write();
  vi.advanceTimersByTime(2000);
  expect(disk.walBytes).toBeGreaterThan(6_000_000);
  vi.advanceTimersByTime(2000);
  expect(disk.walBytes).toBe(0);
  disk.close();
  vi.advanceTimersByTime(2000);
  expect(vi.getTimerCount()).toBe(0);
  rmSync(folder, { recursive: true });
});

it('has another bound for neighbouring brokers, all below 64 MB', () => {
  const bounds = [1, 2, 3, 4].map(walBytesMaxOf);
  expect(new Set(bounds).size).toBe(4);
  expect(Math.max(...bounds)).toBeLessThan(64_000_000);
});
