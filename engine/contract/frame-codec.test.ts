import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame, FrameError } from '#engine/contract/frame-codec.ts';
import type { Frame } from '#engine/contract/frame-codec.ts';
import { sectionLayouts } from '#engine/contract/frame-layout.ts';
import { FrameTable } from '#engine/contract/frame-table.ts';
import { FrameWriter, rowsOf as rowsSource } from '#engine/contract/frame-writer.ts';
import type { AnyFrameTable } from '#engine/contract/frame-writer.ts';
import type { ColumnType, SectionName } from '#engine/contract/frame.ts';

type Row = Record<string, number | bigint>;

const valueOf: Record<ColumnType, fc.Arbitrary<number | bigint>> = {
  u8: fc.integer({ min: 0, max: 255 }),
  i8: fc.integer({ min: -128, max: 127 }),
  u16: fc.integer({ min: 0, max: 65_535 }),
  i16: fc.integer({ min: -32_768, max: 32_767 }),
  u32: fc.integer({ min: 0, max: 0xffff_ffff }),
  i32: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  f64: fc.double({ noNaN: true }).map((value) => value + 0),
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
};
/** Keys from a small range, so that rows are written more than once. */
const keyValue = fc.integer({ min: 0, max: 6 });

const anyWrite = fc.constantFrom(...sectionLayouts).chain((layout) =>
  fc.record({
    section: fc.constant(layout.name),
    row: fc.record(Object.fromEntries(layout.columns.map((column, index) => [column.name, index < layout.keyColumns ? keyValue : valueOf[column.type]]))) as fc.Arbitrary<Row>,
  }),
);
const passes = fc.array(fc.array(anyWrite, { maxLength: 12 }), { minLength: 1, maxLength: 12 });

function newTables(): Record<SectionName, AnyFrameTable> {
  return Object.fromEntries(sectionLayouts.map((layout) => [layout.name, new FrameTable(layout.name, 1)])) as Record<SectionName, AnyFrameTable>;
}
const put = (table: AnyFrameTable, row: Row, pass: number) => (table as FrameTable<SectionName>).put(row as never, pass);
const rowsOf = (table: AnyFrameTable): Row[] => Array.from({ length: table.rowCount }, (_, row) => table.get(row) as unknown as Row);
const keyed = sectionLayouts.filter((layout) => layout.keyColumns > 0);
const unkeyed = sectionLayouts.filter((layout) => layout.keyColumns === 0);

function apply(frame: Frame, tables: Record<SectionName, AnyFrameTable>): void {
  for (const [name, section] of Object.entries(frame.sections)) {
    const columns = section.columns as unknown as Record<string, ArrayLike<number | bigint>>;
    for (let row = 0; row < section.rowCount; row++) {
      put(tables[name as SectionName], Object.fromEntries(Object.entries(columns).map(([column, values]) => [column, values[row] as number])), 1);
    }
  }
}

describe('frames', () => {
  it('carry every value of every column exactly', () => {
    fc.assert(
      fc.property(passes, (all) => {
        const tables = newTables();
        for (const write of all.flat()) put(tables[write.section], write.row, 1);
        const bytes = new FrameWriter().write({ catalogId: 7, timeUs: 123.5, eventId: 2 ** 32 + 5, pass: 1 }, keyed.map((layout) => tables[layout.name]), unkeyed.map((layout) => rowsSource(layout.name, rowsOf(tables[layout.name]) as never)));
        const frame = decodeFrame(bytes);
        expect(frame).toMatchObject({ full: true, catalogId: 7, timeUs: 123.5, eventId: 5, frameNumber: 0 });
        const received = newTables();
        apply(frame, received);
        for (const { name } of sectionLayouts) expect(rowsOf(received[name])).toEqual(rowsOf(tables[name]));
      }),
      { seed: 71, numRuns: 200 },
    );
  });

  it('bring every receiver to the same rows, however often each one gets a frame', () => {
    fc.assert(
      fc.property(passes, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (all, sends) => {
        const tables = newTables();
        const writer = new FrameWriter();
        const received = newTables();
        all.forEach((writes, index) => {
          for (const write of writes.filter(({ section }) => tables[section].layout.keyColumns > 0)) put(tables[write.section], write.row, index + 1);
          if (!sends[index] && index < all.length - 1) return;
          const bytes = writer.write({ catalogId: 1, timeUs: index, eventId: index, pass: index + 1 }, keyed.map((layout) => tables[layout.name]), []);
          apply(decodeFrame(bytes), received);
        });
        for (const { name } of keyed) {
          expect(received[name].rowCount).toBe(tables[name].rowCount);
          expect(rowsOf(received[name])).toEqual(expect.arrayContaining(rowsOf(tables[name])));
        }
      }),
      { seed: 72, numRuns: 200 },
    );
  });

  it('carry, as a delta, only the rows that changed', () => {
    const table = new FrameTable('partitions');
    const row = { partition: 0, leader: 1, leaderEpoch: 4, partitionEpoch: 9, isrSize: 3, elrSize: 0, pendingLeader: -1 };
    table.put(row, 1);
    table.put({ ...row, partition: 1 }, 1);
    const writer = new FrameWriter();
    const moment = { catalogId: 1, timeUs: 0, eventId: 1, pass: 1 };
    expect(decodeFrame(writer.write(moment, [table], [])).sections.partitions?.rowCount).toBe(2);
    expect(table.put(row, 2)).toBe(false);
    expect(table.put({ ...row, partition: 1, leader: 2 }, 2)).toBe(true);
    const delta = decodeFrame(writer.write({ ...moment, pass: 2 }, [table], []));
    expect(delta.full).toBe(false);
    expect([...(delta.sections.partitions?.columns.partition ?? [])]).toEqual([1]);
    expect(decodeFrame(writer.write({ ...moment, pass: 3 }, [table], [])).sections).toEqual({});
  });

  it('are full again when the catalog is another one', () => {
    const table = new FrameTable('groups');
    table.put({ group: 0, state: 3, generation: 2, coordinator: 1 }, 1);
    const writer = new FrameWriter();
    writer.write({ catalogId: 1, timeUs: 0, eventId: 1, pass: 1 }, [table], []);
    const frame = decodeFrame(writer.write({ catalogId: 2, timeUs: 0, eventId: 1, pass: 1 }, [table], []));
    expect(frame.full).toBe(true);
    expect(frame.sections.groups?.rowCount).toBe(1);
  });

  it('do not report a row as changed because a column cannot hold its value exactly', () => {
    const table = new FrameTable('totals');
    const totals = { acknowledged: Number.NaN, durable: 0, atRisk: 0, lost: 0, awaiting: 0, unread: 0, appendedPerSecond: 0, flightsOmitted: 0 };
    expect(table.put(totals, 1)).toBe(true);
    const keyedTable = new FrameTable('consumers');
    const consumer = { client: 1, flags: 0, generation: 1, consumed: Number.NaN, heartbeatDueUs: -1 };
    keyedTable.put(consumer, 1);
    expect(keyedTable.put(consumer, 2)).toBe(false);
  });

  it('are read as views over the received bytes, and from a copy only when those are not aligned', () => {
    const table = new FrameTable('epochs');
    table.put({ partition: 3, broker: 2, epoch: 5, startOffset: 9223372036854775807n, gone: 0 }, 1);
    const bytes = new FrameWriter().write({ catalogId: 1, timeUs: 0, eventId: 1, pass: 1 }, [table], []);
    expect(decodeFrame(bytes).sections.epochs?.columns.startOffset.buffer).toBe(bytes.buffer);
    const shifted = new Uint8Array(bytes.byteLength + 3).subarray(3);
    shifted.set(bytes);
    const columns = decodeFrame(shifted).sections.epochs?.columns;
    expect(columns?.startOffset.buffer).not.toBe(shifted.buffer);
    expect(columns?.startOffset[0]).toBe(9223372036854775807n);
  });

  it('that are cut short, at whatever byte, are refused with the position', () => {
    const table = new FrameTable('members');
    table.put({ member: 1, flags: 0, sessionDueUs: 4.5 }, 1);
    const bytes = new FrameWriter().write({ catalogId: 1, timeUs: 0, eventId: 1, pass: 1 }, [table], []);
    for (let size = 0; size < bytes.byteLength; size++) {
      expect(() => decodeFrame(bytes.slice(0, size))).toThrow(FrameError);
    }
  });

  it('whose bytes are damaged are refused or read, but never read out of bounds', () => {
    const bytes = encodeFrame({ full: true, catalogId: 1, timeUs: 0, eventId: 0, frameNumber: 0 }, [{ layout: sectionLayouts[0] as (typeof sectionLayouts)[0], rowCount: 3, fill: () => undefined }]);
    let refused = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.byteLength - 1 }), fc.integer({ min: 1, max: 255 }), (position, change) => {
        const damaged = bytes.slice();
        damaged[position] = (damaged[position] as number) ^ change;
        try {
          decodeFrame(damaged);
        } catch (error) {
          if (!(error instanceof FrameError)) throw error;
          refused++;
        }
      }),
      { seed: 73, numRuns: 1000 },
    );
    expect(refused).toBeGreaterThan(10);
  });
});
