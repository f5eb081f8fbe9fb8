/**
 * How large a core (column of a partition) and a shelf (row of a broker) are at one zoom, and which depth of the drawing that
 * gives. Zoom 0 shows the whole cluster; zoom 1 gives every core and shelf its comfortable size for reading logs.
 */
import { interpolateNumber } from 'd3';

export type Depth = 'fleet' | 'broker' | 'log';

export interface Extent {
  /** Width of a core and height of a shelf, without the gaps between them. */
  coreWidth: number;
  shelfHeight: number;
}

export interface Room {
  width: number;
  height: number;
  cores: number;
  topics: number;
  shelves: number;
}

/** Below these a log cannot be read; text never gets smaller than 12 px, so the drawing changes instead. */
export const logExtentMin: Extent = { coreWidth: 106, shelfHeight: 132 };
export const brokerExtentMin: Extent = { coreWidth: 30, shelfHeight: 34 };
const logExtentMax: Extent = { coreWidth: 190, shelfHeight: 236 };
const comfortable: Extent = { coreWidth: 131, shelfHeight: 204 };
const cellExtentMin: Extent = { coreWidth: 0.4, shelfHeight: 4 };
/** A depth is left only when its extent is this much below the minimum: no flicker at the border. */
const hysteresis = 0.85;

export const zoomMax = 1.6;

/** Gaps grow with what they part, without steps: so that a size that fits is found in a few rounds. */
export function coreGap(coreWidth: number): number {
  return clamp(coreWidth * 0.072, 0.1, 9.4);
}
export function topicGap(coreWidth: number): number {
  return clamp(coreWidth * 0.107, 5, 14);
}
export function shelfGap(shelfHeight: number): number {
  return clamp(shelfHeight * 0.06, 1, 12);
}

/** The extent at which everything fits into the room. */
export function fittingExtent(room: Room): Extent {
  const cores = Math.max(1, room.cores);
  const shelves = Math.max(1, room.shelves);
  let coreWidth = logExtentMax.coreWidth;
  // The gaps depend on the size that they leave: a few rounds settle it.
  for (let round = 0; round < 8; round++) {
    const gaps = (cores - 1) * coreGap(coreWidth) + Math.max(0, room.topics - 1) * topicGap(coreWidth);
    coreWidth = clamp((room.width - gaps) / cores, cellExtentMin.coreWidth, logExtentMax.coreWidth);
  }
  let shelfHeight = logExtentMax.shelfHeight;
  for (let round = 0; round < 8; round++) {
    shelfHeight = clamp((room.height - (shelves - 1) * shelfGap(shelfHeight)) / shelves, cellExtentMin.shelfHeight, logExtentMax.shelfHeight);
  }
  return { coreWidth, shelfHeight };
}

/** The extent at a zoom: sizes grow by a constant factor per step of zoom, so that every step feels alike. */
export function extentAt(fitting: Extent, zoom: number): Extent {
  // What is large enough for logs as it fits stays so: only the other dimension has to grow.
  const target: Extent = {
    coreWidth: fitting.coreWidth >= logExtentMin.coreWidth ? fitting.coreWidth : comfortable.coreWidth,
    shelfHeight: fitting.shelfHeight >= logExtentMin.shelfHeight ? fitting.shelfHeight : comfortable.shelfHeight,
  };
  if (zoom > 1) {
    const more = 1 + (zoom - 1) * 0.75;
    return { coreWidth: target.coreWidth * more, shelfHeight: Math.min(target.shelfHeight * more, logExtentMax.shelfHeight * 1.15) };
  }
  return {
    coreWidth: geometric(fitting.coreWidth, target.coreWidth, zoom),
    shelfHeight: geometric(fitting.shelfHeight, target.shelfHeight, zoom),
  };
}

export function depthAt(extent: Extent, current: Depth | undefined): Depth {
  const log = fits(extent, logExtentMin, current === 'log');
  if (log) return 'log';
  return fits(extent, brokerExtentMin, current === 'broker' || current === 'log') ? 'broker' : 'fleet';
}

/**
 * The zoom to open with: logs when most of them fit (the rest is a pan away), else everything. Not enough room for logs at
 * all: the coarser drawing of the whole cluster says more than a corner of it.
 */
export function openingZoom(room: Room): number {
  const fitting = fittingExtent(room);
  if (depthAt(fitting, undefined) === 'log') return 0;
  const widthShare = fitting.coreWidth / logExtentMin.coreWidth;
  const heightShare = fitting.shelfHeight / logExtentMin.shelfHeight;
  if (widthShare < 0.4 || heightShare < 0.6) return 0;
  for (let zoom = 0; zoom <= 1; zoom += 0.02) {
    if (depthAt(extentAt(fitting, zoom), undefined) === 'log') return zoom;
  }
  return 1;
}

function fits(extent: Extent, least: Extent, isCurrent: boolean): boolean {
  const factor = isCurrent ? hysteresis : 1;
  return extent.coreWidth >= least.coreWidth * factor && extent.shelfHeight >= least.shelfHeight * factor;
}

function geometric(from: number, to: number, share: number): number {
  return Math.exp(interpolateNumber(Math.log(from), Math.log(to))(clamp(share, 0, 1)));
}

export function clamp(value: number, least: number, most: number): number {
  return value < least ? least : value > most ? most : value;
}
