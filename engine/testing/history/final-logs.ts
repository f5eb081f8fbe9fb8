/** The partitions' logs as their leaders have them now: what a reader from the beginning would be given. */
import { readLog } from '#engine/core/log/log.ts';
import { brokerStateOf, latestImage } from '#engine/core/world/inspect.ts';
import type { World } from '#engine/core/world/world-state.ts';
import { forEachRecord } from '#engine/testing/history/client-history.ts';
import type { RecordName } from '#engine/testing/history/client-history.ts';

const wholeLog = 1 << 30;

export function finalLogs(world: World): Map<string, Map<bigint, RecordName>> {
  const logs = new Map<string, Map<bigint, RecordName>>();
  for (const topic of latestImage(world)?.topics.values() ?? []) {
    if (topic.name.startsWith('__')) continue;
    for (const [number, { leader }] of topic.partitions.entries()) {
      const key = `${topic.name}-${number}`;
      const log = brokerStateOf(world, leader)?.partitions.get(key)?.log;
      const disk = world.disks.get(leader)?.inner;
      if (log === undefined || disk === undefined) throw new Error(`${key} has no leader that runs: its log cannot be read`);
      const records = new Map<bigint, RecordName>();
      for (const run of readLog(disk, log, log.logStartOffset, wholeLog, log.highWatermark, true).batches) forEachRecord(run, (offset, record) => records.set(offset, record));
      logs.set(key, records);
    }
  }
  return logs;
}
