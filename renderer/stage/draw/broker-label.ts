/** The label of a shelf: the broker, its place in the quorum, its own metadata log as a strip, the ring of its session. */
import { BrokerFlag } from '#engine/contract/frame.ts';
import type { SectionRow } from '#engine/contract/frame.ts';
import { square } from '#renderer/stage/draw/glyphs.ts';
import { spineY } from '#renderer/stage/draw/glass.ts';
import { faint, fillBox, polyline, strokeBox, text } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';
import type { Shelf, StageLayout } from '#renderer/stage/layout/stage-layout.ts';

export interface BrokerPicture {
  row: SectionRow<'brokers'> | undefined;
  rack: string | null;
}

export interface BrokerStanding {
  isRunning: boolean;
  isPaused: boolean;
  isFenced: boolean;
  isController: boolean;
  isVoter: boolean;
  word: string;
  isBad: boolean;
}

export function brokerStanding(flags: number): BrokerStanding {
  const has = (bit: number): boolean => (flags & bit) !== 0;
  const isRunning = has(BrokerFlag.running);
  const isController = has(BrokerFlag.controller);
  const isVoter = has(BrokerFlag.voter);
  const standing = { isRunning, isPaused: has(BrokerFlag.paused), isFenced: has(BrokerFlag.fenced), isController, isVoter };
  if (has(BrokerFlag.crashed)) return { ...standing, word: 'crashed', isBad: true };
  if (standing.isPaused) return { ...standing, word: 'paused', isBad: true };
  if (!isRunning) return { ...standing, word: 'stopped', isBad: true };
  if (has(BrokerFlag.shuttingDown)) return { ...standing, word: 'shutting down', isBad: true };
  if (standing.isFenced) return { ...standing, word: 'fenced', isBad: true };
  return { ...standing, word: isController ? 'controller' : isVoter ? 'voter' : 'observer', isBad: false };
}

const stripCells = 7;

export function drawBrokerLabel(pen: Pen, layout: StageLayout, shelf: Shelf, picture: BrokerPicture): void {
  const { row } = picture;
  const standing = brokerStanding(row?.flags ?? 0);
  if (layout.shelfHeight < 14) return;
  if (layout.depth !== 'log') {
    drawShortLabel(pen, layout, shelf, picture, standing);
    return;
  }
  const tight = layout.metrics.isTight;
  const y = shelf.y;
  const { palette } = pen;
  const width = layout.viewX0 - layout.labelX - 6;
  text(pen, layout.labelX, y + (tight ? 23 : 40), `Broker ${shelf.broker}`, { font: 'head', color: standing.isRunning ? palette.text1 : palette.text2, width });
  if (picture.rack !== null && !tight) text(pen, layout.labelX, y + 57, `rack ${picture.rack}`, { color: palette.text3, width });
  const word = tight ? y + 40 : y + 76;
  spineSquare(pen, layout.spineX, y + spineY(layout), standing);
  text(pen, layout.labelX, word, standing.word, { font: standing.isController || standing.isBad ? 'bold' : 'text', color: standing.isBad ? palette.fault : standing.isController ? palette.control : palette.text2, width });
  const epoch = row?.quorumEpoch ?? -1;
  text(pen, layout.labelX, word + 16, epoch < 0 ? '' : `epoch ${epoch}`, { color: palette.text3, width });
  if (row !== undefined) {
    metadataStrip(pen, layout, row, tight ? word + 24 : word + 26, standing.isRunning, tight);
    const leaders = y + (tight ? layout.shelfHeight - 12 : 172 + Math.max(0, layout.shelfHeight - 204) * 0.5);
    if (!tight || layout.shelfHeight > 136) text(pen, layout.labelX, leaders, row.leaders === 1 ? '1 leader' : `${row.leaders} leaders`, { color: palette.text3, width });
  }
}

/** Where the session ring stands; drawn with the other timers, because it moves with time. */
export function sessionRingPlace(layout: StageLayout, shelf: Shelf): { x: number; y: number } {
  return { x: layout.spineX, y: shelf.y + (layout.metrics.isTight ? Math.min(104, layout.shelfHeight - 32) : 149) };
}

function spineSquare(pen: Pen, x: number, y: number, standing: BrokerStanding): void {
  const { palette } = pen;
  if (standing.isController) {
    square(pen, x, y, 13, palette.control, true, palette.bg0);
    return;
  }
  const color = standing.isRunning ? palette.control : palette.text3;
  fillBox(pen, x - 6, y - 6, 12, 12, 2, palette.bg0);
  // An observer has no vote: its square stays broken.
  strokeBox(pen, x - 6, y - 6, 12, 12, 2, color, 1.5, standing.isVoter ? undefined : [3, 2]);
}

function metadataStrip(pen: Pen, layout: StageLayout, row: SectionRow<'brokers'>, y: number, isRunning: boolean, tight: boolean): void {
  const { palette } = pen;
  const x = layout.labelX;
  const end = row.metadataLogEndOffset;
  const shown = end < BigInt(stripCells) ? Number(end) : stripCells;
  for (let k = 0; k < shown; k++) {
    const offset = end - BigInt(shown - k);
    const committed = offset < row.metadataHighWatermark;
    pen.ctx.globalAlpha = isRunning ? 1 : 0.4;
    if (committed) fillBox(pen, x + k * 8, y, 7, 10, 1, faint(palette.control, 0.75));
    else strokeBox(pen, x + k * 8 + 0.5, y + 0.5, 6, 9, 1, palette.control);
    pen.ctx.globalAlpha = 1;
  }
  const bracket = x + shown * 8 - 1;
  polyline(pen, [[bracket, y - 2], [bracket + 3, y - 2], [bracket + 3, y + 12], [bracket, y + 12]], palette.text2, 1.2);
  const color = isRunning ? palette.text2 : palette.text3;
  text(pen, x, y + (tight ? 25 : 27), String(end), { font: 'figure', color });
}

function drawShortLabel(pen: Pen, layout: StageLayout, shelf: Shelf, picture: BrokerPicture, standing: BrokerStanding): void {
  const { palette } = pen;
  const middle = shelf.y + Math.min(layout.shelfHeight / 2, 17);
  spineSquare(pen, layout.spineX, middle, standing);
  text(pen, layout.labelX, middle + 4.5, `Broker ${shelf.broker}`, { font: 'strong', color: standing.isRunning ? palette.text1 : palette.text3, width: layout.viewX0 - layout.labelX - 4 });
  if (layout.shelfHeight >= 42) {
    const rack = picture.rack === null ? '' : `rack ${picture.rack}`;
    const words = standing.isBad || standing.isController ? standing.word : rack;
    text(pen, layout.labelX, middle + 21, words, { color: standing.isBad ? palette.fault : standing.isController ? palette.control : palette.text3, width: layout.viewX0 - layout.labelX - 4 });
  }
}
