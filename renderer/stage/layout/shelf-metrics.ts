/** Where things lie inside a shelf, as distances from its top: the roomy arrangement at 204 px, a tight one at 132 px, and every size between. */
import { clamp } from '#renderer/stage/layout/sizes.ts';

export interface ShelfMetrics {
  /** Produce tray above the replicas, fetch tray below them. */
  produceTray: number;
  fetchTray: number;
  chipTop: number;
  chipHeight: number;
  stripTop: number;
  stripHeight: number;
  stripeTop: number;
  plateTop: number;
  /** Baseline of the first line of figures, and the distance of the next ones. */
  firstLine: number;
  lineHeight: number;
  /** Lines of figures that fit above the fetch tray. */
  lines: number;
  isTight: boolean;
}

const roomy = { produceTray: 17, fetchFromBottom: 16, chipTop: 34, chipHeight: 21, stripTop: 72, stripHeight: 26, plate: 13, firstLine: 27, lineHeight: 19 };
const tight = { produceTray: 9, fetchFromBottom: 7, chipTop: 17, chipHeight: 20, stripTop: 46, stripHeight: 20, plate: 8, firstLine: 21, lineHeight: 16 };

export function shelfMetrics(shelfHeight: number): ShelfMetrics {
  const share = clamp((shelfHeight - 132) / (204 - 132), 0, 1);
  const between = (name: keyof typeof roomy): number => Math.round(tight[name] + (roomy[name] - tight[name]) * share);
  const extra = Math.max(0, shelfHeight - 204);
  const stripTop = between('stripTop') + Math.round(extra * 0.3);
  const stripHeight = between('stripHeight') + Math.round(extra * 0.2);
  const stripeTop = stripTop + stripHeight + 3;
  const fetchTray = Math.round(shelfHeight - between('fetchFromBottom'));
  const firstLine = stripTop + stripHeight + between('firstLine');
  const lineHeight = between('lineHeight');
  return {
    produceTray: between('produceTray'),
    fetchTray,
    chipTop: between('chipTop') + Math.round(extra * 0.2),
    chipHeight: between('chipHeight'),
    stripTop,
    stripHeight,
    stripeTop,
    plateTop: stripTop + stripHeight + between('plate'),
    firstLine,
    lineHeight,
    lines: Math.max(1, Math.floor((fetchTray - 8 - firstLine) / lineHeight) + 1),
    isTight: shelfHeight < 188,
  };
}
