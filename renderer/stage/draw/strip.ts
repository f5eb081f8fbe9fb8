/**
 * A replica's log as a strip of cells, offsets from left to right: filled below its own high watermark, outlined above it, older
 * leader epochs in a paler band, a torn edge where the log goes on to the left, an open bracket at the log end offset.
 */
import type { EpochStart } from '#renderer/model/view-model.ts';
import { cellsFrom } from '#renderer/model/core-picture.ts';
import { faint, line, polyline } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';

export const cellPitch = 8;
const cellGap = 1;

export interface StripShape {
  x: number;
  y: number;
  height: number;
  /** Offset of the first cell's place, and how many places there are. */
  base: bigint;
  cells: number;
  pitch?: number;
}

export interface StripLog {
  logStartOffset: bigint;
  logEndOffset: bigint;
  highWatermark: bigint;
  epochs: readonly EpochStart[];
  isLeader: boolean;
}

/** What is still to glide, in cells; the true values are in the log. */
export interface StripMotion {
  base: number;
  logEnd: number;
  highWatermark: number;
}

export const noMotion: StripMotion = { base: 0, logEnd: 0, highWatermark: 0 };

export function drawStrip(pen: Pen, shape: StripShape, log: StripLog, hue: string, motion: StripMotion = noMotion): void {
  const pitch = shape.pitch ?? cellPitch;
  const at = (cells: number): number => shape.x + (cells + motion.base) * pitch;
  const logEnd = cellsFrom(shape.base, log.logEndOffset) - motion.logEnd;
  const highWatermark = cellsFrom(shape.base, log.highWatermark) - motion.highWatermark;
  const logStart = cellsFrom(shape.base, log.logStartOffset);
  // While the window glides, cells that are about to leave are still there.
  const first = Math.max(-Math.ceil(Math.max(0, motion.base)), logStart);
  const seam = currentEpochStart(shape.base, log.epochs);
  drawCells(pen, shape, { first, logEnd, highWatermark, seam }, log.isLeader, hue, motion);
  if (logEnd > 0 && logStart < 0) tornEdge(pen, shape.x - 4, shape.y, shape.height);
  else if (logStart > 0 && logStart <= logEnd) logStartMark(pen, at(logStart) - 1.5, shape.y, shape.height);
  if (logEnd >= 0) bracket(pen, at(logEnd), shape.y, shape.height);
  else behindMark(pen, shape.x, shape.y + shape.height / 2);
}

interface CellRange {
  first: number;
  logEnd: number;
  highWatermark: number;
  seam: number;
}

function drawCells(pen: Pen, shape: StripShape, range: CellRange, isLeader: boolean, hue: string, motion: StripMotion): void {
  const { ctx, palette } = pen;
  const pitch = shape.pitch ?? cellPitch;
  const gap = pitch > 14 ? 2 : cellGap;
  const wide = pitch - gap - 1;
  const last = Math.min(Math.ceil(range.logEnd), shape.cells + 2);
  const alpha = isLeader ? palette.alpha.leader : palette.alpha.follower;
  const left = (k: number): number => Math.max(shape.x, shape.x + (k + motion.base) * pitch) + 0.5;
  /** What is left of a cell's width at the strip's left edge. */
  const seen = (k: number): number => wide - Math.max(0, -(k + motion.base) * pitch);
  // Three passes, each one path: a fill for the older band, a fill for the current epoch, the outlines.
  for (const band of [true, false]) {
    ctx.beginPath();
    for (let k = range.first; k < last; k++) {
      const filled = Math.min(1, range.highWatermark - k, range.logEnd - k);
      if (filled <= 0 || k < range.seam !== band || seen(k) <= 0) continue;
      ctx.roundRect(left(k), shape.y + 0.5, Math.min(seen(k), wide * filled), shape.height - 1, 1.5);
    }
    ctx.fillStyle = faint(hue, band ? alpha * palette.alpha.band : alpha);
    ctx.fill();
  }
  for (const isUnder of [true, false]) {
    ctx.beginPath();
    for (let k = range.first; k < last; k++) {
      if (k + 1 <= range.highWatermark !== isUnder || seen(k) <= 0) continue;
      ctx.roundRect(left(k), shape.y + 0.5, Math.max(0.5, Math.min(seen(k), wide * Math.min(1, range.logEnd - k))), shape.height - 1, 1.5);
    }
    ctx.strokeStyle = isUnder ? faint(hue, palette.alpha.edge) : hue;
    ctx.lineWidth = isUnder ? 1 : 1.1;
    ctx.stroke();
  }
}

/** Where the newest leader epoch of this log begins, in cells. */
export function currentEpochStart(base: bigint, epochs: readonly EpochStart[]): number {
  const newest = epochs.at(-1);
  return newest === undefined ? 0 : cellsFrom(base, newest.startOffset);
}

/** Epochs as stripes under the records, alternating, with a notch at each seam. */
export function drawEpochStripes(pen: Pen, shape: StripShape, log: StripLog, hue: string, y: number, motion: StripMotion = noMotion): void {
  const { ctx } = pen;
  const pitch = shape.pitch ?? cellPitch;
  const end = Math.min(cellsFrom(shape.base, log.logEndOffset) - motion.logEnd, shape.cells + 1);
  const start = Math.max(0, cellsFrom(shape.base, log.logStartOffset));
  const at = (cells: number): number => shape.x + (Math.max(cells, -motion.base) + motion.base) * pitch;
  const epochs: readonly EpochStart[] = log.epochs.length === 0 ? [{ epoch: 0, startOffset: log.logStartOffset }] : log.epochs;
  epochs.forEach((epoch, index) => {
    const next = epochs[index + 1];
    const from = Math.max(start, index === 0 ? start : cellsFrom(shape.base, epoch.startOffset));
    const to = next === undefined ? end : Math.min(end, cellsFrom(shape.base, next.startOffset));
    if (to <= from) return;
    const isNewest = next === undefined;
    const isEven = (epochs.length - 1 - index) % 2 === 0;
    ctx.fillStyle = faint(hue, isNewest ? 0.8 : isEven ? 0.5 : 0.35);
    ctx.beginPath();
    ctx.roundRect(at(from), y, Math.max(1, at(to) - at(from) - 1), 3, 1);
    ctx.fill();
    if (index > 0 && cellsFrom(shape.base, epoch.startOffset) > 0) line(pen, at(from) - 1, y - 2, at(from) - 1, y + 4, pen.palette.text3, 1);
  });
}

function tornEdge(pen: Pen, x: number, y: number, height: number): void {
  const step = height / 6;
  const points: [number, number][] = [];
  for (let k = 0; k <= 6; k++) points.push([x + (k % 2 === 0 ? 0 : 3), y + k * step]);
  polyline(pen, points, pen.palette.text3, 1);
}

function logStartMark(pen: Pen, x: number, y: number, height: number): void {
  polyline(pen, [[x + 3, y - 3], [x, y - 3], [x, y + height + 3], [x + 3, y + height + 3]], pen.palette.text3, 1.2);
}

function bracket(pen: Pen, x: number, y: number, height: number): void {
  polyline(pen, [[x - 3, y - 4], [x + 1, y - 4], [x + 1, y + height + 4], [x - 3, y + height + 4]], pen.palette.text1, 1.4);
}

/** The log ends left of what the strip shows. */
function behindMark(pen: Pen, x: number, y: number): void {
  for (const dx of [0, 5]) polyline(pen, [[x + 4 + dx, y - 4], [x + dx, y], [x + 4 + dx, y + 4]], pen.palette.text2, 1.3);
}
