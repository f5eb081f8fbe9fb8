/** Frames to bytes and back (layout: frame.ts). Reading makes views over the bytes, no copies; a broken frame is refused with its position. */
import { frameMagic, frameVersion } from '#engine/contract/frame.ts';
import type { SectionName } from '#engine/contract/frame.ts';
import { columnBytes, columnsBytes, columnView, headerBytes, layoutOfKind, padded, rowsMax, sectionHeaderBytes } from '#engine/contract/frame-layout.ts';
import type { Column, SectionLayout } from '#engine/contract/frame-layout.ts';
import type { SectionColumns } from '#engine/contract/frame-table.ts';

export interface FrameHeader {
  /** Carries all rows; a delta carries those that changed since this receiver's last frame. */
  full: boolean;
  catalogId: number;
  timeUs: number;
  /** The low 32 bits. */
  eventId: number;
  frameNumber: number;
}

export interface FrameSection<N extends SectionName> {
  rowCount: number;
  columns: SectionColumns<N>;
}

export interface Frame extends FrameHeader {
  sections: { [N in SectionName]?: FrameSection<N> };
}

/** A section to be written: how many rows, and what fills each column. */
export interface SectionSource {
  layout: SectionLayout;
  rowCount: number;
  fill(columnIndex: number, target: Column): void;
}

export class FrameError extends Error {
  override readonly name = 'FrameError';
  readonly position: number;
  constructor(position: number, message: string) {
    super(`frame, byte ${position}: ${message}`);
    this.position = position;
  }
}

/** The bytes have a buffer of their own. Sections without rows are left out. */
export function encodeFrame(header: FrameHeader, sources: readonly SectionSource[]): Uint8Array {
  const filled = sources.filter((source) => source.rowCount > 0);
  let size = headerBytes;
  for (const source of filled) size += sectionHeaderBytes + columnsBytes(source.layout, source.rowCount);
  const buffer = new ArrayBuffer(size);
  const view = new DataView(buffer);
  view.setUint32(0, frameMagic, true);
  view.setUint16(4, frameVersion, true);
  view.setUint16(6, header.full ? 1 : 0, true);
  view.setUint32(8, header.catalogId, true);
  view.setUint32(12, filled.length, true);
  view.setFloat64(16, header.timeUs, true);
  view.setUint32(24, header.eventId % 0x1_0000_0000, true);
  view.setUint32(28, header.frameNumber, true);
  let at = headerBytes;
  for (const source of filled) at = writeSection(view, buffer, at, source);
  return new Uint8Array(buffer);
}

function writeSection(view: DataView, buffer: ArrayBuffer, start: number, source: SectionSource): number {
  const { layout, rowCount } = source;
  view.setUint16(start, layout.kind, true);
  view.setUint16(start + 2, layout.columns.length, true);
  view.setUint32(start + 4, rowCount, true);
  view.setUint32(start + 8, columnsBytes(layout, rowCount), true);
  let at = start + sectionHeaderBytes;
  layout.columns.forEach((column, index) => {
    source.fill(index, columnView(column.type, buffer, at, rowCount));
    at += padded(columnBytes[column.type] * rowCount);
  });
  return at;
}

/** The columns are views over `bytes`, unless those do not begin on 8 bytes: then over one copy. */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.byteLength < headerBytes) throw new FrameError(bytes.byteLength, `ends inside the header of ${headerBytes} bytes`);
  const aligned = bytes.byteOffset % 8 === 0 && bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice();
  const buffer = aligned.buffer as ArrayBuffer;
  const view = new DataView(buffer, aligned.byteOffset, aligned.byteLength);
  if (view.getUint32(0, true) !== frameMagic) throw new FrameError(0, 'does not begin with the mark of a frame');
  if (view.getUint16(4, true) !== frameVersion) throw new FrameError(4, `has version ${view.getUint16(4, true)}, this reader knows ${frameVersion}`);
  const frame: Frame = {
    full: (view.getUint16(6, true) & 1) === 1,
    catalogId: view.getUint32(8, true),
    timeUs: view.getFloat64(16, true),
    eventId: view.getUint32(24, true),
    frameNumber: view.getUint32(28, true),
    sections: {},
  };
  const sectionCount = view.getUint32(12, true);
  let at = headerBytes;
  for (let index = 0; index < sectionCount; index++) at = readSection(frame, view, at);
  if (at !== view.byteLength) throw new FrameError(at, `${view.byteLength - at} bytes follow the last section`);
  return frame;
}

function readSection(frame: Frame, view: DataView, start: number): number {
  if (start + sectionHeaderBytes > view.byteLength) throw new FrameError(start, 'ends inside the header of a section');
  const kind = view.getUint16(start, true);
  const layout = layoutOfKind(kind);
  if (layout === undefined) throw new FrameError(start, `unknown kind of section: ${kind}`);
  if (layout.name in frame.sections) throw new FrameError(start, `section ${layout.name} comes twice`);
  const columnCount = view.getUint16(start + 2, true);
  if (columnCount !== layout.columns.length) throw new FrameError(start + 2, `section ${layout.name} has ${layout.columns.length} columns, not ${columnCount}`);
  const rowCount = view.getUint32(start + 4, true);
  if (rowCount > rowsMax) throw new FrameError(start + 4, `${rowCount} rows, the most allowed are ${rowsMax}`);
  const sizeBytes = view.getUint32(start + 8, true);
  if (sizeBytes !== columnsBytes(layout, rowCount)) throw new FrameError(start + 8, `${rowCount} rows of ${layout.name} take ${columnsBytes(layout, rowCount)} bytes, not ${sizeBytes}`);
  let at = start + sectionHeaderBytes;
  if (at + sizeBytes > view.byteLength) throw new FrameError(at, `ends inside section ${layout.name}`);
  const columns: Record<string, Column> = {};
  for (const column of layout.columns) {
    columns[column.name] = columnView(column.type, view.buffer as ArrayBuffer, view.byteOffset + at, rowCount);
    at += padded(columnBytes[column.type] * rowCount);
  }
  (frame.sections as Record<string, FrameSection<SectionName>>)[layout.name] = { rowCount, columns: columns as unknown as SectionColumns<SectionName> };
  return at;
}
