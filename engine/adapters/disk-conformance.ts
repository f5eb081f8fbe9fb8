/** What every disk must do, as one suite over a factory; and any sequence of operations gives the same answers on all of them. */
import { describe, expect, it } from 'vitest';
import { DiskError, type Disk } from '#engine/ports/disk.ts';

/** A disk that can be lost and found again. */
export interface DiskUnderTest {
  disk: Disk;
  /** The process dies and another one opens the disk. */
  reopen(): Disk;
  dispose(): void;
}

const log = 'orders-0/00000000000000000000.log';

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof DiskError) return error.code;
    throw error;
  }
  return 'nothing was refused';
}

export function describeDiskConformance(name: string, create: () => DiskUnderTest): void {
  function withDisk(check: (disk: Disk, reopen: () => Disk) => void): void {
    const underTest = create();
    try {
      check(underTest.disk, () => underTest.reopen());
    } finally {
      underTest.dispose();
    }
  }

  function withLog(check: (disk: Disk, reopen: () => Disk) => void): void {
    withDisk((disk, reopen) => {
      disk.createDirectory('orders-0');
      disk.createSegment(log);
      check(disk, reopen);
    });
  }

  describe(`${name}`, () => {
    it('lists directories and files sorted', () => {
      withDisk((disk) => {
        for (const directory of ['orders-10', 'orders-1', 'a']) disk.createDirectory(directory);
        disk.createDirectory('a');
        disk.createSegment('orders-1/00000000000000000020.log');
        disk.createSegment('orders-1/00000000000000000003.log');
        disk.writeSmallFile('orders-1/x', bytes(1));
        disk.writeSmallFile('meta.properties', bytes(2));
        expect(disk.listDirectories()).toEqual(['a', 'orders-1', 'orders-10']);
        expect(disk.listSegments('orders-1').map((file) => file.path)).toEqual(['orders-1/00000000000000000003.log', 'orders-1/00000000000000000020.log']);
        expect(disk.listSegments('orders-10')).toEqual([]);
        expect(disk.listSmallFiles()).toEqual(['meta.properties', 'orders-1/x']);
      });
    });

    it('appends at the end and reads whole chunks, the first always', () => {
      withLog((disk) => {
        expect([disk.append(log, bytes(1, 2, 3)), disk.append(log, bytes(4)), disk.append(log, bytes(5, 6))]).toEqual([0, 3, 4]);
        expect(disk.read(log, 0, 4)).toEqual([{ position: 0, bytes: bytes(1, 2, 3) }, { position: 3, bytes: bytes(4) }]);
        expect(disk.read(log, 0, 0)).toEqual([{ position: 0, bytes: bytes(1, 2, 3) }]);
        expect(disk.read(log, 2, 3)).toHaveLength(1);
        expect(disk.read(log, 3, 100)).toEqual([{ position: 3, bytes: bytes(4) }, { position: 4, bytes: bytes(5, 6) }]);
        expect(disk.read(log, 5, 100)).toEqual([{ position: 4, bytes: bytes(5, 6) }]);
        expect(disk.read(log, 6, 100)).toEqual([]);
        expect(disk.listSegments('orders-0')).toEqual([{ path: log, sizeBytes: 6 }]);
      });
    });

    it('keeps its own copy of small files', () => {
      withLog((disk) => {
        const small = bytes(1);
        disk.writeSmallFile('small', small);
        small[0] = 9;
        expect(disk.readSmallFile('small')).toEqual(bytes(1));
      });
    });

    it('cuts a file at a chunk boundary and nowhere else', () => {
      withLog((disk) => {
        for (let index = 0; index < 3; index++) disk.append(log, bytes(index, index));
        expect(() => disk.truncate(log, 3)).toThrow(/boundary/);
        expect(() => disk.truncate(log, 8)).toThrow(/cut/);
        disk.truncate(log, 2);
        expect(disk.append(log, bytes(7))).toBe(2);
        expect(disk.read(log, 0, 100).map((chunk) => [...chunk.bytes])).toEqual([[0, 0], [7]]);
        disk.truncate(log, 0);
        expect(disk.read(log, 0, 100)).toEqual([]);
      });
    });

    it('renames a file over another one', () => {
      withLog((disk, reopen) => {
        disk.createSegment('orders-0/new');
        disk.append(log, bytes(1));
        disk.append('orders-0/new', bytes(2, 2));
        disk.renameSegment('orders-0/new', log);
        disk.commit();
        for (const see of [() => disk, reopen]) {
          const seen = see();
          expect(seen.listSegments('orders-0')).toEqual([{ path: log, sizeBytes: 2 }]);
          expect(seen.read(log, 0, 10)).toEqual([{ position: 0, bytes: bytes(2, 2) }]);
        }
      });
    });

    it('deletes a directory with everything in it and nothing beside it', () => {
      withLog((disk) => {
        disk.createDirectory('orders-00');
        disk.createSegment('orders-00/x.log');
        disk.append('orders-00/x.log', bytes(5));
        disk.writeSmallFile('orders-00/small', bytes(1));
        disk.writeSmallFile('orders-0/small', bytes(1));
        disk.append(log, bytes(1));
        disk.deleteDirectory('orders-0');
        disk.deleteDirectory('missing');
        expect(disk.listDirectories()).toEqual(['orders-00']);
        expect(disk.listSmallFiles()).toEqual(['orders-00/small']);
        expect(codeOf(() => disk.read(log, 0, 1))).toBe('ENOENT');
        disk.createDirectory('orders-0');
        disk.createSegment(log);
        expect(disk.read(log, 0, 10)).toEqual([]);
        expect(disk.read('orders-00/x.log', 0, 10)).toEqual([{ position: 0, bytes: bytes(5) }]);
      });
    });

    it('says what is missing and what is there already', () => {
      withLog((disk) => {
        expect(codeOf(() => disk.createSegment(log))).toBe('EEXIST');
        for (const action of [
          () => disk.createSegment('missing/x.log'),
          () => disk.append('orders-0/missing.log', bytes(1)),
          () => disk.read('orders-0/missing.log', 0, 1),
          () => disk.truncate('orders-0/missing.log', 0),
          () => disk.deleteSegment('orders-0/missing.log'),
          () => disk.renameSegment('orders-0/missing.log', 'orders-0/x.log'),
          () => disk.flush('orders-0/missing.log'),
          () => disk.listSegments('missing'),
          () => disk.writeSmallFile('missing/x', bytes(1)),
        ]) {
          expect(codeOf(action)).toBe('ENOENT');
        }
        expect(disk.readSmallFile('missing/x')).toBeUndefined();
        disk.deleteSmallFile('missing/x');
      });
    });

    it('keeps what was committed and nothing else when the process dies', () => {
      withLog((disk, reopen) => {
        disk.append(log, bytes(1, 1));
        disk.append(log, bytes(2));
        disk.writeSmallFile('small', bytes(1));
        expect(disk.dirty).toBe(true);
        disk.commit();
        expect(disk.dirty).toBe(false);
        disk.append(log, bytes(3));
        disk.truncate(log, 0);
        disk.append(log, bytes(4));
        disk.writeSmallFile('small', bytes(2));
        disk.deleteSmallFile('small');
        disk.createDirectory('other-0');
        disk.deleteDirectory('orders-0');
        const found = reopen();
        expect(found.dirty).toBe(false);
        expect(found.listDirectories()).toEqual(['orders-0']);
        expect(found.read(log, 0, 10)).toEqual([{ position: 0, bytes: bytes(1, 1) }, { position: 2, bytes: bytes(2) }]);
        expect(found.readSmallFile('small')).toEqual(bytes(1));
        expect(found.append(log, bytes(5))).toBe(3);
      });
    });

    it('holds large chunks and many files', () => {
      withDisk((disk, reopen) => {
        disk.createDirectory('orders-0');
        const paths = Array.from({ length: 20 }, (_, index) => `orders-0/${index}.log`);
        const large = new Uint8Array(300_000).map((_, index) => index % 251);
        for (const path of paths) disk.createSegment(path);
        for (let round = 0; round < 3; round++) for (const path of paths) disk.append(path, large);
        disk.commit();
        const found = reopen();
        expect(found.listSegments('orders-0').every((file) => file.sizeBytes === 900_000)).toBe(true);
        expect(found.read(paths[7]!, 300_000, 600_000).map((chunk) => chunk.position)).toEqual([300_000, 600_000]);
        expect(found.read(paths[7]!, 599_999, 1)[0]?.bytes).toEqual(large);
      });
    });
  });
}
