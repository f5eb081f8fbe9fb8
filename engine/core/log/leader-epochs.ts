/**
 * Which leader epoch wrote which offsets of a log: what two replicas compare to find where they part (KIP-101, KIP-279).
 * Kafka: LeaderEpochFileCache and its file `leader-epoch-checkpoint`, in Kafka's text format.
 *
 * Invariant: epochs and start offsets rise strictly from entry to entry. Every change is written through to the disk.
 */
import { assert } from '#engine/ports/assert.ts';
import type { Disk } from '#engine/ports/disk.ts';
import type { LeaderEpochEntry, LogState } from '#engine/core/log/log-state.ts';
import { checkpointText, parseEntries } from '#engine/core/log/checkpoint-text.ts';

export interface EpochEndOffset {
  /** The largest epoch of this log that is not above the one asked for; -1: unknown. */
  leaderEpoch: number;
  /** Where it ends; -1n: unknown. */
  endOffset: bigint;
}

/** -1 when the log has never been written. */
export function latestEpoch(log: LogState): number {
  return log.epochs.at(-1)?.epoch ?? -1;
}

/** The epoch that wrote `offset`; -1 when it lies before the first entry. */
export function epochForOffset(log: LogState, offset: bigint): number {
  return log.epochs.findLast((entry) => entry.startOffset <= offset)?.epoch ?? -1;
}

/** Answers OffsetForLeaderEpoch: up to where this log agrees with a log whose last epoch is `epoch`. */
export function endOffsetForEpoch(log: LogState, epoch: number): EpochEndOffset {
  if (epoch === -1 || log.epochs.length === 0) return { leaderEpoch: -1, endOffset: -1n };
  if (epoch === latestEpoch(log)) return { leaderEpoch: epoch, endOffset: log.logEndOffset };
  const higher = log.epochs.find((entry) => entry.epoch > epoch);
  if (higher === undefined) return { leaderEpoch: -1, endOffset: -1n };
  const floor = log.epochs.findLast((entry) => entry.epoch <= epoch);
  // An epoch older than all that is known: everything before the oldest entry may be its.
  return { leaderEpoch: floor?.epoch ?? epoch, endOffset: higher.startOffset };
}

/** A leader's epoch begins, or a batch of a new epoch was appended. Entries that contradict it are removed. */
export function assignEpochStart(disk: Disk, log: LogState, epoch: number, startOffset: bigint): void {
  assert(epoch >= 0 && startOffset >= 0n, `log ${log.directory}: epoch ${epoch} cannot begin at ${startOffset}`);
  if (addEpoch(log, epoch, startOffset)) writeEpochs(disk, log);
}

/** As `assignEpochStart`, without writing; answers whether anything changed. */
export function addEpoch(log: LogState, epoch: number, startOffset: bigint): boolean {
  const last = log.epochs.at(-1);
  if (last !== undefined && last.epoch === epoch && startOffset >= last.startOffset) return false;
  while (log.epochs.length > 0) {
    const tail = log.epochs.at(-1)!;
    if (tail.epoch < epoch && tail.startOffset < startOffset) break;
    log.epochs.pop();
  }
  log.epochs.push({ epoch, startOffset });
  return true;
}

/** The log now ends at `endOffset`: epochs that began at or after it never happened. */
export function truncateEpochsFromEnd(disk: Disk, log: LogState, endOffset: bigint): void {
  const kept = log.epochs.filter((entry) => entry.startOffset < endOffset);
  if (kept.length === log.epochs.length) return;
  log.epochs = kept;
  writeEpochs(disk, log);
}

/** The log now begins at `startOffset`: the epoch that was under way there begins there. */
export function truncateEpochsFromStart(disk: Disk, log: LogState, startOffset: bigint): void {
  const first = log.epochs.findLastIndex((entry) => entry.startOffset <= startOffset);
  if (first < 0 || (first === 0 && log.epochs[0]!.startOffset === startOffset)) return;
  log.epochs = [{ epoch: log.epochs[first]!.epoch, startOffset }, ...log.epochs.slice(first + 1)];
  writeEpochs(disk, log);
}

export function clearEpochs(disk: Disk, log: LogState): void {
  log.epochs = [];
  writeEpochs(disk, log);
}

export function readEpochs(disk: Disk, directory: string): LeaderEpochEntry[] {
  const path = epochsPath(directory);
  const bytes = disk.readSmallFile(path);
  if (bytes === undefined) return [];
  return parseEntries(path, bytes, 2).map(([epoch, startOffset]) => ({ epoch: Number(epoch), startOffset: BigInt(startOffset!) }));
}

export function writeEpochs(disk: Disk, log: LogState): void {
  disk.writeSmallFile(epochsPath(log.directory), checkpointText(log.epochs.map(({ epoch, startOffset }) => `${epoch} ${startOffset}`)));
}

function epochsPath(directory: string): string {
  return `${directory}/leader-epoch-checkpoint`;
}
