/**
 * The water in a core: everything below the high watermark. Its edge is drawn in each replica at that replica's own high
 * watermark, so it bends wherever a follower has not yet learned the newest.
 */
import { faint, polygon } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';

/** The water's edge on one shelf; `isWet` false: the replica stands outside, the line passes behind it. */
export interface WaterLevel {
  x: number;
  y0: number;
  y1: number;
  isWet: boolean;
  isFrozen: boolean;
}

export interface WaterShape {
  /** Left edge and width of the core. */
  x: number;
  width: number;
  top: number;
  bottom: number;
  /** The leader's level, at the top. */
  edge: number;
  levels: readonly WaterLevel[];
}

export function drawWater(pen: Pen, shape: WaterShape, hue: string): void {
  const { ctx, palette } = pen;
  const gradient = ctx.createLinearGradient(shape.x, 0, shape.x + shape.width, 0);
  gradient.addColorStop(0, faint(hue, 0.035));
  gradient.addColorStop(1, faint(hue, palette.alpha.water * 1.35));
  const x0 = shape.x + 1;
  shape.levels.forEach((level, at) => {
    if (!level.isWet) return;
    const before = shape.levels[at - 1];
    const after = shape.levels[at + 1];
    const top = before === undefined ? shape.top : (before.y1 + level.y0) / 2;
    const bottom = after === undefined ? shape.bottom : (level.y1 + after.y0) / 2;
    const topX = before === undefined ? shape.edge : (before.x + level.x) / 2;
    const bottomX = after === undefined ? level.x : (level.x + after.x) / 2;
    ctx.globalAlpha = level.isFrozen ? 0.35 : 1;
    polygon(pen, [[x0, top], [topX, top], [level.x, level.y0], [level.x, level.y1], [bottomX, bottom], [x0, bottom]], gradient);
  });
  ctx.globalAlpha = 1;
}

export function drawWaterline(pen: Pen, shape: WaterShape, hue: string): void {
  const { ctx, palette } = pen;
  const trace = (): void => {
    ctx.beginPath();
    let x = shape.edge;
    let y = shape.top + 16;
    ctx.moveTo(x, y);
    for (const level of shape.levels) {
      ctx.bezierCurveTo(x, (y + level.y0) / 2 + 1, level.x, (y + level.y0) / 2 - 1, level.x, level.y0);
      ctx.lineTo(level.x, level.y1);
      x = level.x;
      y = level.y1;
    }
    ctx.lineTo(x, shape.bottom);
  };
  ctx.lineJoin = 'round';
  // The only glow on the stage: wide strokes under the line, no blur filter.
  for (const [width, alpha] of [[9, 0.06], [6, 0.1], [3.4, 0.2]] as const) {
    trace();
    ctx.strokeStyle = faint(hue, alpha);
    ctx.lineWidth = width;
    ctx.stroke();
  }
  trace();
  ctx.strokeStyle = faint(palette.meniscus, 0.66);
  ctx.lineWidth = 1.3;
  ctx.stroke();
}

/** The flag on top of the line. */
export function drawWaterFlag(pen: Pen, x: number, y: number): void {
  const { ctx, palette } = pen;
  polygon(pen, [[x, y], [x - 7, y + 3.5], [x, y + 7]], palette.meniscus);
  ctx.strokeStyle = palette.meniscus;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x, y + 14);
  ctx.stroke();
}
