/** The hand that draws: a 2D context with the palette and the few strokes that every mark is made of. */
import type { Palette } from '#renderer/stage/palette.ts';
import { withAlpha } from '#renderer/stage/palette.ts';

export type Context2D = OffscreenCanvasRenderingContext2D;

export const fonts = {
  text: '430 12px Inter, sans-serif',
  strong: '550 12px Inter, sans-serif',
  bold: '600 12px Inter, sans-serif',
  head: '600 13px Inter, sans-serif',
  figure: '500 12px "JetBrains Mono", monospace',
} as const;
export type FontName = keyof typeof fonts;

export interface TextStyle {
  font?: FontName;
  color?: string;
  align?: CanvasTextAlign;
  /** Cut with an ellipsis so that it is no wider. */
  width?: number;
  /** A rim of the background's colour, so that it reads on lines. */
  halo?: boolean;
}

export interface Pen {
  ctx: Context2D;
  palette: Palette;
  hatch(color: string, spacing?: number): CanvasPattern | string;
}

export function createPen(ctx: Context2D, palette: Palette): Pen {
  const patterns = new Map<string, CanvasPattern>();
  return {
    ctx,
    palette,
    hatch(color, spacing = 8) {
      const key = `${color} ${spacing}`;
      const known = patterns.get(key);
      if (known !== undefined) return known;
      const made = hatchPattern(ctx, color, spacing);
      if (made === null) return color;
      patterns.set(key, made);
      return made;
    },
  };
}

/** Diagonal lines that join at the tile's edges. */
function hatchPattern(ctx: Context2D, color: string, size: number): CanvasPattern | null {
  const tile = new OffscreenCanvas(size, size);
  const t = tile.getContext('2d');
  if (t === null) return null;
  t.strokeStyle = color;
  t.lineWidth = 1.3;
  for (const shift of [-size, 0, size]) {
    t.beginPath();
    t.moveTo(shift, size);
    t.lineTo(shift + size, 0);
    t.stroke();
  }
  return ctx.createPattern(tile, 'repeat');
}

const widths = new Map<string, number>();

export function textWidth(pen: Pen, text: string, font: FontName): number {
  const key = `${font} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  pen.ctx.font = fonts[font];
  const width = pen.ctx.measureText(text).width;
  if (widths.size > 4_000) widths.clear();
  widths.set(key, width);
  return width;
}

function shortened(pen: Pen, text: string, font: FontName, width: number): string {
  if (textWidth(pen, text, font) <= width) return text;
  let end = text.length - 1;
  while (end > 1 && textWidth(pen, `${text.slice(0, end)}…`, font) > width) end--;
  return `${text.slice(0, end)}…`;
}

export function text(pen: Pen, x: number, y: number, value: string, style: TextStyle = {}): void {
  const { ctx, palette } = pen;
  const font = style.font ?? 'text';
  const shown = style.width === undefined ? value : shortened(pen, value, font, style.width);
  ctx.font = fonts[font];
  ctx.textAlign = style.align ?? 'left';
  ctx.textBaseline = 'alphabetic';
  if (style.halo === true) {
    ctx.strokeStyle = palette.bg0;
    ctx.lineWidth = 4;
    ctx.lineJoin = 'round';
    ctx.strokeText(shown, x, y);
  }
  ctx.fillStyle = style.color ?? palette.text2;
  ctx.fillText(shown, x, y);
}

export function line(pen: Pen, x1: number, y1: number, x2: number, y2: number, color: string, width = 1, dash?: readonly number[]): void {
  const { ctx } = pen;
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  if (dash !== undefined) ctx.setLineDash([...dash]);
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
  if (dash !== undefined) ctx.setLineDash([]);
}

export function fillBox(pen: Pen, x: number, y: number, width: number, height: number, radius: number, fill: string | CanvasPattern | CanvasGradient): void {
  const { ctx } = pen;
  ctx.fillStyle = fill;
  if (radius <= 0) {
    ctx.fillRect(x, y, width, height);
    return;
  }
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, radius);
  ctx.fill();
}

export function strokeBox(pen: Pen, x: number, y: number, width: number, height: number, radius: number, color: string, lineWidth = 1, dash?: readonly number[]): void {
  const { ctx } = pen;
  ctx.strokeStyle = color;
  ctx.lineWidth = lineWidth;
  if (dash !== undefined) ctx.setLineDash([...dash]);
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, radius);
  ctx.stroke();
  if (dash !== undefined) ctx.setLineDash([]);
}

export function disc(pen: Pen, x: number, y: number, radius: number, fill: string): void {
  pen.ctx.fillStyle = fill;
  pen.ctx.beginPath();
  pen.ctx.arc(x, y, radius, 0, Math.PI * 2);
  pen.ctx.fill();
}

export function circle(pen: Pen, x: number, y: number, radius: number, color: string, width: number): void {
  pen.ctx.strokeStyle = color;
  pen.ctx.lineWidth = width;
  pen.ctx.beginPath();
  pen.ctx.arc(x, y, radius, 0, Math.PI * 2);
  pen.ctx.stroke();
}

export function diamond(pen: Pen, x: number, y: number, radius: number, fill: string): void {
  polygon(pen, [[x, y - radius], [x + radius, y], [x, y + radius], [x - radius, y]], fill);
}

export function polygon(pen: Pen, points: readonly (readonly [number, number])[], fill: string | CanvasGradient): void {
  const { ctx } = pen;
  ctx.fillStyle = fill;
  ctx.beginPath();
  points.forEach(([x, y], at) => (at === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)));
  ctx.closePath();
  ctx.fill();
}

export function polyline(pen: Pen, points: readonly (readonly [number, number])[], color: string, width: number): void {
  const { ctx } = pen;
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.beginPath();
  points.forEach(([x, y], at) => (at === 0 ? ctx.moveTo(x, y) : ctx.lineTo(x, y)));
  ctx.stroke();
}

/** A ring that empties: what is left of a timer, clockwise from the top. */
export function ring(pen: Pen, x: number, y: number, radius: number, share: number, color: string, width = 2): void {
  circle(pen, x, y, radius, pen.palette.line2, width);
  if (share <= 0) return;
  const { ctx } = pen;
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.beginPath();
  ctx.arc(x, y, radius, -Math.PI / 2, -Math.PI / 2 + Math.PI * 2 * Math.min(1, share));
  ctx.stroke();
}

export function faint(color: string, alpha: number): string {
  return withAlpha(color, alpha);
}
