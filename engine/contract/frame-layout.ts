/** Where the bytes of a frame lie: shared by the writer and the reader of frames, so that they cannot disagree. */
import { sections } from '#engine/contract/frame.ts';
import type { ColumnType, SectionName } from '#engine/contract/frame.ts';

export const headerBytes = 64;
export const sectionHeaderBytes = 16;
/** Rows of one section; 30,000 replicas with four epochs each are 120,000. */
export const rowsMax = 1_000_000;

export type Column = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float64Array | BigInt64Array;

export const columnBytes: Record<ColumnType, number> = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, f64: 8, i64: 8 };

/** A view of `rows` values; the buffer must be aligned at `offset`. Hosts are little-endian, as every supported platform is. */
export function columnView(type: ColumnType, buffer: ArrayBuffer, offset: number, rows: number): Column {
  switch (type) {
    case 'u8':
      return new Uint8Array(buffer, offset, rows);
    case 'i8':
      return new Int8Array(buffer, offset, rows);
    case 'u16':
      return new Uint16Array(buffer, offset, rows);
    case 'i16':
      return new Int16Array(buffer, offset, rows);
    case 'u32':
      return new Uint32Array(buffer, offset, rows);
    case 'i32':
      return new Int32Array(buffer, offset, rows);
    case 'f64':
      return new Float64Array(buffer, offset, rows);
    case 'i64':
      return new BigInt64Array(buffer, offset, rows);
  }
}

export function createColumn(type: ColumnType, rows: number): Column {
  return columnView(type, new ArrayBuffer(padded(columnBytes[type] * rows)), 0, rows);
}

/** Every column begins on 8 bytes. */
export function padded(sizeBytes: number): number {
  return (sizeBytes + 7) & ~7;
}

export interface SectionLayout {
  name: SectionName;
  kind: number;
  keyColumns: number;
  columns: readonly { name: string; type: ColumnType }[];
}

export const sectionLayouts: readonly SectionLayout[] = Object.entries(sections).map(([name, section]) => ({
  name: name as SectionName,
  kind: section.kind,
  keyColumns: section.keyColumns,
  columns: Object.entries(section.columns).map(([column, type]) => ({ name: column, type })),
}));

const layoutByName = new Map(sectionLayouts.map((layout) => [layout.name, layout]));
const layoutByKind = new Map(sectionLayouts.map((layout) => [layout.kind, layout]));

export function layoutOf(name: SectionName): SectionLayout {
  const layout = layoutByName.get(name);
  if (layout === undefined) throw new Error(`no section is named ${name}`);
  return layout;
}

export function layoutOfKind(kind: number): SectionLayout | undefined {
  return layoutByKind.get(kind);
}

/** Bytes of all columns of a section with so many rows. */
export function columnsBytes(layout: SectionLayout, rows: number): number {
  let sum = 0;
  for (const column of layout.columns) sum += padded(columnBytes[column.type] * rows);
  return sum;
}
