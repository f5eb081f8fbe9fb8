/** Records that prove themselves: each value names its number and carries bytes that follow from it. */

/** 1 KiB that nobody could mistake for another record's. */
export function valueOf(index: number, sizeBytes = 1024): string {
  const head = `record ${index} `;
  const filler = `${(index * 2_654_435_761) >>> 0}.`;
  return (head + filler.repeat(Math.ceil((sizeBytes - head.length) / filler.length))).slice(0, sizeBytes);
}

export function indexOf(value: string): number {
  const found = /^record (\d+) /.exec(value);
  return found === null ? -1 : Number(found[1]);
}

export interface ReadRecord {
  partition: number;
  offset: bigint;
  value: string;
}

/**
 * What a fresh reader must find: offsets of a partition once each and rising, every value as it was sent, every acknowledged
 * record where its acknowledgement said. Answers the problems in words.
 */
export function problemsOf(read: readonly ReadRecord[], acknowledged: ReadonlyMap<number, { partition: number; offset: bigint }>, sizeBytes = 1024): string[] {
  const problems: string[] = [];
  const last = new Map<number, bigint>();
  const at = new Map<string, string>();
  for (const record of read) {
    const before = last.get(record.partition);
    if (before !== undefined && record.offset <= before) problems.push(`partition ${record.partition}: offset ${record.offset} after ${before}`);
    last.set(record.partition, record.offset);
    at.set(`${record.partition}:${record.offset}`, record.value);
    const index = indexOf(record.value);
    if (index < 0 || record.value !== valueOf(index, sizeBytes)) problems.push(`partition ${record.partition} offset ${record.offset}: not what was sent`);
  }
  for (const [index, place] of acknowledged) {
    const value = at.get(`${place.partition}:${place.offset}`);
    if (value === undefined) problems.push(`record ${index}, acknowledged at ${place.partition}:${place.offset}, is missing`);
    else if (indexOf(value) !== index) problems.push(`record ${index}, acknowledged at ${place.partition}:${place.offset}: record ${indexOf(value)} is there`);
  }
  return problems.slice(0, 20);
}
