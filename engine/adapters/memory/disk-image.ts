/** A whole disk as plain data: what a snapshot of the world carries, and what a fork begins with. Its bytes are never changed. */
import type { Chunk } from '#engine/ports/disk.ts';

export interface DiskImage {
  smallFiles: [name: string, bytes: Uint8Array][];
  directories: DirectoryImage[];
}

export interface DirectoryImage {
  name: string;
  segments: { name: string; chunks: Chunk[]; sizeBytes: number }[];
  smallFiles: [name: string, bytes: Uint8Array][];
}
