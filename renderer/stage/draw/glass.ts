/** What does not move: shelves of glass, the cores drilled through them, the trays and pipes that messages run along. */
import { faint, fillBox, line, polyline, strokeBox, text, textWidth } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';
import type { Core, Shelf, StageLayout } from '#renderer/stage/layout/stage-layout.ts';
import { visibleShelves } from '#renderer/stage/layout/stage-layout.ts';

export interface GlassScene {
  layout: StageLayout;
  cores: readonly Core[];
  /** Brokers that are down: their shelf has a broken edge. */
  isDown(broker: number): boolean;
  topicName(topic: number): { name: string; note: string; hue: string };
  hasClients: boolean;
  hasGroups: boolean;
}

export function drawGlass(pen: Pen, scene: GlassScene): void {
  const { layout } = scene;
  clipToShelves(pen, layout, () => {
    for (const shelf of visibleShelves(layout)) drawShelf(pen, scene, shelf);
    drawPipes(pen, scene);
  });
  clipToView(pen, layout, () => {
    for (const core of scene.cores) drawTube(pen, layout, core);
  });
  clipToTop(pen, layout, () => drawTopicHeads(pen, scene));
}

/** What is scrolled up disappears under the heads of the cores. */
export function shelvesTop(layout: StageLayout): number {
  return layout.panYMax > 0 ? layout.viewY0 + 26 : 0;
}

/** Shelves end above the legend, and below the heads of topics when they are scrolled. */
export function clipToShelves(pen: Pen, layout: StageLayout, draw: () => void): void {
  const { ctx } = pen;
  ctx.save();
  ctx.beginPath();
  const top = shelvesTop(layout);
  ctx.rect(0, top, layout.width, layout.viewY1 + 4 - top);
  ctx.clip();
  draw();
  ctx.restore();
}

/** Cores are seen through a window that ends at the labels and at the groups. */
export function clipToView(pen: Pen, layout: StageLayout, draw: () => void): void {
  const { ctx } = pen;
  ctx.save();
  ctx.beginPath();
  ctx.rect(layout.viewX0 - 4, layout.viewY0 - 2, layout.viewX1 - layout.viewX0 + 10, layout.viewY1 + 8 - layout.viewY0);
  ctx.clip();
  draw();
  ctx.restore();
}

function clipToTop(pen: Pen, layout: StageLayout, draw: () => void): void {
  const { ctx } = pen;
  ctx.save();
  ctx.beginPath();
  ctx.rect(layout.viewX0 - 2, 0, layout.viewX1 - layout.viewX0 + 6, 30);
  ctx.clip();
  draw();
  ctx.restore();
}

function drawShelf(pen: Pen, scene: GlassScene, shelf: Shelf): void {
  const { layout } = scene;
  const { palette } = pen;
  const height = layout.shelfHeight;
  const width = layout.shelfX1 - layout.shelfX0;
  const radius = height >= 60 ? 12 : height >= 20 ? 6 : 2;
  const down = scene.isDown(shelf.broker);
  fillBox(pen, layout.shelfX0, shelf.y, width, height, radius, palette.glassFill);
  if (down) strokeBox(pen, layout.shelfX0 + 0.5, shelf.y + 0.5, width - 1, height - 1, radius, faint(palette.fault, 0.9), 1, [5, 4]);
  else strokeBox(pen, layout.shelfX0 + 0.5, shelf.y + 0.5, width - 1, height - 1, radius, palette.glassEdge);
  if (height < 60) return;
  line(pen, layout.shelfX0 + 12, shelf.y + 0.5, layout.shelfX1 - 12, shelf.y + 0.5, palette.glassRim);
  if (layout.depth !== 'log') return;
  const { produceTray, fetchTray } = layout.metrics;
  line(pen, layout.produceX, shelf.y + produceTray, layout.shelfX1 - 10, shelf.y + produceTray, palette.line2);
  line(pen, layout.viewX0, shelf.y + fetchTray, layout.consumeX, shelf.y + fetchTray, palette.line2);
  if (!down) polyline(pen, [[layout.shelfX1 - 16, shelf.y + fetchTray - 3], [layout.shelfX1 - 12, shelf.y + fetchTray], [layout.shelfX1 - 16, shelf.y + fetchTray + 3]], palette.line3, 1);
}

function drawPipes(pen: Pen, scene: GlassScene): void {
  const { layout } = scene;
  const { palette } = pen;
  const first = layout.shelves[0];
  const last = layout.shelves.at(-1);
  if (first === undefined || last === undefined || layout.depth === 'fleet') return;
  const { produceTray, fetchTray } = trayPlaces(layout);
  if (scene.hasClients) line(pen, layout.produceX, first.y + produceTray, layout.produceX, last.y + produceTray, palette.line2);
  if (scene.hasGroups) line(pen, layout.consumeX, Math.min(first.y + fetchTray, first.y + 85), layout.consumeX, last.y + fetchTray, palette.line2);
  line(pen, layout.spineX, first.y + spineY(layout), layout.spineX, last.y + spineY(layout), faint(palette.control, 0.7), 1.2);
}

/** Height of the square of the control plane within a shelf. */
export function spineY(layout: StageLayout): number {
  if (layout.shelfHeight < 100) return Math.min(layout.shelfHeight / 2, 17);
  return layout.metrics.isTight ? 36 : 71;
}

/** Trays of a shelf at any depth. */
export function trayPlaces(layout: StageLayout): { produceTray: number; fetchTray: number } {
  if (layout.depth === 'log') return { produceTray: layout.metrics.produceTray, fetchTray: layout.metrics.fetchTray };
  return { produceTray: Math.min(5, layout.shelfHeight * 0.15), fetchTray: layout.shelfHeight - Math.min(5, layout.shelfHeight * 0.15) };
}

function drawTube(pen: Pen, layout: StageLayout, core: Core): void {
  const { palette, ctx } = pen;
  const first = layout.shelves[0];
  const last = layout.shelves.at(-1);
  if (first === undefined || last === undefined || layout.depth !== 'log') return;
  const top = layout.viewY0;
  const height = last.y + layout.shelfHeight + 5 - top;
  const gradient = ctx.createLinearGradient(core.x, 0, core.x + layout.coreWidth, 0);
  gradient.addColorStop(0, palette.glassRim);
  gradient.addColorStop(0.06, 'rgba(0,0,0,0)');
  gradient.addColorStop(0.94, 'rgba(0,0,0,0)');
  gradient.addColorStop(1, palette.glassRim);
  ctx.globalAlpha = 0.42;
  fillBox(pen, core.x, top, layout.coreWidth, height, 10, gradient);
  ctx.globalAlpha = 1;
  strokeBox(pen, core.x + 0.5, top + 0.5, layout.coreWidth - 1, height - 1, 10, palette.glassEdge);
}

function drawTopicHeads(pen: Pen, scene: GlassScene): void {
  const { layout } = scene;
  for (const span of layout.topics) {
    if (span.x1 < layout.viewX0 || span.x0 > layout.viewX1) continue;
    const { name, note, hue } = scene.topicName(span.topic);
    // The head stays in sight while any of its cores is.
    const x0 = Math.max(span.x0, layout.viewX0);
    const x1 = Math.min(span.x1, layout.viewX1);
    line(pen, x0, 24, x1, 24, faint(hue, 0.45));
    if (x1 - x0 < 26) continue;
    pen.ctx.fillStyle = hue;
    pen.ctx.beginPath();
    pen.ctx.arc(x0 + 5, 12.5, 4, 0, Math.PI * 2);
    pen.ctx.fill();
    text(pen, x0 + 15, 17, name, { font: 'head', color: hue, width: x1 - x0 - 16 });
    const after = x0 + 15 + textWidth(pen, name, 'head') + 10;
    if (x1 - after > 60) text(pen, after, 17, note, { color: pen.palette.text3, width: x1 - after });
  }
}

/** How many cores or shelves lie outside the window, told at its edges. */
export function drawEdgeHints(pen: Pen, layout: StageLayout): void {
  const hint = (count: number, x: number, align: CanvasTextAlign, words: string): void => {
    if (count > 0) text(pen, x, 45, words, { font: 'strong', color: pen.palette.text1, align, halo: true });
  };
  if (layout.depth !== 'log') return;
  const before = layout.cores.filter((core) => core.x + layout.coreWidth * 0.5 < layout.viewX0).length;
  const after = layout.cores.filter((core) => core.x + layout.coreWidth * 0.5 > layout.viewX1).length;
  hint(before, layout.viewX0 - 6, 'right', `‹ ${before} more`);
  hint(after, layout.shelfX1 + 2, 'left', `${after} ›`);
}
