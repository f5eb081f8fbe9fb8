import { describe, expect, it } from 'vitest';
import { describeDiskConformance } from '#engine/adapters/disk-conformance.ts';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';

describeDiskConformance('the disk in memory', () => {
  const disk = new MemoryDisk();
  return {
    disk,
    reopen() {
      disk.crash();
      return disk;
    },
    dispose: () => disk.close(),
  };
});

const log = 'orders-0/1.log';

function filledDisk(): MemoryDisk {
  const disk = new MemoryDisk();
  disk.createDirectory('orders-0');
  disk.createSegment(log);
  disk.append(log, Uint8Array.of(1));
  disk.commit();
  return disk;
}

describe('a disk in memory that refuses', () => {
  it('fails the operation that was counted, once, without an effect', () => {
    const disk = filledDisk();
    disk.failOperation({ code: 'ENOSPC', operations: ['append'], afterOperations: 2, forGood: false });
    disk.append(log, Uint8Array.of(2));
    disk.append(log, Uint8Array.of(3));
    expect(() => disk.append(log, Uint8Array.of(4))).toThrow(/ENOSPC/);
    expect(disk.append(log, Uint8Array.of(5))).toBe(3);
    disk.commit();
    disk.crash();
    expect(disk.read(log, 0, 10).map((chunk) => chunk.bytes[0])).toEqual([1, 2, 3, 5]);
  });

  it('fails for good until it is healed', () => {
    const disk = filledDisk();
    disk.failOperation({ code: 'EIO', afterOperations: 0, forGood: true });
    for (let attempt = 0; attempt < 3; attempt++) expect(() => disk.writeSmallFile('x', Uint8Array.of(1))).toThrow(/EIO/);
    expect(disk.read(log, 0, 10)).toHaveLength(1);
    disk.clearFaults();
    disk.writeSmallFile('x', Uint8Array.of(1));
    expect(disk.readSmallFile('x')).toEqual(Uint8Array.of(1));
  });

  it('fails a commit and keeps nothing of what it held', () => {
    const disk = filledDisk();
    disk.append(log, Uint8Array.of(2));
    disk.failOperation({ code: 'EBUSY', operations: ['commit'], afterOperations: 0, forGood: false });
    expect(() => disk.commit()).toThrow(/EBUSY/);
    expect(disk.listSegments('orders-0')).toEqual([{ path: log, sizeBytes: 1 }]);
  });
});

describe('the image of a disk', () => {
  it('is plain data, and neither side sees what the other writes later', () => {
    const disk = filledDisk();
    disk.append(log, Uint8Array.of(2));
    const image = structuredClone(disk.snapshot());
    const fork = MemoryDisk.fromSnapshot(image);
    disk.append(log, Uint8Array.of(3));
    fork.append(log, Uint8Array.of(4));
    fork.writeSmallFile('x', Uint8Array.of(1));
    expect(disk.read(log, 0, 10).map((chunk) => chunk.bytes[0])).toEqual([1, 2, 3]);
    expect(fork.read(log, 0, 10).map((chunk) => chunk.bytes[0])).toEqual([1, 2, 4]);
    fork.crash();
    expect(fork.read(log, 0, 10).map((chunk) => chunk.bytes[0])).toEqual([1, 2]);
    expect(disk.readSmallFile('x')).toBeUndefined();
  });
});
