/** Small signs drawn with the pen, each told apart by its shape. (x, y) is the middle. */
import { diamond, line, polygon, polyline } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';

export function padlock(pen: Pen, x: number, y: number, color: string): void {
  const { ctx } = pen;
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.3;
  ctx.beginPath();
  ctx.roundRect(x - 4, y - 1, 8, 6, 1);
  ctx.moveTo(x - 2.5, y - 1);
  ctx.lineTo(x - 2.5, y - 3);
  ctx.arc(x, y - 3, 2.5, Math.PI, 0);
  ctx.lineTo(x + 2.5, y - 1);
  ctx.stroke();
}

export function star(pen: Pen, x: number, y: number, color: string): void {
  const points: [number, number][] = [];
  for (let k = 0; k <= 10; k++) {
    const angle = (k / 10) * Math.PI * 2 - Math.PI / 2;
    const radius = k % 2 === 0 ? 5.5 : 2.4;
    points.push([x + Math.cos(angle) * radius, y + Math.sin(angle) * radius]);
  }
  pen.ctx.lineJoin = 'round';
  polyline(pen, points, color, 1.1);
}

export function snowflake(pen: Pen, x: number, y: number, color: string): void {
  for (let k = 0; k < 3; k++) {
    const angle = (k / 3) * Math.PI;
    const dx = Math.cos(angle) * 5;
    const dy = Math.sin(angle) * 5;
    line(pen, x - dx, y - dy, x + dx, y + dy, color, 1.1);
  }
}

export function unplugged(pen: Pen, x: number, y: number, color: string): void {
  line(pen, x - 6, y, x - 2.5, y, color, 1.4);
  line(pen, x - 2.5, y - 3, x - 2.5, y + 3, color, 1.4);
  line(pen, x + 2.5, y - 3, x + 2.5, y + 3, color, 1.4);
  line(pen, x + 2.5, y, x + 6, y, color, 1.4);
  line(pen, x - 1, y - 4.5, x + 1, y + 4.5, color, 1.1);
}

export function warning(pen: Pen, x: number, y: number, color: string): void {
  pen.ctx.lineJoin = 'round';
  polyline(pen, [[x, y - 5], [x + 5.5, y + 4.5], [x - 5.5, y + 4.5], [x, y - 5]], color, 1.3);
  line(pen, x, y - 1.8, x, y + 1.4, color, 1.3);
  line(pen, x, y + 2.6, x, y + 3.6, color, 1.3);
}

export function stop(pen: Pen, x: number, y: number, color: string): void {
  const points: [number, number][] = [];
  for (let k = 0; k <= 8; k++) {
    const angle = (k / 8) * Math.PI * 2 + Math.PI / 8;
    points.push([x + Math.cos(angle) * 5.6, y + Math.sin(angle) * 5.6]);
  }
  polyline(pen, points, color, 1.2);
  line(pen, x - 2, y - 2, x + 2, y + 2, color, 1.2);
  line(pen, x + 2, y - 2, x - 2, y + 2, color, 1.2);
}

/** A paper plane: a client that sends. */
export function plane(pen: Pen, x: number, y: number, color: string): void {
  pen.ctx.lineJoin = 'round';
  polyline(pen, [[x + 6, y - 6], [x - 6, y - 1.5], [x - 1, y + 1], [x + 1.5, y + 6], [x + 6, y - 6], [x - 1, y + 1]], color, 1.3);
}

/** A plug: a client from outside. */
export function socket(pen: Pen, x: number, y: number, color: string): void {
  const { ctx } = pen;
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.3;
  ctx.beginPath();
  ctx.roundRect(x - 4, y - 2, 8, 6, 2);
  ctx.moveTo(x - 2, y - 2);
  ctx.lineTo(x - 2, y - 5.5);
  ctx.moveTo(x + 2, y - 2);
  ctx.lineTo(x + 2, y - 5.5);
  ctx.moveTo(x, y + 4);
  ctx.lineTo(x, y + 6.5);
  ctx.stroke();
}

export function people(pen: Pen, x: number, y: number, color: string): void {
  const { ctx } = pen;
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.3;
  ctx.beginPath();
  ctx.arc(x - 1.5, y - 2.5, 2.6, 0, Math.PI * 2);
  ctx.moveTo(x + 4, y + 5.5);
  ctx.arc(x - 1.5, y + 5.5, 5.5, 0, Math.PI, true);
  ctx.moveTo(x + 3, y - 5);
  ctx.arc(x + 2.5, y - 2.5, 2.6, -Math.PI / 2, Math.PI / 2);
  ctx.moveTo(x + 6.5, y + 5.5);
  ctx.arc(x + 2.5, y + 5, 4.4, 0, -Math.PI / 3, true);
  ctx.stroke();
}

/** Three points with the middle one higher: the notch of the crown on a leader's chip, drawn as part of its outline. */
export function crownOutline(pen: Pen, x: number, y: number, width: number, height: number): void {
  const { ctx } = pen;
  const middle = width / 2;
  ctx.beginPath();
  ctx.moveTo(x, y + 4);
  ctx.quadraticCurveTo(x, y, x + 4, y);
  ctx.lineTo(x + middle - 8, y);
  ctx.lineTo(x + middle - 4, y - 5);
  ctx.lineTo(x + middle, y);
  ctx.lineTo(x + middle + 4, y - 5);
  ctx.lineTo(x + middle + 8, y);
  ctx.lineTo(x + width - 4, y);
  ctx.quadraticCurveTo(x + width, y, x + width, y + 4);
  ctx.lineTo(x + width, y + height - 4);
  ctx.quadraticCurveTo(x + width, y + height, x + width - 4, y + height);
  ctx.lineTo(x + 4, y + height);
  ctx.quadraticCurveTo(x, y + height, x, y + height - 4);
  ctx.closePath();
}

export function triangleUp(pen: Pen, x: number, y: number, halfWidth: number, height: number, color: string): void {
  polygon(pen, [[x, y], [x + halfWidth, y + height], [x - halfWidth, y + height]], color);
}

export function square(pen: Pen, x: number, y: number, size: number, color: string, filled: boolean, background: string): void {
  const { ctx } = pen;
  ctx.beginPath();
  ctx.roundRect(x - size / 2, y - size / 2, size, size, 1.6);
  ctx.fillStyle = filled ? color : background;
  ctx.fill();
  if (!filled) {
    ctx.strokeStyle = color;
    ctx.lineWidth = 1.6;
    ctx.stroke();
  }
}

export function burst(pen: Pen, x: number, y: number, radius: number, color: string): void {
  for (let k = 0; k < 12; k++) {
    const angle = (k / 12) * Math.PI * 2 + 0.13;
    const outer = k % 2 === 1 ? radius : radius * 0.72;
    const inner = radius * 0.42;
    line(pen, x + Math.cos(angle) * inner, y + Math.sin(angle) * inner, x + Math.cos(angle) * outer, y + Math.sin(angle) * outer, color, k % 2 === 1 ? 2 : 1.4);
  }
  diamond(pen, x, y, 6, color);
}
