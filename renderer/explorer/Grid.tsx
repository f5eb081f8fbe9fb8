/** A dense sortable table. Rows are plain records; a column says how to read and how to show one. */
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';

export interface Column<Row> {
  name: string;
  title: string;
  isNumber?: boolean;
  sort(row: Row): number | bigint | string;
  show(row: Row): ReactNode;
}

/** More rows than this are counted, not drawn; the stage and the tree lead to any of them. */
export const rowsShownMax = 500;

interface GridProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf(row: Row): string;
  isSelected(row: Row): boolean;
  onSelect(row: Row): void;
}

export function Grid<Row>({ label, columns, rows, keyOf, isSelected, onSelect }: GridProps<Row>) {
  const [order, setOrder] = useState<{ name: string; isUp: boolean }>({ name: columns[0]?.name ?? '', isUp: true });
  const by = columns.find((column) => column.name === order.name);
  const sorted = by === undefined ? [...rows] : sortedBy(rows, by, order.isUp);
  return (
    <>
      <table className="grid" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeadCell key={column.name} column={column} order={order} onOrder={setOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, rowsShownMax).map((row) => (
            <tr key={keyOf(row)} aria-selected={isSelected(row)} onClick={() => onSelect(row)}>
              {columns.map((column) => (
                <td key={column.name} className={column.isNumber === true ? 'right num' : undefined}>
                  {column.show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > rowsShownMax ? <div className="explorer-head small quiet">and {rows.length - rowsShownMax} more</div> : null}
    </>
  );
}

function HeadCell<Row>({ column, order, onOrder }: { column: Column<Row>; order: { name: string; isUp: boolean }; onOrder: (order: { name: string; isUp: boolean }) => void }) {
  const isSorted = order.name === column.name;
  const Arrow = order.isUp ? ArrowUp : ArrowDown;
  return (
    <th className={column.isNumber === true ? 'right' : undefined} aria-sort={isSorted ? (order.isUp ? 'ascending' : 'descending') : undefined}>
      <button type="button" onClick={() => onOrder({ name: column.name, isUp: isSorted ? !order.isUp : true })}>
        {column.title} {isSorted ? <Arrow size={12} className="icon" /> : null}
      </button>
    </th>
  );
}

export function sortedBy<Row>(rows: readonly Row[], column: Column<Row>, isUp: boolean): Row[] {
  const valueOf = column.sort;
  return rows.toSorted((a, b) => compare(valueOf(a), valueOf(b)) * (isUp ? 1 : -1));
}

function compare(a: number | bigint | string, b: number | bigint | string): number {
  if (typeof a === 'string' || typeof b === 'string') return String(a).localeCompare(String(b), 'en', { numeric: true });
  return a < b ? -1 : a > b ? 1 : 0;
}
