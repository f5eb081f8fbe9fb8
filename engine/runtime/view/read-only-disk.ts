/**
 * A disk that can be opened without changing it: reads go through, writes are forgotten. Opening a log over it tells what a
 * broker that starts would find, since recovery never reads back what it has written.
 */
import type { Disk } from '#engine/ports/disk.ts';

export function readOnlyDisk(disk: Disk): Disk {
  return {
    listDirectories: () => disk.listDirectories(),
    createDirectory: nothing,
    deleteDirectory: nothing,
    listSegments: (directory) => disk.listSegments(directory),
    createSegment: nothing,
    append: () => 0,
    read: (path, position, maxBytes) => disk.read(path, position, maxBytes),
    truncate: nothing,
    flush: nothing,
    deleteSegment: nothing,
    renameSegment: nothing,
    readSmallFile: (path) => disk.readSmallFile(path),
    writeSmallFile: nothing,
    deleteSmallFile: nothing,
    listSmallFiles: () => disk.listSmallFiles(),
    dirty: false,
    commit: nothing,
    close: nothing,
  };
}

function nothing(): void {}
