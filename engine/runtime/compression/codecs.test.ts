import { gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CompressionError, openedBytesMax, type CompressionName } from '#engine/ports/compression.ts';
import { decodeRecords } from '#engine/protocol/record-batch.ts';
import { nodeCompression } from '#engine/runtime/compression.ts';
import { xxhash32 } from '#engine/runtime/compression/xxhash32.ts';

const types: CompressionName[] = ['gzip', 'snappy', 'lz4', 'zstd'];
const text = `sixty sixes: ${'6'.repeat(60)}; then text that does not repeat so soon.`;

function problemOf(type: CompressionName, bytes: Uint8Array): string {
  try {
    nodeCompression.decompress(type, bytes);
  } catch (error) {
    if (error instanceof CompressionError) return error.problem;
    throw error;
  }
  return 'none';
}

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** Bytes with runs, with repeats at any distance, and without either. */
const pieces = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.record({ byte: fc.nat(255), length: fc.nat(70_000) }).map(({ byte, length }) => new Uint8Array(length).fill(byte)),
    fc.record({ unit: fc.uint8Array({ minLength: 1, maxLength: 90 }), times: fc.nat(400) }).map(({ unit, times }) => new Uint8Array(unit.length * times).map((_, index) => unit[index % unit.length]!)),
  ),
  { maxLength: 6 },
);
const plainBytes = pieces.map((parts) => new Uint8Array(Buffer.concat(parts)));

describe.each(types)('%s', (type) => {
  it('opens to what was closed, and the same bytes close to the same', () => {
    fc.assert(
      fc.property(plainBytes, (plain) => {
        const closed = nodeCompression.compress(type, plain);
        expect(Buffer.compare(nodeCompression.decompress(type, closed), plain)).toBe(0);
        expect(Buffer.compare(nodeCompression.compress(type, plain), closed)).toBe(0);
      }),
      { seed: 5701, numRuns: 60 },
    );
  });

  it('makes what repeats smaller', () => {
    expect(nodeCompression.compress(type, new TextEncoder().encode('all the same '.repeat(1000))).length).toBeLessThan(1500);
  });

  it('answers damaged bytes with other bytes or a CompressionError, never with anything else', () => {
    const closed = nodeCompression.compress(type, new TextEncoder().encode(text.repeat(3)));
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.nat(closed.length - 1), fc.nat(255), fc.boolean(), (place, byte, isCut) => {
        const damaged = isCut ? closed.slice(0, place) : closed.slice();
        if (!isCut) damaged[place] = byte;
        outcomes.add(problemOf(type, damaged));
      }),
      { seed: 5702, numRuns: 400 },
    );
    expect(outcomes.size).toBeGreaterThan(1);
    expect(outcomes).not.toContain('tooLarge');
  });

  it('refuses to open a few bytes to more than the bound', () => {
    const block = nodeCompression.compress(type, new Uint8Array(16 * 1024 * 1024));
    const bombs: Record<CompressionName, () => Uint8Array> = {
      gzip: () => gzipSync(new Uint8Array(openedBytesMax + 1)),
      zstd: () => zstdCompressSync(new Uint8Array(openedBytesMax + 1)),
      snappy: () => Buffer.concat(Array.from({ length: 5 }, () => block)),
      lz4: () => Buffer.concat([block.subarray(0, 7), ...Array.from({ length: 5 }, () => block.subarray(7, -4)), new Uint8Array(4)]),
    };
    expect(problemOf(type, bombs[type]())).toBe('tooLarge');
  });
});

describe('bytes that Java\'s Kafka client wrote', () => {
  it.each([
    ['gzip', '1f8b08000000000000ff2bceac28a95428ceac482db65230a300582b9464a4e62994a45694005989250a29f9a9c50a79f9250a45a905a9407e713e10e5e7e90100cd14bf2d72000000'],
    ['snappy', '82534e415050590000000001000000010000003d723473697874792073697865733a2036ea0100a03b207468656e2074657874207468617420646f6573206e6f742072657065617420736f20736f6f6e2e'],
    ['lz4', '04224d186040823d000000ef73697874792073697865733a2036010028f01a3b207468656e2074657874207468617420646f6573206e6f742072657065617420736f20736f6f6e2e00000000'],
    ['zstd', '28b52ffd0058f40100740373697874792073697865733a20363b207468656e2074657874207468617420646f6573206e6f742072657065617420736f20736f6f6e2e0100908012010000'],
  ] as const)('open: %s', (type, hex) => {
    expect(new TextDecoder().decode(nodeCompression.decompress(type, bytesOf(hex)))).toBe(text);
  });
});

describe('batches that librdkafka sent', () => {
  it.each([
    ['gzip', '0000000000000000000000810000000002a2becb07000100000000000001a20ea4382b000001a20ea4382bffffffffffffffffffffffffffff000000011f8b0800000000000003fbc4c8c0c0c0f884b138b3a2a4520148a6165b29985100ac154a3252f3144a522b4a80acc4128594fcd46285bcfc1285a2d4825420bf381f88f2f3f418006a7105577b000000'],
    ['snappy, without frames', '0000000000000000000000770000000002aa38658e000200000000000001a20ea43c2c000001a20ea43c2cffffffffffffffffffffffffffff000000017b54f20100000001e40173697874792073697865733a2036ea0100a43b207468656e2074657874207468617420646f6573206e6f742072657065617420736f20736f6f6e2e00'],
    ['lz4', '00000000000000000000008700000000021f4a4e33000300000000000001a20ea44026000001a20ea44026ffffffffffffffffffffffffffff0000000104224d1860408247000000ff07f20100000001e40173697874792073697865733a2036010028f01b3b207468656e2074657874207468617420646f6573206e6f742072657065617420736f20736f6f6e2e0000000000'],
    ['zstd', '00000000000000000000007b0000000002b0e22630000400000000000001a20ea4441f000001a20ea4441fffffffffffffffffffffffffffff0000000128b52ffd00580d020002440e17d0a503000500c07480893c323087f0169850ef08a147ca05a03bf3cc971635f843748fe08b399f7aa29a730828b8e998c7d3b121565596040100208126'],
  ])('open: %s', (_name, hex) => {
    const records = [...decodeRecords(bytesOf(hex), 0, nodeCompression.decompress)];
    expect(records.map(({ value }) => new TextDecoder().decode(value!))).toEqual([text]);
  });
});

describe('snappy', () => {
  it('opens streams that are joined end to end', () => {
    const one = nodeCompression.compress('snappy', new TextEncoder().encode('one '));
    const two = nodeCompression.compress('snappy', new TextEncoder().encode('two'));
    expect(new TextDecoder().decode(nodeCompression.decompress('snappy', Buffer.concat([one, two])))).toBe('one two');
  });

  it('is not led by a length that its bytes cannot come to', () => {
    expect(problemOf('snappy', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0))).toBe('corrupt');
  });
});

/** A frame of one stored block, with these flags. */
function lz4Frame(flags: number, { contentSize, blockChecksum, contentChecksum, headerChecksum }: { contentSize?: number; blockChecksum?: number; contentChecksum?: boolean; headerChecksum?: number } = {}): Uint8Array {
  const block = new TextEncoder().encode('stored');
  const descriptor = Buffer.alloc(contentSize === undefined ? 2 : 10);
  descriptor.set([flags, 0x40]);
  if (contentSize !== undefined) descriptor.writeBigUInt64LE(BigInt(contentSize), 2);
  const int32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const hash = headerChecksum ?? (xxhash32(descriptor) >>> 8) & 0xff;
  return Buffer.concat([
    bytesOf('04224d18'), descriptor, Uint8Array.of(hash), int32(0x8000_0000 + block.length), block,
    ...(blockChecksum === undefined ? [] : [int32(blockChecksum)]), int32(0), ...(contentChecksum === true ? [int32(1)] : []),
  ]);
}

describe('zstd', () => {
  it('opens frames that are joined end to end, and passes over those that say so', () => {
    const frames = ['one ', 'two '.repeat(100_000), 'three'].map((part) => zstdCompressSync(part));
    const skippable = Buffer.concat([bytesOf('5a2a4d1803000000'), Uint8Array.of(1, 2, 3)]);
    const opened = nodeCompression.decompress('zstd', Buffer.concat([frames[0]!, skippable, frames[1]!, frames[2]!]));
    expect(new TextDecoder().decode(opened)).toBe(`one ${'two '.repeat(100_000)}three`);
  });

  it('keeps the bound over all frames together', () => {
    const half = zstdCompressSync(new Uint8Array(openedBytesMax / 2));
    expect(nodeCompression.decompress('zstd', Buffer.concat([half, half])).length).toBe(openedBytesMax);
    expect(problemOf('zstd', Buffer.concat([half, half, zstdCompressSync('x')]))).toBe('tooLarge');
  });

  it.each([['something behind its frames', Buffer.concat([zstdCompressSync('x'), Buffer.from('something else')])], ['no end', zstdCompressSync('text').subarray(0, -1)]])('is refused with %s', (_what, bytes) => {
    expect(problemOf('zstd', bytes)).toBe('corrupt');
  });
});

describe('frames of lz4', () => {
  const storedHash = xxhash32(new TextEncoder().encode('stored'));

  it.each([
    ['a stored block', lz4Frame(0x60)],
    ['the size of the content', lz4Frame(0x68, { contentSize: 6 })],
    ['a checksum of the block', lz4Frame(0x70, { blockChecksum: storedHash })],
    ['a checksum of the content, which Kafka does not look at', lz4Frame(0x64, { contentChecksum: true })],
    ['something behind the frame', Buffer.concat([lz4Frame(0x60), Uint8Array.of(1, 2, 3)])],
  ])('open with %s', (_what, frame) => {
    expect(new TextDecoder().decode(nodeCompression.decompress('lz4', frame))).toBe('stored');
  });

  it.each([
    ['blocks that depend on each other', lz4Frame(0x40)],
    ['another version', lz4Frame(0xa0)],
    ['a dictionary', lz4Frame(0x61)],
    ['a wrong checksum of the header', lz4Frame(0x60, { headerChecksum: 1 })],
    ['a wrong checksum of a block', lz4Frame(0x70, { blockChecksum: 1 })],
    ['no end', lz4Frame(0x60).subarray(0, -2)],
  ])('are refused with %s, as by Kafka', (_what, frame) => {
    expect(problemOf('lz4', frame)).toBe('corrupt');
  });
});
