/**
 * The newest offset of each key in the dirty part of a log. Kafka: OffsetMap, SkimpyOffsetMap.
 *
 * Plain data, since a compaction goes on over several events. Bounded by log.cleaner.dedupe.buffer.size; when it is full, the
 * compaction ends at the offset it has come to, and the rest of the dirty part is for the next one. Differs from Kafka: keys are
 * kept themselves, not 16 bytes of their hash, and counted with their length.
 */

/** What Kafka counts for an entry. */
const entryBytes = 24;
/** What an engine that shares its process with every broker can spare, whatever the setting says. */
const bufferBytesMax = 32 * 1024 * 1024;

export interface OffsetMap {
  entries: Map<string, bigint>;
  sizeBytes: number;
  sizeBytesMax: number;
  /** Every record up to here is taken account of. */
  latestOffset: bigint;
}

export function newOffsetMap(dedupeBufferBytes: number, loadFactor: number): OffsetMap {
  return { entries: new Map(), sizeBytes: 0, sizeBytesMax: Math.min(dedupeBufferBytes, bufferBytesMax) * loadFactor, latestOffset: -1n };
}

// One character for each byte, and another one for each other byte: as good as the bytes.
const keyDecoder = new TextDecoder('latin1');

export function newestOffsetOf(map: OffsetMap, key: Uint8Array): bigint {
  return map.entries.get(keyDecoder.decode(key)) ?? -1n;
}

/** Answers false, having changed nothing, when the map is full. One key always fits, or nothing would ever go on. */
export function noteKey(map: OffsetMap, key: Uint8Array, offset: bigint): boolean {
  const name = keyDecoder.decode(key);
  if (!map.entries.has(name)) {
    const sizeBytes = map.sizeBytes + entryBytes + key.length;
    if (sizeBytes > map.sizeBytesMax && map.entries.size > 0) return false;
    map.sizeBytes = sizeBytes;
  }
  map.entries.set(name, offset);
  map.latestOffset = offset;
  return true;
}
