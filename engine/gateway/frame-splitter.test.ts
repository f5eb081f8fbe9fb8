import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { FrameSizeError, FrameSplitter } from '#engine/gateway/frame-splitter.ts';

const seed = 5;

function stream(frames: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(frames.flatMap((frame) => [Buffer.from([frame.length >>> 24, (frame.length >> 16) & 255, (frame.length >> 8) & 255, frame.length & 255]), frame])));
}
function takeAll(splitter: FrameSplitter): Uint8Array[] {
  const taken: Uint8Array[] = [];
  for (let frame = splitter.take(); frame !== undefined; frame = splitter.take()) taken.push(frame);
  return taken;
}

describe('a stream is cut into the frames that were sent', () => {
  it('wherever its reads begin and end', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 }), (frames, sizes) => {
        const splitter = new FrameSplitter(1000);
        const bytes = stream(frames);
        const taken: Uint8Array[] = [];
        for (let at = 0, index = 0; at < bytes.length; index++) {
          const end = at + sizes[index % sizes.length]!;
          splitter.push(bytes.subarray(at, end));
          if (index % 3 !== 2) taken.push(...takeAll(splitter));
          at = end;
        }
        taken.push(...takeAll(splitter));
        expect(taken).toStrictEqual(frames);
        expect(splitter.bufferedBytes).toBe(0);
      }),
      { seed, numRuns: 1000 },
    );
  });

  it('one that came in one read is a slice of it, one that came in several is copied once', () => {
    const splitter = new FrameSplitter(1000);
    const bytes = stream([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)]);
    splitter.push(bytes.subarray(0, 12));
    expect(splitter.take()!.buffer).toBe(bytes.buffer);
    splitter.push(bytes.subarray(12));
    const second = splitter.take()!;
    expect(second.buffer).not.toBe(bytes.buffer);
    expect(second.buffer.byteLength).toBe(3);
  });

  it('is plain bytes, though it was read as a Buffer', () => {
    const splitter = new FrameSplitter(1000);
    splitter.push(Buffer.from([0, 0, 0, 1, 9]));
    expect(splitter.take()!.constructor).toBe(Uint8Array);
  });
});

describe('an announced size', () => {
  it.each([
    [[0xff, 0xff, 0xff, 0xff], 'announced a frame of -1 bytes'],
    [[0, 0, 4, 0], 'announced a frame of 1024 bytes, socket.request.max.bytes is 1000'],
    [[...Buffer.from('GET / HTTP/1.1')], '(it reads like HTTP)'],
    [[0x16, 3, 1, 2, 0], '(it reads like TLS, which this listener does not speak)'],
  ])('%j is refused', (bytes, message) => {
    const splitter = new FrameSplitter(1000);
    splitter.push(Uint8Array.from(bytes));
    expect(() => splitter.take()).toThrow(FrameSizeError);
    const again = new FrameSplitter(1000);
    again.push(Uint8Array.from(bytes));
    expect(() => again.take()).toThrow(message);
  });

  it('holds no memory before its bytes come', () => {
    const splitter = new FrameSplitter(2 ** 30);
    splitter.push(Uint8Array.of(0x3f, 0xff, 0xff, 0xff, 1));
    expect(splitter.take()).toBeUndefined();
    expect(splitter.bufferedBytes).toBe(1);
  });
});
