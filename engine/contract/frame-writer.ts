/**
 * What one receiver has been sent, and the frame that brings it up to date. The tables are shared by all receivers; a
 * receiver needs only the pass up to which it knows them, because each row carries the pass in which it last changed.
 */
import { encodeFrame } from '#engine/contract/frame-codec.ts';
import type { SectionSource } from '#engine/contract/frame-codec.ts';
import type { Column } from '#engine/contract/frame-layout.ts';
import { FrameTable } from '#engine/contract/frame-table.ts';
import type { SectionName } from '#engine/contract/frame.ts';

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
   * `tables` are the keyed sections, `events` tables whose rows are all new to this receiver. The frame counts as sent: call
   * this only when it can be.
   */
  write(moment: FrameMoment, tables: readonly AnyFrameTable[], events: readonly AnyFrameTable[]): Uint8Array {
    const full = this.needsFull(moment.catalogId);
    const since = full ? -1 : this.sentPass;
    const sources: SectionSource[] = [];
    for (const table of tables) sources.push(changedRows(table, since));
    for (const table of events) sources.push(changedRows(table, -1));
    const { catalogId, timeUs, eventId } = moment;
    const frame = encodeFrame({ full, catalogId, timeUs, eventId, frameNumber: this.frameNumber }, sources);
    this.sentPass = moment.pass;
    this.sentCatalogId = catalogId;
    this.frameNumber = (this.frameNumber + 1) >>> 0;
    return frame;
  }
}

function changedRows(table: AnyFrameTable, since: number): SectionSource {
  return {
    layout: table.layout,
    rowCount: table.countChanged(since),
    fill: (columnIndex: number, target: Column) => table.copyChanged(columnIndex, since, target),
  };
}
