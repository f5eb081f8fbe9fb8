import { expect, test } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { appendAsLeader, assignEpochStart, latestEpoch, openLog, truncateTo } from '#engine/core/log/log.ts';
import { resolveBrokerSettings, resolveTopicSettings } from '#engine/core/settings/resolve-settings.ts';
import { encodeBatch } from '#engine/protocol/record-batch.ts';

test('a truncation to the very end of the log removes an epoch in which nothing was written', () => {
  const disk = new MemoryDisk();
  const log = openLog(disk, 'orders-0', resolveTopicSettings(resolveBrokerSettings({}, 'kafka'), {}), 0);
  const record = { timestamp: 0n, key: null, value: new Uint8Array([1]), headers: [] };
  assignEpochStart(disk, log, 0, 0n);
  appendAsLeader(disk, log, [encodeBatch({ records: [record] })], 0, 0, 'client');
  assignEpochStart(disk, log, 1, 1n);
  expect(latestEpoch(log)).toBe(1);
  expect(truncateTo(disk, log, 1n)).toBe(false);
  expect(latestEpoch(log)).toBe(0);
  expect(log.logEndOffset).toBe(1n);
});
