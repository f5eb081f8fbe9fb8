/**
 * The rows of one section in columns, each row found by its key and stamped with the pass in which it last changed. The
 * engine keeps one such table per section for all screens; a screen keeps one to apply deltas to.
 *
 * Invariant: a key has one row, and a row never moves until `clear`.
 */
import { sections } from '#engine/contract/frame.ts';
import type { ColumnType, SectionName, SectionRow } from '#engine/contract/frame.ts';
import { createColumn, layoutOf } from '#engine/contract/frame-layout.ts';
import type { Column, SectionLayout } from '#engine/contract/frame-layout.ts';

type ColumnArray<T extends ColumnType> = {
  u8: Uint8Array;
  i8: Int8Array;
  u16: Uint16Array;
  i16: Int16Array;
  u32: Uint32Array;
  i32: Int32Array;
  f64: Float64Array;
  i64: BigInt64Array;
}[T];

/** The columns of a section by name. A table's have more room than rows. */
export type SectionColumns<N extends SectionName> = {
  [C in keyof (typeof sections)[N]['columns']]: (typeof sections)[N]['columns'][C] extends ColumnType ? ColumnArray<(typeof sections)[N]['columns'][C]> : never;
};

export class FrameTable<N extends SectionName> {
  readonly layout: SectionLayout;
  /** Replaced when the table grows: do not keep. */
  columns: SectionColumns<N>;
  rowCount = 0;
  /** Per row: the pass in which it last changed. */
  changedIn: Uint32Array;
  private list: Column[];
  private capacity: number;
  private readonly rows = new Map<number | string, number>();

  constructor(name: N, capacity = 16) {
    this.layout = layoutOf(name);
    this.capacity = capacity;
    this.list = this.layout.columns.map((column) => createColumn(column.type, capacity));
    this.changedIn = new Uint32Array(capacity);
    this.columns = this.named();
  }

  /** Writes a row, found by its key; answers whether it differs from what was there. Sections without a key only append. */
  put(values: SectionRow<N>, pass: number): boolean {
    const row = values as unknown as Record<string, number | bigint>;
    const key = this.layout.keyColumns === 0 ? undefined : this.keyOf(row);
    const known = key === undefined ? undefined : this.rows.get(key);
    const at = known ?? this.append(key);
    let differs = known === undefined;
    for (let index = 0; index < this.list.length; index++) {
      const column = this.list[index] as Column;
      const value = row[(this.layout.columns[index] as { name: string }).name] as number | bigint;
      if (column[at] === value) continue;
      const before = column[at];
      column[at] = value as never;
      // What the column cannot hold exactly (NaN, a fraction) must not count as changed for ever.
      if (!Object.is(column[at], before)) differs = true;
    }
    if (differs) this.changedIn[at] = pass;
    return differs;
  }

  /** The row of a key, or -1; the arguments are the key columns in their order. */
  find(...key: number[]): number {
    return this.rows.get(joinKey(key)) ?? -1;
  }

  get(row: number): SectionRow<N> {
    const values: Record<string, number | bigint> = {};
    for (let index = 0; index < this.list.length; index++) {
      values[(this.layout.columns[index] as { name: string }).name] = (this.list[index] as Column)[row] as number | bigint;
    }
    return values as unknown as SectionRow<N>;
  }

  clear(): void {
    this.rowCount = 0;
    this.rows.clear();
    this.changedIn.fill(0);
  }

  /** Rows that changed after pass `since`. */
  countChanged(since: number): number {
    let count = 0;
    for (let row = 0; row < this.rowCount; row++) if ((this.changedIn[row] as number) > since) count++;
    return count;
  }

  /** Copies column `index` of the rows that changed after pass `since`. */
  copyChanged(index: number, since: number, target: Column): void {
    const column = this.list[index] as Column;
    let at = 0;
    for (let row = 0; row < this.rowCount; row++) if ((this.changedIn[row] as number) > since) target[at++] = column[row] as never;
  }

  private keyOf(row: Record<string, number | bigint>): number | string {
    const { keyColumns, columns } = this.layout;
    const first = row[columns[0]?.name ?? ''] as number;
    if (keyColumns === 1) return first;
    const key = [first];
    for (let index = 1; index < keyColumns; index++) key.push(row[columns[index]?.name ?? ''] as number);
    return joinKey(key);
  }

  private append(key: number | string | undefined): number {
    if (this.rowCount === this.capacity) this.grow();
    const row = this.rowCount++;
    if (key !== undefined) this.rows.set(key, row);
    for (const column of this.list) column[row] = (column instanceof BigInt64Array ? 0n : 0) as never;
    return row;
  }

  private grow(): void {
    this.capacity *= 2;
    this.list = this.list.map((column, index) => {
      const larger = createColumn((this.layout.columns[index] as { type: ColumnType }).type, this.capacity);
      larger.set(column as never);
      return larger;
    });
    const changedIn = new Uint32Array(this.capacity);
    changedIn.set(this.changedIn);
    this.changedIn = changedIn;
    this.columns = this.named();
  }

  private named(): SectionColumns<N> {
    return Object.fromEntries(this.layout.columns.map((column, index) => [column.name, this.list[index]])) as unknown as SectionColumns<N>;
  }
}

/** One number as long as it is exact: a partition index and a broker id fit, a third column makes it a text. */
function joinKey(key: readonly number[]): number | string {
  const [first = 0, second] = key;
  if (second === undefined) return first;
  if (key.length === 2 && second >= 0 && second < 0x20_0000) return first * 0x20_0000 + second;
  return key.join(' ');
}
