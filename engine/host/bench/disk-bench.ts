/** How fast the disk takes and gives chunks, which go back to it as a socket gives them back: six files, eight chunks a commit, checkpoints included. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteDisk } from '#engine/adapters/sqlite/sqlite-disk.ts';
import type { Figure } from '#engine/host/bench/bench.ts';
import { giveBackBytes } from '#engine/ports/lent-bytes.ts';

const files = 6;
const chunksPerCommit = 8;
const totalBytes = 200_000_000;

export async function diskBench(): Promise<Figure[]> {
  return [16_384, 131_072].flatMap((chunkBytes) => measure(chunkBytes));
}

function measure(chunkBytes: number): Figure[] {
  const folder = mkdtempSync(join(tmpdir(), 'terrarium-bench-'));
  const disk = openSqliteDisk(join(folder, 'disk.sqlite'));
  try {
    disk.createDirectory('t-0');
    const paths = Array.from({ length: files }, (_, index) => `t-0/${index}.log`);
    for (const path of paths) disk.createSegment(path);
    const chunk = new Uint8Array(chunkBytes).fill(7);
    const count = Math.floor(totalBytes / chunkBytes);
    const writeMs = timed(() => {
      for (let index = 0; index < count; index++) {
        disk.append(paths[index % files]!, chunk);
        if (index % chunksPerCommit === chunksPerCommit - 1) disk.commit();
      }
      disk.commit();
    });
    const readMs = timed(() => {
      for (const path of paths) for (let at = 0, chunks = disk.read(path, 0, 1_048_576); chunks.length > 0; chunks = disk.read(path, at, 1_048_576)) {
        at = chunks.at(-1)!.position + chunkBytes;
        for (const { bytes } of chunks) giveBackBytes(bytes);
      }
    });
    const name = `chunks of ${chunkBytes / 1024} KiB`;
    return [
      { name: `append and commit, ${name}`, unit: 'MB/s', value: (count * chunkBytes) / writeMs / 1000 },
      { name: `read, ${name}`, unit: 'MB/s', value: (count * chunkBytes) / readMs / 1000 },
    ];
  } finally {
    disk.close();
    rmSync(folder, { recursive: true });
  }
}

function timed(action: () => void): number {
  const startMs = performance.now();
  action();
  return performance.now() - startMs;
}
