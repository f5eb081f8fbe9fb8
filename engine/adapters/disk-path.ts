/** How a `Disk` path is taken apart: "directory/file", or "file" for a small file of the log directory itself. */
import { assert } from '#engine/ports/assert.ts';

export interface DiskPath {
  /** '' for the log directory itself. */
  directory: string;
  name: string;
}

export function splitDiskPath(path: string): DiskPath {
  const slash = path.indexOf('/');
  const directory = slash < 0 ? '' : path.slice(0, slash);
  const name = path.slice(slash + 1);
  assert(name !== '' && !name.includes('/') && (slash < 0 || directory !== ''), `"${path}" is not a disk path: it must be "directory/file" or "file"`);
  return { directory, name };
}

export function splitSegmentPath(path: string): DiskPath {
  const parts = splitDiskPath(path);
  assert(parts.directory !== '', `"${path}" names a segment file outside of any directory`);
  return parts;
}

export function checkDirectoryName(directory: string): void {
  assert(directory !== '' && !directory.includes('/'), `"${directory}" is not a directory name`);
}
