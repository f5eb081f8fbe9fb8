/** Disks for a headless run: in memory, or SQLite files in a folder that must not hold anything yet. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Disk } from '#engine/ports/disk.ts';
import { UsageError } from '#engine/host/cli/usage-error.ts';

export interface RunDisks {
  diskFor(brokerId: number): Disk;
  close(): void;
}

export async function runDisks(folder: string | undefined): Promise<RunDisks> {
  const opened: Disk[] = [];
  const remember = (disk: Disk): Disk => {
    opened.push(disk);
    return disk;
  };
  const close = (): void => {
    for (const disk of opened) disk.close();
  };
  if (folder === undefined) {
    const { MemoryDisk } = await import('#engine/adapters/memory/memory-disk.ts');
    return { diskFor: () => remember(new MemoryDisk()), close };
  }
  const path = resolve(folder);
  if (existsSync(path) && readdirSync(path).length > 0) throw new UsageError(`--data ${path} is not empty; a run begins with fresh disks, give an empty or a new folder`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { openSqliteDisk } = await import('#engine/adapters/sqlite/sqlite-disk.ts');
  return { diskFor: (brokerId) => remember(openSqliteDisk(join(path, `broker-${brokerId}.sqlite`))), close };
}
