/**
 * A snapshot of the world: a structured clone of its state and an image of each disk. Restoring makes a second world that goes
 * on exactly as the first would have; the first is not touched.
 *
 * A disk's image lists its files; chunks are shared with the disk, since a chunk never changes once it is written. Works for
 * every adapter, through the port alone.
 */
import type { Chunk, Disk } from '#engine/ports/disk.ts';
import { AssertionError } from '#engine/ports/assert.ts';
import { openDisk, worldAround } from '#engine/core/world/create-world.ts';
import type { WorldOptions } from '#engine/core/world/create-world.ts';
import type { World, WorldState } from '#engine/core/world/world-state.ts';

export interface DiskImage {
  directories: string[];
  segments: { path: string; chunks: Uint8Array[] }[];
  smallFiles: { path: string; bytes: Uint8Array }[];
}

export interface WorldSnapshot {
  state: WorldState;
  disks: Map<number, DiskImage>;
}

export function snapshotWorld(world: World): WorldSnapshot {
  const disks = new Map<number, DiskImage>();
  for (const [brokerId, disk] of world.disks) disks.set(brokerId, imageOfDisk(disk.inner));
  return { state: structuredClone(world.state), disks };
}

/** A world of its own from the snapshot, which can be used again. `diskFor` must give empty disks. */
export function restoreWorld(snapshot: WorldSnapshot, options: Pick<WorldOptions, 'behaviours' | 'diskFor' | 'wire' | 'compression' | 'cryptography'>): World {
  const world = worldAround(structuredClone(snapshot.state), options);
  for (const [brokerId, image] of snapshot.disks) fillDisk(openDisk(world, brokerId).inner, image);
  return world;
}

export function imageOfDisk(disk: Disk): DiskImage {
  const image: DiskImage = { directories: disk.listDirectories(), segments: [], smallFiles: [] };
  for (const directory of image.directories) {
    for (const { path, sizeBytes } of disk.listSegments(directory)) image.segments.push({ path, chunks: readAll(disk, path, sizeBytes) });
  }
  for (const path of disk.listSmallFiles()) {
    const bytes = disk.readSmallFile(path);
    if (bytes !== undefined) image.smallFiles.push({ path, bytes });
  }
  return image;
}

function readAll(disk: Disk, path: string, sizeBytes: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let position = 0;
  while (position < sizeBytes) {
    const read: Chunk[] = disk.read(path, position, 1 << 24);
    if (read.length === 0) throw new AssertionError(`${path} ends before its size`);
    for (const chunk of read) {
      chunks.push(chunk.bytes);
      position = chunk.position + chunk.bytes.length;
    }
  }
  return chunks;
}

function fillDisk(disk: Disk, image: DiskImage): void {
  if (disk.listDirectories().length > 0) throw new AssertionError('a world is restored on empty disks');
  for (const directory of image.directories) disk.createDirectory(directory);
  for (const { path, chunks } of image.segments) {
    disk.createSegment(path);
    for (const chunk of chunks) disk.append(path, chunk);
  }
  for (const { path, bytes } of image.smallFiles) disk.writeSmallFile(path, bytes);
}
