/**
 * What built-in producers were told is written, batch by batch, and whether the cluster still has it.
 *
 * A batch is known by the CRC that covers its records: when a producer takes an acknowledgement, the batch is looked up in the log of
 * the broker that gave it. Later the partition's leader must hold the same batch at the same offset. An offset alone would not do:
 * after a lossy election other records stand there.
 */
import type { Disk } from '#engine/ports/disk.ts';
import type { FactPayloads } from '#engine/core/facts.ts';
import { brokerIdOf } from '#engine/core/node.ts';
import { brokerIds, brokerStateOf, latestImage } from '#engine/core/world/inspect.ts';
import { topicByName } from '#engine/core/metadata/image.ts';
import type { EventRecord, World } from '#engine/core/world/world-state.ts';
import { baseOffset, batchSizeBytes, crc } from '#engine/protocol/record-batch.ts';

export interface AcknowledgedBatch {
  client: string;
  acks: number;
  baseOffset: bigint;
  records: number;
  /** -1: the broker was gone before the batch could be looked up. */
  crc: number;
  eventId: number;
  timeUs: number;
}

export interface Acknowledgements {
  /** By "topic-partition", in the order in which producers learned of them. */
  batches: Map<string, AcknowledgedBatch[]>;
  /** By producer: when it was last told, and the longest time it was not. */
  gaps: Map<string, { firstUs: number; lastUs: number; longestUs: number; endEventId: number }>;
}

export function createAcknowledgements(): Acknowledgements {
  return { batches: new Map(), gaps: new Map() };
}

export function noteAcknowledgements(acknowledgements: Acknowledgements, world: World, record: EventRecord): void {
  if (record.input.type !== 'message') return;
  const from = record.input.message.from;
  for (const fact of record.facts) {
    if (fact.kind !== 'client.acknowledged') continue;
    const payload = fact.payload as FactPayloads['client.acknowledged'];
    noteGap(acknowledgements, payload.client, record);
    if (payload.baseOffset < 0n) continue;
    const key = `${payload.topic}-${payload.partition}`;
    const batch = batchAt(world, brokerIdOf(from), key, payload.baseOffset);
    let list = acknowledgements.batches.get(key);
    if (list === undefined) acknowledgements.batches.set(key, (list = []));
    const { client, acks, records } = payload;
    list.push({ client, acks, baseOffset: payload.baseOffset, records, crc: batch, eventId: record.id, timeUs: record.timeUs });
  }
}

function noteGap(acknowledgements: Acknowledgements, client: string, { id, timeUs }: EventRecord): void {
  const gap = acknowledgements.gaps.get(client);
  if (gap === undefined) {
    acknowledgements.gaps.set(client, { firstUs: timeUs, lastUs: timeUs, longestUs: 0, endEventId: id });
    return;
  }
  if (timeUs - gap.lastUs > gap.longestUs) {
    gap.longestUs = timeUs - gap.lastUs;
    gap.endEventId = id;
  }
  gap.lastUs = timeUs;
}

/** CRC of the batch that begins at the offset in this broker's log, or -1. */
function batchAt(world: World, brokerId: number, key: string, offset: bigint): number {
  const disk = world.disks.get(brokerId)?.inner;
  const log = brokerStateOf(world, brokerId)?.partitions.get(key)?.log;
  if (disk === undefined) return -1;
  const segment = log?.segments.findLast(({ baseOffset: base }) => base <= offset);
  let found = -1;
  const note = (bytes: Uint8Array, at: number): boolean => {
    const base = baseOffset(bytes, at);
    if (base === offset) found = crc(bytes, at);
    return base < offset;
  };
  if (segment === undefined) walkDirectory(disk, key, note);
  else walkFile(disk, segment.path, nearPosition(segment.indexOffsets, segment.indexPositions, Number(offset - segment.baseOffset)), segment.sizeBytes, note);
  return found;
}

/** The index position at or before the relative offset. */
function nearPosition(offsets: number[], positions: number[], relative: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! <= relative) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : positions[low - 1]!;
}

type Visit = (bytes: Uint8Array, at: number) => boolean;

/** Every batch of a log's segment files in order, until `visit` answers false. */
function walkDirectory(disk: Disk, directory: string, visit: Visit): void {
  for (const { path, sizeBytes } of disk.listSegments(directory)) {
    if (path.endsWith('.log') && !walkFile(disk, path, 0, sizeBytes, visit)) return;
  }
}

function walkFile(disk: Disk, path: string, fromPosition: number, sizeBytes: number, visit: Visit): boolean {
  let position = fromPosition;
  while (position < sizeBytes) {
    const chunks = disk.read(path, position, 1 << 18);
    if (chunks.length === 0) return true;
    for (const chunk of chunks) {
      for (let at = position - chunk.position; at < chunk.bytes.length; at += batchSizeBytes(chunk.bytes, at)) {
        if (!visit(chunk.bytes, at)) return false;
      }
      position = chunk.position + chunk.bytes.length;
    }
  }
  return true;
}

export interface LostBatch extends AcknowledgedBatch {
  partition: string;
}

/**
 * Acknowledged batches that the present leaders do not hold. In a partition without a leader that runs, every one counts: nobody
 * can read them. What retention or DeleteRecords removed (below the log start) is not lost, nor is
 * what compaction may have removed or written again.
 */
export function lostBatches(acknowledgements: Acknowledgements, world: World, counts: (batch: AcknowledgedBatch) => boolean = () => true): LostBatch[] {
  const lost: LostBatch[] = [];
  for (const [partition, batches] of acknowledgements.batches) {
    const held = leaderBatches(world, partition);
    for (const batch of batches) {
      if (!counts(batch) || (held !== undefined && batch.baseOffset < held.keptFrom)) continue;
      const there = held?.crcs.get(batch.baseOffset);
      if (there === undefined || (batch.crc !== -1 && there !== batch.crc)) lost.push({ ...batch, partition });
    }
  }
  return lost;
}

function leaderBatches(world: World, key: string): { keptFrom: bigint; crcs: Map<bigint, number> } | undefined {
  const split = key.lastIndexOf('-');
  const image = latestImage(world);
  const leader = image && topicByName(image, key.slice(0, split))?.partitions[Number(key.slice(split + 1))]?.leader;
  const brokerId = brokerIds(world).find((id) => id === leader);
  if (brokerId === undefined) return undefined;
  const log = brokerStateOf(world, brokerId)?.partitions.get(key)?.log;
  const disk = world.disks.get(brokerId)?.inner;
  if (log === undefined || disk === undefined) return undefined;
  const crcs = new Map<bigint, number>();
  walkDirectory(disk, key, (bytes, at) => {
    crcs.set(baseOffset(bytes, at), crc(bytes, at));
    return true;
  });
  return { keptFrom: keptFrom(world, key, log.logStartOffset), crcs };
}

/** A follower that fetched what another replica had compacted knows nothing of it: the furthest one counts. */
function keptFrom(world: World, key: string, logStartOffset: bigint): bigint {
  const cleaned = brokerIds(world).map((id) => brokerStateOf(world, id)?.partitions.get(key)?.log.cleanedOffset ?? -1n);
  return cleaned.reduce((furthest, offset) => (offset > furthest ? offset : furthest), logStartOffset);
}
