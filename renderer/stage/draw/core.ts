/** One core at log depth: water, waterline, and on each shelf the replica that lies there. */
import { appendMs, easeOut, easeWater, moveTo, waterMs } from '#renderer/model/motion.ts';
import type { Motion } from '#renderer/model/motion.ts';
import { cellsFrom, windowBase } from '#renderer/model/core-picture.ts';
import type { CorePicture, ReplicaPicture } from '#renderer/model/core-picture.ts';
import { chipWidth, drawChip, drawOutChip, drawPendingFrame } from '#renderer/stage/draw/chip.ts';
import type { ChipPlace } from '#renderer/stage/draw/chip.ts';
import { drawFigures, drawOutFigures } from '#renderer/stage/draw/figures.ts';
import type { FiguresPlace } from '#renderer/stage/draw/figures.ts';
import { clipToShelves } from '#renderer/stage/draw/glass.ts';
import { padlock, triangleUp } from '#renderer/stage/draw/glyphs.ts';
import { faint, fillBox, line, polyline, strokeBox, text, textWidth } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';
import { cellPitch, drawEpochStripes, drawStrip } from '#renderer/stage/draw/strip.ts';
import type { StripLog, StripMotion, StripShape } from '#renderer/stage/draw/strip.ts';
import { drawWater, drawWaterFlag, drawWaterline } from '#renderer/stage/draw/water.ts';
import type { WaterLevel, WaterShape } from '#renderer/stage/draw/water.ts';
import { visibleShelves } from '#renderer/stage/layout/stage-layout.ts';
import type { Core, Shelf, StageLayout } from '#renderer/stage/layout/stage-layout.ts';

export interface CoreScene {
  layout: StageLayout;
  core: Core;
  picture: CorePicture;
  hue: string;
  groupHue: string;
  motion: Motion;
  nowMs: number;
}

export function cellsOf(layout: StageLayout): number {
  return Math.max(6, Math.floor((layout.coreWidth - 11) / cellPitch));
}

/** Where offsets lie in a core: the window's beginning and the pixel of the first cell. */
export function coreScale(scene: CoreScene): { base: bigint; cells: number; x: number; glide: number } {
  const cells = cellsOf(scene.layout);
  const base = windowBase(scene.picture.logEndOffset, cells);
  const glide = moveTo(scene.motion, `base ${scene.picture.partition}`, base, scene.nowMs, appendMs, easeOut);
  return { base, cells, x: scene.core.x + 5, glide };
}

export function drawCore(pen: Pen, scene: CoreScene): void {
  const { layout, core, picture, hue } = scene;
  const scale = coreScale(scene);
  const at = (offset: bigint, left: number): number => {
    const x = scale.x + (cellsFrom(scale.base, offset) - left + scale.glide) * cellPitch;
    return Math.max(core.x + 3, Math.min(core.x + layout.coreWidth - 3, x)) - 0.5;
  };
  const byBroker = new Map(picture.replicas.map((replica) => [replica.broker, replica]));
  const lefts = new Map(picture.replicas.map((replica) => [replica.broker, moveTo(scene.motion, `hw ${picture.partition} ${replica.broker}`, replica.highWatermark, scene.nowMs, waterMs, easeWater)]));
  const leaderLeft = lefts.get(picture.leader) ?? 0;
  const shape = waterShape(layout, core, byBroker, (replica) => at(replica.highWatermark, lefts.get(replica.broker) ?? 0), at(picture.highWatermark, leaderLeft));
  drawWater(pen, shape, hue);
  drawWaterline(pen, shape, hue);
  replicationLane(pen, layout, core);
  clipToShelves(pen, layout, () => drawReplicas(pen, scene, byBroker, lefts, scale));
  coreTop(pen, layout, core, picture, shape.edge);
}

function drawReplicas(pen: Pen, scene: CoreScene, byBroker: Map<number, ReplicaPicture>, lefts: Map<number, number>, scale: Scale): void {
  const { picture } = scene;
  for (const shelf of visibleShelves(scene.layout)) {
    const replica = byBroker.get(shelf.broker);
    if (replica === undefined) continue;
    const motion: StripMotion = {
      base: scale.glide,
      logEnd: moveTo(scene.motion, `leo ${picture.partition} ${replica.broker}`, replica.logEndOffset, scene.nowMs, appendMs, easeOut),
      highWatermark: lefts.get(replica.broker) ?? 0,
    };
    drawReplica(pen, scene, shelf, replica, motion, scale);
  }
}

/** True while something in this core still glides. */
export function isGliding(scene: CoreScene): boolean {
  const { picture, motion, nowMs } = scene;
  const settle = (key: string, ms: number): boolean => {
    const glide = motion.glides.get(key);
    return glide !== undefined && glide.jump !== 0 && nowMs - glide.sinceMs < ms;
  };
  if (settle(`base ${picture.partition}`, appendMs)) return true;
  return picture.replicas.some((replica) => settle(`leo ${picture.partition} ${replica.broker}`, appendMs) || settle(`hw ${picture.partition} ${replica.broker}`, waterMs));
}

function waterShape(layout: StageLayout, core: Core, byBroker: Map<number, ReplicaPicture>, levelOf: (replica: ReplicaPicture) => number, edge: number): WaterShape {
  let x = edge;
  const levels: WaterLevel[] = layout.shelves.map((shelf, row) => {
    const replica = byBroker.get(shelf.broker);
    const isWet = replica === undefined || replica.inSync || replica.isLeader;
    if (replica !== undefined && isWet) x = levelOf(replica);
    else if (replica !== undefined) x = edge;
    return { x, y0: shelf.y + (row === 0 ? -4 : 2), y1: shelf.y + layout.shelfHeight - 2, isWet, isFrozen: replica?.standing === 'offline' };
  });
  const first = layout.shelves[0]?.y ?? 58;
  const last = layout.shelves.at(-1)?.y ?? 58;
  return { x: core.x, width: layout.coreWidth, top: Math.max(layout.viewY0, first - 28), bottom: last + layout.shelfHeight + 4, edge, levels };
}

function replicationLane(pen: Pen, layout: StageLayout, core: Core): void {
  const first = layout.shelves[0];
  const last = layout.shelves.at(-1);
  if (first === undefined || last === undefined) return;
  const middle = layout.metrics.stripTop + layout.metrics.stripHeight / 2;
  line(pen, laneX(layout, core), first.y + middle, laneX(layout, core), last.y + middle, faint(pen.palette.line3, 0.45));
}

export function laneX(layout: StageLayout, core: Core): number {
  return core.x + layout.coreWidth - 5;
}

function coreTop(pen: Pen, layout: StageLayout, core: Core, picture: CorePicture, edge: number): void {
  const top = layout.viewY0 + 6;
  drawWaterFlag(pen, edge, top);
  const baseline = top + 11;
  const name = `P${picture.number}`;
  const nameWidth = textWidth(pen, name, 'head');
  // In a log that has hardly begun the flag stands where the name would: the name goes to the other end.
  const isYoung = edge - 9 < core.x + 7 + nameWidth;
  const nameX = isYoung ? core.x + layout.coreWidth - 7 - nameWidth : core.x + 7;
  text(pen, nameX, baseline, name, { font: 'head', color: pen.palette.text1 });
  const value = String(picture.highWatermark);
  const valueWidth = textWidth(pen, value, 'figure');
  const needed = 25 + valueWidth;
  const nameEnd = isYoung ? core.x : nameX + nameWidth + 8;
  const right = isYoung ? nameX - 6 : core.x + layout.coreWidth - 4;
  // On the side of the flag that has room, with its name if that fits too.
  for (const [width, hasName] of [[needed, true], [valueWidth, false]] as const) {
    const start = edge - 11 - width >= nameEnd ? edge - 11 - width : edge + 7;
    if (start + width > right) continue;
    if (hasName) text(pen, start, baseline, 'HW', { color: pen.palette.text3 });
    text(pen, start + width - valueWidth, baseline, value, { font: 'figure', color: pen.palette.text1 });
    return;
  }
}

type Scale = ReturnType<typeof coreScale>;

function drawReplica(pen: Pen, scene: CoreScene, shelf: Shelf, replica: ReplicaPicture, motion: StripMotion, scale: Scale): void {
  const { layout, core, picture } = scene;
  const { metrics } = layout;
  const frozen = replica.standing === 'offline';
  const hue = frozen ? pen.palette.text3 : scene.hue;
  const place: FiguresPlace = { x0: core.x, x1: core.x + layout.coreWidth, y: shelf.y, metrics };
  if (replica.standing === 'outOfSync') {
    drawOutOfSync(pen, scene, shelf, replica, place);
    return;
  }
  pen.ctx.globalAlpha = frozen ? pen.palette.alpha.frozen : 1;
  const chip: ChipPlace = { x: core.x + 6, y: shelf.y + metrics.chipTop, height: metrics.chipHeight, width: layout.coreWidth - 22 };
  drawChip(pen, chip, replica, hue);
  if (picture.pendingLeader === replica.broker && picture.pendingLeader !== picture.leader) drawPendingFrame(pen, chip, chipWidth(pen, replica, chip.width));
  const shape: StripShape = { x: scale.x, y: shelf.y + metrics.stripTop, height: metrics.stripHeight, base: scale.base, cells: scale.cells };
  const log: StripLog = { ...replica, isLeader: replica.isLeader };
  drawStrip(pen, shape, log, hue, motion);
  drawEpochStripes(pen, shape, log, hue, shelf.y + metrics.stripeTop, motion);
  if (replica.isLeader && replica.online) line(pen, readX(layout, core), shelf.y + metrics.plateTop - 1, readX(layout, core), shelf.y + metrics.fetchTray, faint(scene.groupHue, 0.55));
  drawFigures(pen, place, picture, replica, scene.groupHue);
  if (replica.isLeader) leaderPins(pen, scene, shelf, replica, motion, scale);
  pen.ctx.globalAlpha = 1;
}

/** On the leader: where appends arrive, where consumers read from, the committed pin with its bar of lag, the last stable offset. */
function leaderPins(pen: Pen, scene: CoreScene, shelf: Shelf, replica: ReplicaPicture, motion: StripMotion, scale: Scale): void {
  const { layout, core, picture, groupHue } = scene;
  const { metrics } = layout;
  const x = (offset: bigint, left: number): number => scale.x + (cellsFrom(scale.base, offset) - left + scale.glide) * cellPitch;
  const under = shelf.y + metrics.stripeTop;
  if (picture.committed !== undefined) {
    const pin = Math.max(scale.x, Math.min(x(picture.committed, 0), core.x + layout.coreWidth - 6));
    triangleUp(pen, pin - 0.5, under - 2, 4.5, 8, replica.online ? groupHue : pen.palette.text3);
    const water = Math.min(x(replica.highWatermark, motion.highWatermark), core.x + layout.coreWidth - 4);
    if (water > pin + 2) fillBox(pen, pin, under + 5, water - pin - 1, 3, 1, faint(replica.online ? groupHue : pen.palette.text3, 0.75));
  }
  if (replica.lastStableOffset < replica.highWatermark) {
    const lock = Math.max(scale.x, x(replica.lastStableOffset, 0)) - 0.5;
    padlock(pen, lock, shelf.y + metrics.stripTop - 9, pen.palette.text1);
    line(pen, lock, shelf.y + metrics.stripTop - 3, lock, under - 2, pen.palette.text1, 1.2, [2, 2]);
  }
  if (!replica.online) return;
  const append = appendX(scene, replica, motion.logEnd, scale);
  const arrow = shelf.y + metrics.stripTop - 2;
  line(pen, append, shelf.y + metrics.produceTray, append, arrow, faint(scene.hue, 0.7), 1.2);
  polyline(pen, [[append - 3, arrow - 4], [append, arrow], [append + 3, arrow - 4]], scene.hue, 1.2);
}

function appendX(scene: CoreScene, replica: ReplicaPicture, left: number, scale: Scale): number {
  const x = scale.x + (cellsFrom(scale.base, replica.logEndOffset) - left + scale.glide) * cellPitch + 4.5;
  return Math.max(scene.core.x + 12, Math.min(x, scene.core.x + scene.layout.coreWidth - 8));
}

/** Where the pipe to the fetch tray leaves a core. */
export function readX(layout: StageLayout, core: Core): number {
  return core.x + layout.coreWidth - 14;
}

function drawOutOfSync(pen: Pen, scene: CoreScene, shelf: Shelf, replica: ReplicaPicture, place: FiguresPlace): void {
  const { layout, core, picture } = scene;
  const { metrics } = layout;
  const { palette } = pen;
  const x = core.x + 3;
  const top = shelf.y + metrics.chipTop - 7;
  const width = layout.coreWidth - 6;
  const height = metrics.fetchTray - 5 - (metrics.chipTop - 7);
  fillBox(pen, x, top, width, height, 7, palette.bg1);
  pen.ctx.globalAlpha = 0.35;
  fillBox(pen, x, top, width, height, 7, pen.hatch(palette.hatch));
  pen.ctx.globalAlpha = 1;
  strokeBox(pen, x, top, width, height, 7, palette.text2, 1, [4, 3]);
  drawOutChip(pen, { x: core.x + 8, y: shelf.y + metrics.chipTop - 1, width: width - 10, height: metrics.chipHeight }, replica);
  // A scale of its own: the distance to the others would not fit.
  const cells = Math.max(3, Math.min(7, Math.floor((layout.coreWidth - 70) / cellPitch)));
  const stripX = core.x + 20;
  const shape: StripShape = { x: stripX, y: shelf.y + metrics.stripTop + 2, height: metrics.stripHeight - 3, base: windowBase(replica.logEndOffset, cells), cells };
  drawStrip(pen, shape, { ...replica, isLeader: false }, scene.hue);
  const end = stripX + Math.min(cells - 1, cellsFrom(shape.base, replica.logEndOffset)) * cellPitch + 8;
  brokenLink(pen, end, shape.y + shape.height / 2, core.x + layout.coreWidth - 14, palette.text3);
  strokeBox(pen, core.x + layout.coreWidth - 13, shape.y, 6, shape.height, 1.5, faint(scene.hue, 0.5));
  drawOutFigures(pen, { ...place }, picture, replica);
}

function brokenLink(pen: Pen, x0: number, y: number, x1: number, color: string): void {
  const middle = (x0 + x1) / 2;
  line(pen, x0 + 2, y, middle - 5, y, color);
  line(pen, middle - 4, y + 8, middle, y - 8, color);
  line(pen, middle + 1, y + 8, middle + 5, y - 8, color);
  line(pen, middle + 6, y, x1 - 2, y, color);
}
