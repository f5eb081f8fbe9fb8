import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { ByteReader } from '#engine/protocol/byte-reader.ts';
import { ByteWriter, joinPieces } from '#engine/protocol/byte-writer.ts';
import { crc32c, crc32cByTables, useCrc32c } from '#engine/protocol/crc32c.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import { isUuid, uuidFromBytes, writeUuid } from '#engine/protocol/uuid.ts';

const seed = 41;

function written(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter(1);
  write(writer);
  return writer.toBytes();
}
function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('varints', () => {
  it.each([[0, '00'], [127, '7f'], [128, '8001'], [300, 'ac02'], [4_294_967_295, 'ffffffff0f']])('%i is %s, unsigned', (value, hex) => {
    const bytes = written((writer) => writer.unsignedVarint(value));
    expect(hexOf(bytes)).toBe(hex);
    expect(new ByteReader(bytes).unsignedVarint()).toBe(value);
  });

  it.each([[0, '00'], [-1, '01'], [1, '02'], [-64, '7f'], [64, '8001'], [2_147_483_647, 'feffffff0f'], [-2_147_483_648, 'ffffffff0f']])('%i is %s, in zigzag', (value, hex) => {
    const bytes = written((writer) => writer.varint(value));
    expect(hexOf(bytes)).toBe(hex);
    expect(new ByteReader(bytes).varint()).toBe(value);
  });

  it('all of 64 bits come back', () => {
    const extremes = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 27n, -(2n ** 27n), 2n ** 28n - 1n];
    fc.assert(
      fc.property(fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(...extremes)), (value) => {
        const bytes = written((writer) => writer.varlong(value));
        expect(new ByteReader(bytes).varlong()).toBe(value);
      }),
      { seed, numRuns: 2000 },
    );
  });

  it('one that is too long, or cut short, is refused', () => {
    expect(() => new ByteReader(Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0x10])).unsignedVarint()).toThrow('a varint is longer than 32 bits at byte 0');
    expect(() => new ByteReader(new Uint8Array(11).fill(0x80)).varlong()).toThrow('a varint is longer than 64 bits');
    expect(() => new ByteReader(Uint8Array.of(0x80)).unsignedVarint()).toThrow(ProtocolError);
  });
});

describe('text', () => {
  it.each(['', 'orders', 'x'.repeat(24), 'x'.repeat(25), 'ä', 'naïve topic', '日本語', '\u{feff}mark', '😀'.repeat(20), 'a'.repeat(32_767)])('"%s" comes back', (text) => {
    for (const flexible of [false, true]) {
      const bytes = written((writer) => writer.string(text, flexible));
      const reader = new ByteReader(bytes);
      expect(reader.text(reader.stringLength(flexible))).toBe(text);
      expect(reader.remaining()).toBe(0);
    }
  });

  it('longer than a 16-bit length is refused', () => {
    expect(() => written((writer) => writer.string('a'.repeat(32_768), true))).toThrow('a string of 32768 bytes is longer than 32767');
  });

  it('malformed bytes read as replacement characters', () => {
    expect(new ByteReader(Uint8Array.of(0x61, 0xff)).text(2)).toBe('a\u{fffd}');
  });
});

describe('UUIDs', () => {
  it('are the base64url of 16 bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const text = uuidFromBytes(bytes, 0);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        const back = new Uint8Array(18);
        writeUuid(text, back, 1);
        expect(back.subarray(1, 17)).toEqual(bytes);
        expect(back[0]! + back[17]!).toBe(0);
      }),
      { seed, numRuns: 500 },
    );
  });

  it('of another length or alphabet are refused', () => {
    expect(isUuid('AAAAAAAAAAAAAAAAAAAAAA')).toBe(true);
    expect(isUuid('AAAAAAAAAAAAAAAAAAAAA+')).toBe(false);
    expect(isUuid('AAAA')).toBe(false);
    expect(() => writeUuid('abc', new Uint8Array(16), 0)).toThrow('"abc" is not a UUID');
    expect(() => writeUuid('AAAAAAAAAAAAAAAAAAAAA€', new Uint8Array(16), 0)).toThrow('character 21');
  });
});

describe('pieces', () => {
  it('however the buffer grows, the bytes come out in order', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 12 }), (parts) => {
        const writer = new ByteWriter(4);
        for (const part of parts) {
          writer.int32(part.length);
          writer.slice(part);
        }
        const expected = Buffer.concat(parts.flatMap((part) => [Buffer.from([0, 0, part.length >> 8, part.length & 255]), part]));
        expect(writer.sizeBytes()).toBe(expected.length);
        expect(hexOf(joinPieces(writer.pieces()))).toBe(expected.toString('hex'));
      }),
      { seed, numRuns: 300 },
    );
  });
});

describe('CRC-32C', () => {
  it.each([
    ['', 0], ['123456789', 0xe3069283], ['a', 0xc1d04330], ['The quick brown fox jumps over the lazy dog', 0x22620404],
  ])('of "%s"', (text, expected) => {
    expect(crc32c(new TextEncoder().encode(text))).toBe(expected);
  });

  it('of 32 zero bytes and 32 bytes of ones is as in RFC 3720', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  });

  it('of a part is that of the bytes alone, wherever it begins', () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, index) => (index * 37) & 255);
    for (let start = 0; start < 20; start++) {
      for (const end of [start, start + 1, start + 7, start + 8, start + 9, 100]) {
        expect(crc32c(bytes, start, end)).toBe(crc32c(bytes.slice(start, end)));
      }
    }
  });

  it('another implementation can be put in', () => {
    useCrc32c(() => 7);
    expect(crc32c(Uint8Array.of(1))).toBe(7);
    useCrc32c(crc32cByTables);
    expect(crc32c(Uint8Array.of(1))).not.toBe(7);
  });
});
