/**
 * What one receiver has been sent, and the frame that brings it up to date. The tables are shared by all receivers; a
 * receiver needs only the pass up to which it knows them, because each row carries the pass in which it last changed.
 */
import { encodeFrame } from '#engine/contract/frame-codec.ts';
import type { SectionSource } from '#engine/contract/frame-codec.ts';
import { layoutOf } from '#engine/contract/frame-layout.ts';
import type { Column } from '#engine/contract/frame-layout.ts';
import type { FrameTable } from '#engine/contract/frame-table.ts';
import type { SectionName, SectionRow } from '#engine/contract/frame.ts';

/** The moment that a frame shows. */
export interface FrameMoment {
  catalogId: number;
  timeUs: number;
  eventId: number;
  /** The tables are complete up to this pass. */
  pass: number;
}

export type AnyFrameTable = { [N in SectionName]: FrameTable<N> }[SectionName];

export class FrameWriter {
  private sentPass = 0;
  private sentCatalogId = -1;
  private frameNumber = 0;

  /** The next frame has to be a full one: nothing was sent yet, or the catalog is another. */
  needsFull(catalogId: number): boolean {
    return this.sentCatalogId !== catalogId;
  }

  /**
   * `tables` are the keyed sections, `events` rows that are all new to this receiver. The frame counts as sent: call this only
   * when it can be.
   */
  write(moment: FrameMoment, tables: readonly AnyFrameTable[], events: readonly SectionSource[]): Uint8Array {
    const full = this.needsFull(moment.catalogId);
    const since = full ? -1 : this.sentPass;
    const sources: SectionSource[] = [];
    for (const table of tables) sources.push(changedRows(table, since));
    sources.push(...events);
    const { catalogId, timeUs, eventId } = moment;
    const frame = encodeFrame({ full, catalogId, timeUs, eventId, frameNumber: this.frameNumber }, sources);
    this.sentPass = moment.pass;
    this.sentCatalogId = catalogId;
    this.frameNumber = (this.frameNumber + 1) >>> 0;
    return frame;
  }
}

/** Rows that are sent once, such as messages that left. */
export function rowsOf<N extends SectionName>(name: N, rows: readonly SectionRow<N>[]): SectionSource {
  const layout = layoutOf(name);
  return {
    layout,
    rowCount: rows.length,
    fill(columnIndex, target) {
      const column = layout.columns[columnIndex]?.name ?? '';
      for (let row = 0; row < rows.length; row++) target[row] = (rows[row] as unknown as Record<string, number | bigint>)[column] as never;
    },
  };
}

function changedRows(table: AnyFrameTable, since: number): SectionSource {
  return {
    layout: table.layout,
    rowCount: table.countChanged(since),
    fill: (columnIndex: number, target: Column) => table.copyChanged(columnIndex, since, target),
  };
}
