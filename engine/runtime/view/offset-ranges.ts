/**
 * A set of offsets as ranges in ascending order. Neighbours are merged, so acknowledged records are one range per partition
 * however many they are; what breaks ranges up are failed batches, and those are few.
 */
export class OffsetRanges {
  /** [start, end) */
  private ranges: { start: bigint; end: bigint }[] = [];

  /** Adds offsets; answers how many of them are new (a retry may be acknowledged with the offsets of the first try). */
  add(start: bigint, end: bigint): number {
    const last = this.ranges.at(-1);
    if (last !== undefined && last.end === start) {
      last.end = end;
      return Number(end - start);
    }
    let merged = { start, end };
    let known = 0n;
    const rest: { start: bigint; end: bigint }[] = [];
    for (const range of this.ranges) {
      if (range.end < start || range.start > end) {
        rest.push(range);
        continue;
      }
      known += minimum(range.end, end) - maximum(range.start, start);
      merged = { start: minimum(range.start, merged.start), end: maximum(range.end, merged.end) };
    }
    const at = rest.findIndex((range) => range.start > merged.start);
    rest.splice(at === -1 ? rest.length : at, 0, merged);
    this.ranges = rest;
    return Number(end - start - known);
  }

  /** How many offsets are at or above `offset`. */
  countFrom(offset: bigint): number {
    let count = 0n;
    for (let index = this.ranges.length - 1; index >= 0; index--) {
      const { start, end } = this.ranges[index] as { start: bigint; end: bigint };
      if (end <= offset) break;
      count += end - maximum(start, offset);
    }
    return Number(count);
  }

  /** Takes out what is at or above `offset`; answers how many offsets that were. */
  removeFrom(offset: bigint): number {
    const count = this.countFrom(offset);
    if (count === 0) return 0;
    this.ranges = this.ranges.filter(({ start }) => start < offset);
    const last = this.ranges.at(-1);
    if (last !== undefined && last.end > offset) last.end = offset;
    return count;
  }
}

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function maximum(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
