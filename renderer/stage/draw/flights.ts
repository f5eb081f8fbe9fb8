/** Messages in flight, each kind with a shape of its own; the answers of a pull come back filled. */
import { FlightFlag } from '#engine/contract/frame.ts';
import type { Flight } from '#renderer/model/flights.ts';
import { square } from '#renderer/stage/draw/glyphs.ts';
import { circle, diamond, disc, faint, line, polygon } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';
import type { Channel } from '#renderer/stage/routes.ts';

export interface FlightMark {
  x: number;
  y: number;
  dx: number;
  dy: number;
  channel: Channel;
  /** Of the topic for produce and replication, of the group for consume. */
  hue: string;
}

/** Smaller where cores are narrow, so that the cells stay in sight. */
export function drawScaledFlight(pen: Pen, flight: Flight, mark: FlightMark, scale: number): void {
  if (scale === 1) {
    drawFlight(pen, flight, mark);
    return;
  }
  const { ctx } = pen;
  ctx.save();
  ctx.translate(mark.x, mark.y);
  ctx.scale(scale, scale);
  drawFlight(pen, flight, { ...mark, x: 0, y: 0 });
  ctx.restore();
}

function drawFlight(pen: Pen, flight: Flight, mark: FlightMark): void {
  const { palette } = pen;
  const has = (bit: number): boolean => (flight.flags & bit) !== 0;
  const { x, y, hue } = mark;
  if (flight.stands) {
    // A gate on both sides of it.
    for (const side of [-1, 1]) line(pen, x + side * 8, y - 6, x + side * 8, y + 6, palette.fault, 2);
  }
  if (has(FlightFlag.dropped)) {
    line(pen, x - mark.dx * 14, y - mark.dy * 14, x, y, faint(palette.fault, 0.6), 2);
    diamond(pen, x, y, 6, palette.fault);
    return;
  }
  if (has(FlightFlag.error)) {
    diamond(pen, x, y, 5.5, palette.fault);
    return;
  }
  const response = has(FlightFlag.response);
  switch (mark.channel) {
    case 'control':
      if (response) tail(pen, mark, palette.control, 10);
      square(pen, x, y, response ? 9 : 8, palette.control, response, palette.bg0);
      return;
    case 'coordination':
      square(pen, x, y, 6, hue, response, palette.bg0);
      return;
    case 'produce':
      if (response || has(FlightFlag.empty)) small(pen, x, y, hue);
      else full(pen, mark, hue);
      return;
    case 'replication':
      if (!response) {
        disc(pen, x, y, 4, palette.bg0);
        circle(pen, x, y, 4, hue, 1.7);
      } else if (has(FlightFlag.empty)) small(pen, x, y, hue);
      else full(pen, mark, hue);
      return;
    case 'consume':
      arrow(pen, mark, hue, response && !has(FlightFlag.empty));
  }
}

function full(pen: Pen, mark: FlightMark, hue: string): void {
  tail(pen, mark, hue, 18);
  disc(pen, mark.x, mark.y, 4.5, hue);
}

function small(pen: Pen, x: number, y: number, hue: string): void {
  disc(pen, x, y, 2.6, pen.palette.bg0);
  circle(pen, x, y, 2.6, hue, 1.3);
}

function tail(pen: Pen, mark: FlightMark, hue: string, length: number): void {
  line(pen, mark.x - mark.dx * length, mark.y - mark.dy * length, mark.x, mark.y, faint(hue, 0.45), 2);
}

function arrow(pen: Pen, mark: FlightMark, hue: string, filled: boolean): void {
  const { x, y, dx, dy } = mark;
  const size = filled ? 5.5 : 3.8;
  const points: [number, number][] = [
    [x + dx * size, y + dy * size],
    [x - dx * 3 - dy * size, y - dy * 3 + dx * size],
    [x - dx * 3 + dy * size, y - dy * 3 - dx * size],
  ];
  if (filled) {
    tail(pen, mark, hue, 16);
    polygon(pen, points, hue);
    return;
  }
  polygon(pen, points, pen.palette.bg0);
  const { ctx } = pen;
  ctx.strokeStyle = hue;
  ctx.lineWidth = 1.3;
  ctx.stroke();
}
