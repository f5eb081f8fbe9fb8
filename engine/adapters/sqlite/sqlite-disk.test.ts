import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Disk } from '#engine/ports/disk.ts';
import { describeDiskConformance } from '#engine/adapters/disk-conformance.ts';
import { diskActions, everything, perform } from '#engine/adapters/disk-operations.ts';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { chunkFolderOf } from '#engine/adapters/sqlite/chunk-folder.ts';
import { openForeignDisk, openSqliteDisk, type SqliteDiskOptions } from '#engine/adapters/sqlite/sqlite-disk.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrarium-disk-'));
  file = join(folder, 'disk.sqlite');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

for (const cacheBytesMax of [4_194_304, 0]) {
  describeDiskConformance(`the SQLite disk with ${cacheBytesMax} bytes of cache`, () => {
    const ownFolder = mkdtempSync(join(tmpdir(), 'terrarium-disk-'));
    const path = join(ownFolder, 'disk.sqlite');
    let disk = openSqliteDisk(path, { cacheBytesMax });
    return {
      disk,
      reopen() {
        disk.close();
        disk = openSqliteDisk(path, { cacheBytesMax });
        return disk;
      },
      dispose() {
        disk.close();
        rmSync(ownFolder, { recursive: true });
      },
    };
  });
}

const log = 'orders-0/1.log';

function createLog(disk: Disk): void {
  disk.createDirectory('orders-0');
  disk.createSegment(log);
}

function writeSomeDisk(options: SqliteDiskOptions = {}): void {
  const disk = openSqliteDisk(file, options);
  createLog(disk);
  for (let index = 0; index < 50; index++) disk.append(log, new Uint8Array(3000).fill(index));
  disk.commit();
  disk.close();
}

describe('both disks', () => {
  it('answer any sequence of operations alike, before and after a commit and a restart', () => {
    let run = 0;
    fc.assert(
      fc.property(diskActions, fc.constantFrom(0, 30_000, 4_194_304), (actions, cacheBytesMax) => {
        const path = join(folder, `run-${run++}.sqlite`);
        const memory = new MemoryDisk();
        let sqlite = openSqliteDisk(path, { cacheBytesMax, walBytesMax: 100_000 });
        try {
          for (const action of actions) {
            let answers: unknown[];
            if (action.kind === 'die') {
              memory.crash();
              sqlite.close();
              sqlite = openSqliteDisk(path, { cacheBytesMax, walBytesMax: 100_000 });
              answers = [everything(sqlite), everything(memory)];
            } else {
              answers = [perform(sqlite, action), perform(memory, action)];
            }
            expect(answers[0]).toEqual(answers[1]);
          }
          expect(everything(sqlite)).toEqual(everything(memory));
        } finally {
          sqlite.close();
        }
      }),
      { seed: 20_260_101, numRuns: 150 },
    );
  });
});

describe('a disk file', () => {
  it('belongs to one process at a time, and says so to another', () => {
    const disk = openSqliteDisk(file);
    expect(() => openSqliteDisk(file)).toThrow(expect.objectContaining({ code: 'EBUSY', message: expect.stringContaining('another process uses it') }));
    disk.close();
    openSqliteDisk(file).close();
  });

  it('is refused when it is not an SQLite file, not ours, of a newer format, or changed', () => {
    writeFileSync(file, 'this is a text, and it is long enough not to be taken for an empty database file at all'.repeat(20));
    expect(() => openSqliteDisk(file)).toThrow(expect.objectContaining({ code: 'ECORRUPT', message: expect.stringContaining('not a disk of Terrarium') }));

    const other = new Sqlite(join(folder, 'other.db'));
    other.exec('CREATE TABLE notes (text TEXT)');
    other.close();
    expect(() => openSqliteDisk(join(folder, 'other.db'))).toThrow(/not a disk of Terrarium/);

    openSqliteDisk(join(folder, 'newer.sqlite')).close();
    const newer = new Sqlite(join(folder, 'newer.sqlite'));
    newer.pragma('user_version = 3');
    newer.close();
    expect(() => openSqliteDisk(join(folder, 'newer.sqlite'))).toThrow(/format 3, this program reads format 2/);

    openSqliteDisk(join(folder, 'changed.sqlite')).close();
    const changed = new Sqlite(join(folder, 'changed.sqlite'));
    changed.exec('CREATE TRIGGER surprise AFTER INSERT ON segments BEGIN DELETE FROM extents; END');
    changed.close();
    expect(() => openSqliteDisk(join(folder, 'changed.sqlite'))).toThrow(/does not have the tables/);
  });

  it('is refused where there is no folder', () => {
    expect(() => openSqliteDisk(join(folder, 'missing', 'disk.sqlite'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  it('keeps what was committed when it is full, and takes more when there is room again', () => {
    const disk = openSqliteDisk(file);
    createLog(disk);
    disk.append(log, new Uint8Array(20_000).fill(1));
    disk.commit();
    disk.close();
    const full = new Sqlite(file);
    const pages = Number(full.pragma('page_count', { simple: true }));
    full.close();

    const tight = openSqliteDisk(file, { pagesMax: pages + 4, chunkBytesMax: 60_000 });
    const refused = expect.objectContaining({ code: 'ENOSPC', message: expect.stringContaining('no space left') });
    tight.append(log, new Uint8Array(10_000).fill(2));
    tight.commit();
    expect(() => tight.append(log, new Uint8Array(100_000).fill(4))).toThrow(refused);
    tight.append(log, new Uint8Array(5000).fill(3));
    expect(() => tight.writeSmallFile('large', new Uint8Array(100_000))).toThrow(refused);
    // What SQLite gave up with it is told at the commit, whatever was written in between.
    tight.writeSmallFile('small', Uint8Array.of(1));
    expect(tight.dirty).toBe(true);
    expect(() => tight.commit()).toThrow(refused);
    expect(tight.dirty).toBe(false);
    expect(tight.listSegments('orders-0')).toEqual([{ path: log, sizeBytes: 30_000 }]);
    expect(tight.readSmallFile('small')).toBeUndefined();
    tight.append(log, new Uint8Array(1000).fill(5));
    tight.commit();
    tight.close();

    const roomy = openSqliteDisk(file);
    expect(roomy.read(log, 0, 100_000).map((chunk) => [chunk.position, chunk.bytes[0]])).toEqual([[0, 1], [20_000, 2], [30_000, 5]]);
    expect(roomy.append(log, new Uint8Array(100_000).fill(5))).toBe(31_000);
    roomy.commit();
    roomy.close();
  });

  it('bounds its write-ahead log without being asked', () => {
    const disk = openSqliteDisk(file, { walBytesMax: 1_000_000 });
    for (let index = 0; index < 200; index++) {
      disk.writeSmallFile('small', new Uint8Array(50_000).fill(index));
      disk.commit();
      expect(disk.walBytes).toBeLessThan(1_100_000);
    }
    expect(statSync(`${file}-wal`).size).toBeLessThan(1_500_000);
    disk.writeSmallFile('small', new Uint8Array(10));
    disk.commit();
    disk.checkpoint();
    expect(disk.walBytes).toBe(0);
    expect(disk.readSmallFile('small')).toEqual(new Uint8Array(10));
    disk.close();
  });

  it('gives the room of what was deleted back', () => {
    const disk = openSqliteDisk(file);
    disk.createDirectory('orders-0');
    for (let index = 0; index < 12; index++) {
      disk.createSegment(`orders-0/${index}.log`);
      disk.append(`orders-0/${index}.log`, new Uint8Array(500_000));
      if (index > 0) disk.deleteSegment(`orders-0/${index - 1}.log`);
      disk.commit();
    }
    expect(readdirSync(chunkFolderOf(file))).toHaveLength(1);
    disk.deleteDirectory('orders-0');
    expect(readdirSync(chunkFolderOf(file))).toHaveLength(1);
    disk.commit();
    expect(readdirSync(chunkFolderOf(file))).toEqual([]);
    disk.close();
    expect(statSync(file).size).toBeLessThan(100_000);
  });

  it('removes what a process that died has left of segments that were never committed', () => {
    const disk = openSqliteDisk(file);
    createLog(disk);
    disk.append(log, new Uint8Array(10).fill(1));
    disk.commit();
    disk.createSegment('orders-0/2.log');
    // More than waits in memory: it is written before the commit that never comes.
    disk.append('orders-0/2.log', new Uint8Array(9_000_000));
    expect(readdirSync(chunkFolderOf(file))).toHaveLength(2);
    disk.close();
    const found = openSqliteDisk(file);
    expect(readdirSync(chunkFolderOf(file))).toHaveLength(1);
    expect(found.listSegments('orders-0')).toEqual([{ path: log, sizeBytes: 10 }]);
    found.close();
  });

  it('writes over nothing that was committed, also where a segment is cut and goes on', () => {
    const disk = openSqliteDisk(file);
    createLog(disk);
    for (let index = 0; index < 4; index++) disk.append(log, new Uint8Array(1000).fill(index));
    disk.commit();
    const before = readFileSync(join(chunkFolderOf(file), '1'));
    disk.truncate(log, 2000);
    disk.append(log, new Uint8Array(300).fill(9));
    disk.commit();
    expect(readFileSync(join(chunkFolderOf(file), '1')).subarray(0, before.length).equals(before)).toBe(true);
    disk.close();
    const found = openSqliteDisk(file);
    expect(found.read(log, 1500, 10_000).map((chunk) => [chunk.position, chunk.bytes[0]])).toEqual([[1000, 1], [2000, 9]]);
    found.close();
  });

  it('ends a segment where its plain file was torn by a power cut', () => {
    const disk = openSqliteDisk(file);
    createLog(disk);
    for (let index = 0; index < 4; index++) disk.append(log, new Uint8Array(1000).fill(index));
    disk.commit();
    disk.close();
    truncateSync(join(chunkFolderOf(file), '1'), 3 * 1008 - 1);
    const torn = openSqliteDisk(file, { cacheBytesMax: 0 });
    expect(torn.listSegments('orders-0')).toEqual([{ path: log, sizeBytes: 2000 }]);
    expect(torn.append(log, new Uint8Array(10).fill(7))).toBe(2000);
    torn.commit();
    expect(torn.read(log, 0, 10_000).map((chunk) => chunk.bytes[0])).toEqual([0, 1, 7]);
    torn.close();
  });

  it('says what is damaged when a plain file is missing although the disk was closed in order', () => {
    writeSomeDisk({ lookedThroughMax: 0 });
    rmSync(chunkFolderOf(file), { recursive: true });
    const disk = openSqliteDisk(file);
    expect(() => disk.read(log, 0, 1)).toThrow(expect.objectContaining({ code: 'ECORRUPT' }));
    disk.close();
  });
});

describe('a file that somebody sent', () => {
  it('can be read and not written', () => {
    writeSomeDisk();
    const before = readFileSync(file);
    const disk = openForeignDisk(file);
    expect(disk.read(log, 0, 5)[0]?.bytes).toHaveLength(3000);
    expect(() => disk.append(log, Uint8Array.of(1))).toThrow(expect.objectContaining({ code: 'EROFS' }));
    disk.close();
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is refused when it is damaged, empty, or missing', () => {
    writeSomeDisk();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 4096 * 2, 4096 * 4);
    writeFileSync(file, bytes);
    expect(() => openForeignDisk(file)).toThrow(expect.objectContaining({ code: 'ECORRUPT' }));
    writeFileSync(file, '');
    expect(() => openForeignDisk(file)).toThrow(/is empty/);
    expect(() => openForeignDisk(join(folder, 'missing.sqlite'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });
});
