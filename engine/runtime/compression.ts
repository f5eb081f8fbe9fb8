/**
 * Kafka's four codecs: gzip and zstd by Node, snappy and lz4 by ourselves (compression/). Levels mean what they mean in Kafka for gzip
 * and zstd; lz4 has one way here.
 */
import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { CompressionError, openedBytesMax, type Compression, type CompressionName } from '#engine/ports/compression.ts';
import { closeLz4, openLz4 } from '#engine/runtime/compression/lz4-frame.ts';
import { closeSnappy, openSnappy } from '#engine/runtime/compression/snappy-stream.ts';
import { zstdFrames } from '#engine/runtime/compression/zstd-frames.ts';

interface Codec {
  open(bytes: Uint8Array): Uint8Array;
  close(bytes: Uint8Array, level: number | undefined): Uint8Array;
}

const codecs: Readonly<Record<CompressionName, Codec>> = {
  gzip: {
    open: (bytes) => byNode('gzip', () => gunzipSync(bytes, { maxOutputLength: openedBytesMax })),
    close: (bytes, level) => plain(gzipSync(bytes, level === undefined ? {} : { level })),
  },
  zstd: {
    open: openZstd,
    close: (bytes, level) => plain(zstdCompressSync(bytes, level === undefined ? {} : { params: { [constants.ZSTD_c_compressionLevel]: level } })),
  },
  snappy: { open: openSnappy, close: closeSnappy },
  lz4: { open: openLz4, close: closeLz4 },
};

export const nodeCompression: Compression = {
  decompress: (type, bytes) => codecs[type].open(bytes),
  compress: (type, bytes, level) => codecs[type].close(bytes, level),
};

function openZstd(bytes: Uint8Array): Uint8Array {
  const [first, ...others] = zstdFrames(bytes);
  const opened = first === undefined ? new Uint8Array(0) : openFrame(first, openedBytesMax);
  return others.length === 0 ? opened : plain(others.reduce((joined, frame) => Buffer.concat([joined, openFrame(frame, openedBytesMax - joined.length)]), opened));
}

function openFrame(frame: Uint8Array, maxOutputLength: number): Uint8Array {
  if (maxOutputLength === 0) throw tooLarge('zstd');
  return byNode('zstd', () => zstdDecompressSync(frame, { maxOutputLength }));
}

function tooLarge(type: CompressionName): CompressionError {
  return new CompressionError('tooLarge', `the batch opens to more than ${openedBytesMax} bytes of ${type}`);
}

function byNode(type: CompressionName, open: () => Uint8Array): Uint8Array {
  try {
    return plain(open());
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(type);
    throw new CompressionError('corrupt', `the ${type} data of the batch cannot be opened: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Not a Buffer: its slices would be others than those of the arrays that the rest of the engine knows. */
function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
