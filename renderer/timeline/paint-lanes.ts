/** The lanes of the timeline on a canvas: leader epochs, ISR, rebalances, faults, throughput; one lane alone when room is short. */
import { area, line as lineShape, scaleLinear, ticks } from 'd3';
import type { LaneMark, LaneSpan, Timeline } from '#renderer/state/timeline-store.ts';
import type { Palette } from '#renderer/stage/palette.ts';
import { withAlpha } from '#renderer/stage/palette.ts';
import { rateText } from '#renderer/texts/numbers.ts';

export interface LanesRoom {
  width: number;
  height: number;
  /** Width of the labels at the left, as wide as the rail above. */
  labels: number;
}

interface Lane {
  ctx: CanvasRenderingContext2D;
  palette: Palette;
  x: (timeUs: number) => number;
  x0: number;
  x1: number;
  y: number;
  height: number;
  nowUs: number;
}

const spansUs = [10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400].map((seconds) => seconds * 1e6);
const rulerHeight = 20;
const laneHeightMin = 17;
const textFont = '430 12px "Inter Variable", sans-serif';
const figureFont = '500 12px "JetBrains Mono Variable", monospace';

/** Time that the lanes cover: a round span that holds the run so far, with some empty glass ahead; longer runs scroll. */
export function lanesWindow(timeline: Timeline, nowUs: number): { fromUs: number; toUs: number } {
  const begin = Number.isFinite(timeline.firstUs) ? timeline.firstUs : 0;
  const lengthUs = Math.max(0, nowUs - begin);
  const spanUs = spansUs.find((span) => span * 0.86 >= lengthUs) ?? 600e6;
  const capped = Math.min(spanUs, 600e6);
  const fromUs = lengthUs > capped * 0.86 ? nowUs - capped * 0.86 : begin;
  return { fromUs, toUs: fromUs + capped };
}

export function paintLanes(ctx: CanvasRenderingContext2D, palette: Palette, room: LanesRoom, timeline: Timeline, nowUs: number): void {
  const { fromUs, toUs } = lanesWindow(timeline, nowUs);
  const x0 = room.labels;
  const x1 = room.width - 16;
  const scale = scaleLinear().domain([fromUs, toUs]).range([x0, x1]);
  const x = (timeUs: number): number => scale(timeUs);
  ctx.clearRect(0, 0, room.width, room.height);
  const lanes = lanesFor(room.height);
  const laneHeight = Math.min(22, (room.height - rulerHeight - 2) / lanes.length);
  const bottom = rulerHeight + lanes.length * laneHeight;
  ruler(ctx, palette, { x, x0, x1, fromUs, toUs, bottom, nowUs });
  lanes.forEach((lane, at) => {
    const y = rulerHeight + at * laneHeight;
    ctx.fillStyle = palette.line1;
    ctx.fillRect(0, y + laneHeight - 0.5, room.width, 1);
    label(ctx, lane.name, 36, y + laneHeight / 2 + 4, palette.text2, textFont);
    lane.icon(ctx, palette, 20, y + laneHeight / 2);
    ctx.save();
    ctx.beginPath();
    ctx.rect(x0, y - 4, x1 - x0 + 4, laneHeight + 8);
    ctx.clip();
    lane.draw({ ctx, palette, x, x0, x1, y, height: laneHeight, nowUs }, timeline);
    ctx.restore();
    if (lane.name === 'Throughput') label(ctx, `${rateText(timeline.throughput.at(-1)?.perSecond ?? 0)}/s`, x0 - 10, y + laneHeight / 2 + 4, palette.text3, figureFont, 'right');
  });
  future(ctx, palette, x(nowUs), x1, bottom);
  playhead(ctx, palette, x(nowUs), bottom);
}

interface LaneDefinition {
  name: string;
  icon(ctx: CanvasRenderingContext2D, palette: Palette, x: number, y: number): void;
  draw(lane: Lane, timeline: Timeline): void;
}

const definitions: readonly LaneDefinition[] = [
  { name: 'Epochs', icon: crownIcon, draw: (lane, timeline) => marks(lane, timeline.epochs, 'square') },
  { name: 'ISR', icon: layersIcon, draw: (lane, timeline) => spans(lane, timeline.isr, 'hatched') },
  { name: 'Rebalances', icon: crossIcon, draw: (lane, timeline) => spans(lane, timeline.rebalances, 'solid') },
  { name: 'Faults', icon: boltIcon, draw: (lane, timeline) => marks(lane, timeline.faults, 'diamond') },
  { name: 'Throughput', icon: waveIcon, draw: throughput },
];

/** Short windows get one lane with everything in it. */
function lanesFor(height: number): readonly LaneDefinition[] {
  if ((height - rulerHeight) / definitions.length >= laneHeightMin) return definitions;
  return [{
    name: 'Events',
    icon: boltIcon,
    draw(lane, timeline) {
      throughput(lane, timeline);
      spans(lane, timeline.isr, 'hatched', false);
      spans(lane, timeline.rebalances, 'solid', false);
      marks(lane, timeline.epochs, 'square', false);
      marks(lane, timeline.faults, 'diamond', false);
    },
  }];
}

function label(ctx: CanvasRenderingContext2D, words: string, x: number, y: number, color: string, font: string, align: CanvasTextAlign = 'left'): void {
  ctx.font = font;
  ctx.textAlign = align;
  ctx.fillStyle = color;
  ctx.fillText(words, x, y);
}

interface Ruler {
  x: (timeUs: number) => number;
  x0: number;
  x1: number;
  fromUs: number;
  toUs: number;
  bottom: number;
  nowUs: number;
}

function ruler(ctx: CanvasRenderingContext2D, palette: Palette, { x, x0, x1, fromUs, toUs, bottom, nowUs }: Ruler): void {
  const now = x(nowUs);
  for (const seconds of ticks(fromUs / 1e6, toUs / 1e6, 10)) {
    const at = x(seconds * 1e6);
    if (at < x0 + 2) continue;
    ctx.fillStyle = palette.line1;
    ctx.fillRect(at, 14, 1, bottom - 14);
    if (at < x1 - 34 && Math.abs(at + 18 - now) > 30) label(ctx, tickText(seconds, (toUs - fromUs) / 1e6), at + 4, 13, palette.text3, figureFont);
  }
}

export function tickText(seconds: number, span: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = seconds - minutes * 60;
  const digits = span < 12 ? 1 : 0;
  return `${minutes}:${rest.toFixed(digits).padStart(digits === 0 ? 2 : 4, '0')}`;
}

/** The future is empty glass. */
function future(ctx: CanvasRenderingContext2D, palette: Palette, from: number, to: number, bottom: number): void {
  if (to <= from) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(from, 16, to - from, bottom - 16);
  ctx.clip();
  ctx.strokeStyle = palette.hatch;
  ctx.globalAlpha = 0.5;
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (let at = from - (bottom - 16); at < to; at += 12) {
    ctx.moveTo(at, bottom);
    ctx.lineTo(at + bottom - 16, 16);
  }
  ctx.stroke();
  ctx.restore();
}

function playhead(ctx: CanvasRenderingContext2D, palette: Palette, x: number, bottom: number): void {
  ctx.fillStyle = palette.meniscus;
  ctx.fillRect(x - 0.75, 6, 1.5, bottom - 6);
  ctx.beginPath();
  ctx.moveTo(x - 6, 2);
  ctx.lineTo(x + 6, 2);
  ctx.lineTo(x + 6, 8);
  ctx.lineTo(x, 14);
  ctx.lineTo(x - 6, 8);
  ctx.closePath();
  ctx.fill();
}

/** Marks with their words, where the words have room before the next mark. */
function marks(lane: Lane, list: readonly LaneMark[], shape: 'square' | 'diamond', withWords = true): void {
  const { ctx, palette, y, height } = lane;
  const middle = y + height / 2;
  const seen = list.filter((mark) => lane.x(mark.timeUs) >= lane.x0 - 6);
  let taken = lane.x0;
  seen.forEach((mark, at) => {
    const x = lane.x(mark.timeUs);
    ctx.fillStyle = shape === 'square' ? palette.control : palette.fault;
    ctx.beginPath();
    if (shape === 'square') ctx.roundRect(x - 4.5, middle - 4.5, 9, 9, 1.5);
    else {
      ctx.moveTo(x, middle - 6);
      ctx.lineTo(x + 6, middle);
      ctx.lineTo(x, middle + 6);
      ctx.lineTo(x - 6, middle);
    }
    ctx.fill();
    if (!withWords) return;
    const together = wordsOfMoment(seen, at);
    if (together === undefined) return;
    const next = seen.slice(at + 1).find((other) => other.timeUs - mark.timeUs > momentUs);
    const font = shape === 'square' ? figureFont : textFont;
    ctx.font = font;
    const width = ctx.measureText(together).width;
    const start = placeWords({ x, width, taken, limit: next === undefined ? lane.x1 : lane.x(next.timeUs) - 8, playhead: lane.x(lane.nowUs) });
    if (start === undefined) return;
    label(ctx, together, start, middle + 4, palette.text2, font);
    taken = start + width;
  });
}

/** Right of the mark; left of it where the playhead would run through the words; nowhere when there is no room. */
function placeWords({ x, width, taken, limit, playhead }: { x: number; width: number; taken: number; limit: number; playhead: number }): number | undefined {
  const right = x + 10;
  const isCrossed = playhead > right - 4 && playhead < right + width + 4;
  if (right + width < limit && !isCrossed) return right;
  const left = x - 10 - width;
  if (left > taken + 8) return left;
  return right + width < limit ? right : undefined;
}

/** What happens within a fifth of a second is one moment, told once at its first mark. */
const momentUs = 200_000;

function wordsOfMoment(list: readonly LaneMark[], at: number): string | undefined {
  const mark = list[at];
  const before = list[at - 1];
  if (mark === undefined || (before !== undefined && mark.timeUs - before.timeUs <= momentUs)) return undefined;
  const same = list.slice(at).filter((other) => other.timeUs - mark.timeUs <= momentUs);
  return same.length > 2 ? `${mark.label} and ${same.length - 1} more` : same.map((other) => other.label).join(', ');
}

function spans(lane: Lane, list: readonly LaneSpan[], kind: 'hatched' | 'solid', withWords = true): void {
  const { ctx, palette, y, height } = lane;
  const top = y + height / 2 - 5;
  const seen = list.filter((span) => lane.x(span.toUs ?? lane.nowUs) >= lane.x0);
  seen.forEach((span, at) => {
    const from = Math.max(lane.x0, lane.x(span.fromUs));
    const to = Math.max(from + 2, lane.x(span.toUs ?? lane.nowUs));
    const isOpen = span.toUs === undefined;
    ctx.beginPath();
    ctx.roundRect(from, top, to - from, 10, 2);
    if (kind === 'solid') {
      ctx.fillStyle = withAlpha(palette.groupA, isOpen ? 1 : 0.85);
      ctx.fill();
    } else hatchedSpan(ctx, palette, { from, to, top, color: isOpen ? palette.fault : palette.text3 });
    if (!withWords) return;
    ctx.font = textFont;
    const width = ctx.measureText(span.label).width;
    const next = seen[at + 1];
    const limit = next === undefined ? lane.x1 : lane.x(next.fromUs);
    const leftFree = seen[at - 1] === undefined && from - width - 8 > lane.x0;
    // An open span ends at the playhead: its words stand before it where they can.
    if (isOpen && leftFree) label(ctx, span.label, from - 6, top + 9, palette.text2, textFont, 'right');
    else if (to + 8 + width < limit && to + 8 + width < lane.x1) label(ctx, span.label, to + 6, top + 9, palette.text2, textFont);
    else if (leftFree) label(ctx, span.label, from - 6, top + 9, palette.text2, textFont, 'right');
  });
}

function hatchedSpan(ctx: CanvasRenderingContext2D, palette: Palette, { from, to, top, color }: { from: number; to: number; top: number; color: string }): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = 1;
  ctx.stroke();
  ctx.save();
  ctx.clip();
  ctx.beginPath();
  for (let x = from - 10; x < to; x += 6) {
    ctx.moveTo(x, top + 10);
    ctx.lineTo(x + 10, top);
  }
  ctx.strokeStyle = color === palette.fault ? withAlpha(palette.fault, 0.6) : palette.hatch;
  ctx.stroke();
  ctx.restore();
}

function throughput(lane: Lane, timeline: Timeline): void {
  const { ctx, palette, y, height } = lane;
  const samples = timeline.throughput.filter((sample) => lane.x(sample.timeUs) >= lane.x0 - 4);
  if (samples.length < 2) return;
  const most = Math.max(1, ...samples.map((sample) => sample.perSecond));
  const value = scaleLinear().domain([0, most]).range([y + height - 2, y + 3]);
  const x = (sample: { timeUs: number }): number => lane.x(sample.timeUs);
  ctx.fillStyle = withAlpha(palette.text2, 0.2);
  ctx.beginPath();
  area<(typeof samples)[number]>().x(x).y0(y + height - 2).y1((sample) => value(sample.perSecond)).context(ctx)(samples);
  ctx.fill();
  ctx.strokeStyle = palette.text2;
  ctx.lineWidth = 1.2;
  ctx.beginPath();
  lineShape<(typeof samples)[number]>().x(x).y((sample) => value(sample.perSecond)).context(ctx)(samples);
  ctx.stroke();
}

function outlineIcon(ctx: CanvasRenderingContext2D, palette: Palette, points: readonly (readonly [number, number])[], closed = false): void {
  ctx.strokeStyle = palette.text3;
  ctx.lineWidth = 1.2;
  ctx.lineJoin = 'round';
  ctx.beginPath();
  points.forEach(([x, y], at) => (at === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)));
  if (closed) ctx.closePath();
  ctx.stroke();
}
function crownIcon(ctx: CanvasRenderingContext2D, palette: Palette, x: number, y: number): void {
  outlineIcon(ctx, palette, [[x - 5, y + 4], [x - 6, y - 3], [x - 2.5, y], [x, y - 5], [x + 2.5, y], [x + 6, y - 3], [x + 5, y + 4]], true);
}
function layersIcon(ctx: CanvasRenderingContext2D, palette: Palette, x: number, y: number): void {
  outlineIcon(ctx, palette, [[x, y - 5], [x + 6, y - 2], [x, y + 1], [x - 6, y - 2]], true);
  outlineIcon(ctx, palette, [[x - 6, y + 2], [x, y + 5], [x + 6, y + 2]]);
}
function crossIcon(ctx: CanvasRenderingContext2D, palette: Palette, x: number, y: number): void {
  outlineIcon(ctx, palette, [[x - 6, y - 3], [x - 2, y - 3], [x + 2, y + 3], [x + 6, y + 3]]);
  outlineIcon(ctx, palette, [[x - 6, y + 3], [x - 2, y + 3], [x + 2, y - 3], [x + 6, y - 3]]);
}
function boltIcon(ctx: CanvasRenderingContext2D, palette: Palette, x: number, y: number): void {
  outlineIcon(ctx, palette, [[x + 1, y - 6], [x - 4, y + 1], [x, y + 1], [x - 1, y + 6], [x + 4, y - 1], [x, y - 1]], true);
}
function waveIcon(ctx: CanvasRenderingContext2D, palette: Palette, x: number, y: number): void {
  outlineIcon(ctx, palette, [[x - 6, y], [x - 3, y], [x - 1, y + 5], [x + 1.5, y - 5], [x + 3, y], [x + 6, y]]);
}
