/** The figures under a strip, on an etched plate so that the waterline passes behind them. */
import type { CorePicture, ReplicaPicture } from '#renderer/model/core-picture.ts';
import { padlock, snowflake, star, stop, triangleUp, unplugged, warning } from '#renderer/stage/draw/glyphs.ts';
import { faint, fillBox, text, textWidth } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';
import type { ShelfMetrics } from '#renderer/stage/layout/shelf-metrics.ts';
import { countText } from '#renderer/texts/numbers.ts';

/** One line of figures: a sign, and texts. */
type Line = (pen: Pen, x: number, baseline: number, right: number) => void;

export interface FiguresPlace {
  /** The core's edges and the shelf's top. */
  x0: number;
  x1: number;
  y: number;
  metrics: ShelfMetrics;
}

export function drawFigures(pen: Pen, place: FiguresPlace, core: CorePicture, replica: ReplicaPicture, groupHue: string): void {
  const { metrics } = place;
  const shown = figureLines(pen, place, core, replica, groupHue).slice(0, metrics.lines);
  const top = place.y + metrics.plateTop;
  const bottom = place.y + metrics.firstLine + (shown.length - 1) * metrics.lineHeight + 6;
  fillBox(pen, place.x0 + 4, top, place.x1 - place.x0 - 8, bottom - top, 5, faint(pen.palette.bg0, 0.74));
  shown.forEach((draw, at) => draw(pen, place.x0 + 7, place.y + metrics.firstLine + at * metrics.lineHeight, place.x1 - 7));
}

function figureLines(pen: Pen, place: FiguresPlace, core: CorePicture, replica: ReplicaPicture, groupHue: string): Line[] {
  const lines = offsetLines(pen, place, replica);
  if (replica.standing === 'offline') {
    lines.push(replica.holdsHighWatermark ? signLine(stop, 'holds the HW', 'fault') : signLine(snowflake, 'frozen', 'text3'));
    return lines;
  }
  if (replica.isLeader) {
    lines.push(...leaderLines(core, replica, groupHue));
    return lines;
  }
  if (core.leader < 0) lines.push(signLine(unplugged, 'no leader', 'fault'));
  // The ring of this line moves with time and is drawn over it.
  else lines.push((p, x, baseline) => {
    text(p, x + 19, baseline, 'fetch', { color: p.palette.text3 });
    text(p, x + 55, baseline, String(replica.logEndOffset), { font: 'figure' });
  });
  return lines;
}

function offsetLines(pen: Pen, place: FiguresPlace, replica: ReplicaPicture): Line[] {
  const dim = replica.standing === 'offline';
  const weak = dim ? pen.palette.text3 : pen.palette.text2;
  const strong = dim ? pen.palette.text3 : pen.palette.text1;
  const highWatermark = String(replica.highWatermark);
  const logEnd = String(replica.logEndOffset);
  const together = 21 + textWidth(pen, highWatermark, 'figure') + 8 + 28 + textWidth(pen, logEnd, 'figure');
  const width = place.x1 - place.x0 - 14;
  if (together <= width) {
    const middle = Math.max(53, 21 + textWidth(pen, highWatermark, 'figure'));
    return [
      (p, x, baseline, right) => {
        text(p, x, baseline, 'HW', { color: p.palette.text3 });
        const logEndLabel = right - textWidth(p, logEnd, 'figure') - 6 - 23;
        text(p, Math.min(x + middle, logEndLabel - 7), baseline, highWatermark, { font: 'figure', align: 'right', color: weak });
        text(p, logEndLabel, baseline, 'LEO', { color: p.palette.text3 });
        text(p, right, baseline, logEnd, { font: 'figure', align: 'right', color: strong });
      },
    ];
  }
  return [offsetLine('HW', highWatermark, weak), offsetLine('LEO', logEnd, strong)];
}

function offsetLine(name: string, value: string, color: string): Line {
  return (p, x, baseline, right) => {
    text(p, x, baseline, name, { color: p.palette.text3 });
    text(p, right, baseline, value, { font: 'figure', align: 'right', color });
  };
}

function leaderLines(core: CorePicture, replica: ReplicaPicture, groupHue: string): Line[] {
  const lines: Line[] = [];
  const { committed, lag } = core;
  if (committed !== undefined && lag !== undefined) {
    lines.push((p, x, baseline, right) => {
      triangleUp(p, x + 6, baseline - 8, 4, 7, groupHue);
      text(p, x + 15, baseline, String(committed), { font: 'figure' });
      const after = x + 15 + textWidth(p, String(committed), 'figure') + 7;
      text(p, after, baseline, lag === 0n ? 'no lag' : `lag ${countText(lag)}`, { color: lag === 0n ? p.palette.text3 : p.palette.text2, width: right - after });
    });
  }
  if (replica.lastStableOffset < replica.highWatermark) {
    lines.push((p, x, baseline) => {
      padlock(p, x + 6, baseline - 4, p.palette.text2);
      text(p, x + 15, baseline, String(replica.lastStableOffset), { font: 'figure' });
      text(p, x + 22 + textWidth(p, String(replica.lastStableOffset), 'figure'), baseline, 'LSO', { color: p.palette.text3 });
    });
  }
  if (core.preferredLeader !== replica.broker) {
    lines.push((p, x, baseline, right) => {
      star(p, x + 6, baseline - 4, p.palette.text3);
      text(p, x + 15, baseline, `prefers ${core.preferredLeader}`, { color: p.palette.text3, width: right - x - 15 });
    });
  }
  return lines;
}

function signLine(sign: (pen: Pen, x: number, y: number, color: string) => void, words: string, color: 'fault' | 'text3'): Line {
  return (p, x, baseline, right) => {
    sign(p, x + 6, baseline - 4, p.palette[color]);
    text(p, x + 18, baseline, words, { font: color === 'fault' ? 'strong' : 'text', color: p.palette[color], width: right - x - 18 });
  };
}

/** Where the ring of a follower's next fetch stands: the line after its offsets. */
export function fetchRingPlace(pen: Pen, place: FiguresPlace, replica: ReplicaPicture): { x: number; y: number } | undefined {
  const line = offsetLines(pen, place, replica).length;
  if (line >= place.metrics.lines) return undefined;
  return { x: place.x0 + 14, y: place.y + place.metrics.firstLine + line * place.metrics.lineHeight - 4 };
}

/** The figures of a replica that has stepped out of line. */
export function drawOutFigures(pen: Pen, place: FiguresPlace, core: CorePicture, replica: ReplicaPicture): void {
  const { metrics } = place;
  const leader = core.replicas.find((other) => other.isLeader);
  const behind = leader === undefined ? undefined : leader.logEndOffset - replica.logEndOffset;
  const lines = offsetLines(pen, place, replica);
  lines.push(signLine(warning, behind === undefined ? 'no leader' : behind < 0n ? `${countText(-behind)} ahead` : `${countText(behind)} behind`, 'fault'));
  lines.slice(0, metrics.lines).forEach((draw, at) => draw(pen, place.x0 + 7, place.y + metrics.firstLine + at * metrics.lineHeight, place.x1 - 7));
}
