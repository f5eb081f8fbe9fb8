/** Sequences of disk operations drawn at random, and what a disk answers to them: two disks must answer alike. */
import * as fc from 'fast-check';
import { AssertionError } from '#engine/ports/assert.ts';
import { DiskError, type Disk } from '#engine/ports/disk.ts';

export type DiskAction =
  | { kind: 'createDirectory' | 'deleteDirectory'; directory: string }
  | { kind: 'createSegment' | 'deleteSegment'; path: string }
  | { kind: 'append'; path: string; bytes: Uint8Array }
  | { kind: 'read'; path: string; position: number; maxBytes: number }
  | { kind: 'truncate'; path: string; chunk: number }
  | { kind: 'rename'; path: string; newName: string }
  | { kind: 'writeSmall'; path: string; bytes: Uint8Array }
  | { kind: 'deleteSmall'; path: string }
  | { kind: 'commit' | 'die' };

const directory = fc.constantFrom('a', 'b');
const name = fc.constantFrom('1.log', '2.log', '3.log');
const path = fc.tuple(directory, name).map(([d, n]) => `${d}/${n}`);
const bytes = fc.uint8Array({ minLength: 1, maxLength: 20_000, size: 'max' }).map((array) => new Uint8Array(array));
const smallPath = fc.oneof(fc.constantFrom('x', 'y'), fc.tuple(directory, fc.constantFrom('x', 'y')).map(([d, n]) => `${d}/${n}`));

const action: fc.Arbitrary<DiskAction> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('createDirectory' as const), directory }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteDirectory' as const), directory }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('createSegment' as const), path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteSegment' as const), path }) },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('append' as const), path, bytes }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('read' as const), path, position: fc.nat(40_000), maxBytes: fc.nat(60_000) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('truncate' as const), path, chunk: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rename' as const), path, newName: name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('writeSmall' as const), path: smallPath, bytes }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteSmall' as const), path: smallPath }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('commit' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const) }) },
);

/** Begins with both directories, so that most of what follows finds something. */
export const diskActions: fc.Arbitrary<DiskAction[]> = fc.array(action, { maxLength: 60, size: 'max' }).map((actions) => [
  { kind: 'createDirectory', directory: 'a' },
  { kind: 'createDirectory', directory: 'b' },
  { kind: 'createSegment', path: 'a/1.log' },
  ...actions,
]);

/** Does one action and answers what the disk said; a refusal is an answer as well. `die` is for the caller. */
export function perform(disk: Disk, action: DiskAction): unknown {
  try {
    return { answer: answerOf(disk, action), dirty: disk.dirty };
  } catch (error) {
    if (error instanceof DiskError) return { refused: error.code };
    if (error instanceof AssertionError) return { refused: 'assertion' };
    throw error;
  }
}

function answerOf(disk: Disk, action: DiskAction): unknown {
  switch (action.kind) {
    case 'createDirectory': return disk.createDirectory(action.directory);
    case 'deleteDirectory': return disk.deleteDirectory(action.directory);
    case 'createSegment': return disk.createSegment(action.path);
    case 'deleteSegment': return disk.deleteSegment(action.path);
    case 'append': return disk.append(action.path, action.bytes);
    case 'read': return disk.read(action.path, action.position, action.maxBytes).map((chunk) => [chunk.position, digest(chunk.bytes)]);
    case 'truncate': return disk.truncate(action.path, disk.read(action.path, 0, 1_000_000)[action.chunk]?.position ?? 7);
    case 'rename': return disk.renameSegment(action.path, `${action.path.slice(0, 2)}${action.newName}`);
    case 'writeSmall': return disk.writeSmallFile(action.path, action.bytes);
    case 'deleteSmall': return disk.deleteSmallFile(action.path);
    case 'commit': return disk.commit();
    case 'die': return undefined;
  }
}

/** Everything a disk holds, for comparison. */
export function everything(disk: Disk): unknown {
  const segments = disk.listDirectories().map((directoryName) => [
    directoryName,
    disk.listSegments(directoryName).map((file) => [file.path, file.sizeBytes, disk.read(file.path, 0, 10_000_000).map((chunk) => [chunk.position, digest(chunk.bytes)])]),
  ]);
  const smallFiles = disk.listSmallFiles().map((smallFile) => [smallFile, digest(disk.readSmallFile(smallFile) ?? new Uint8Array())]);
  return { segments, smallFiles };
}

function digest(content: Uint8Array): string {
  let hash = 0x811c_9dc5;
  for (const byte of content) hash = Math.imul(hash ^ byte, 0x0100_0193);
  return `${content.length}:${hash >>> 0}`;
}
