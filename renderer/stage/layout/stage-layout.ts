/**
 * Where everything on the stage stands: a fixed grid of brokers (rows, by rack and id) and partitions (columns, by topic and
 * number), clients on the left, groups on the right. A pure function of what exists, the size of the window and the camera, so
 * that nothing ever jumps because of what happens in the cluster.
 */
import { bisectRight } from 'd3';
import { shelfMetrics } from '#renderer/stage/layout/shelf-metrics.ts';
import type { ShelfMetrics } from '#renderer/stage/layout/shelf-metrics.ts';
import { clamp, coreGap, depthAt, extentAt, fittingExtent, openingZoom, shelfGap, topicGap, zoomMax } from '#renderer/stage/layout/sizes.ts';
import type { Depth, Room } from '#renderer/stage/layout/sizes.ts';
import { stackClients, stackGroups } from '#renderer/stage/layout/side-cards.ts';
import type { ClientCard, GroupBox, GroupContent } from '#renderer/stage/layout/side-cards.ts';

export interface Camera {
  /** Undefined: as it opens. */
  zoom: number | undefined;
  /** How far the cores and shelves are scrolled, in pixels from the beginning. */
  panX: number;
  panY: number;
}

export const openingCamera: Camera = { zoom: undefined, panX: 0, panY: 0 };

export interface LayoutInput {
  width: number;
  height: number;
  /** Broker ids in the order of their shelves. */
  brokers: readonly { id: number; rack: string | null }[];
  topics: readonly { topic: number; partitions: readonly number[] }[];
  clients: readonly number[];
  groups: readonly GroupContent[];
  camera: Camera;
  depth: Depth | undefined;
}

export interface Shelf {
  broker: number;
  rack: string | null;
  y: number;
}
export interface Core {
  /** Index in the catalog. */
  partition: number;
  topic: number;
  x: number;
}
export interface TopicSpan {
  topic: number;
  x0: number;
  x1: number;
}

export interface StageLayout {
  width: number;
  height: number;
  depth: Depth;
  zoom: number;
  panX: number;
  panY: number;
  /** Largest useful pans: 0 when everything fits. */
  panXMax: number;
  panYMax: number;
  coreWidth: number;
  shelfHeight: number;
  metrics: ShelfMetrics;
  shelves: Shelf[];
  cores: Core[];
  topics: TopicSpan[];
  /** The window through which cores are seen, and where shelves begin and end. */
  viewX0: number;
  viewX1: number;
  viewY0: number;
  viewY1: number;
  shelfX0: number;
  shelfX1: number;
  labelX: number;
  spineX: number;
  /** Vertical pipes that join the clients to the trays. */
  produceX: number;
  consumeX: number;
  clients: ClientCard[];
  clientsHidden: number;
  groups: GroupBox[];
  groupsHidden: number;
  legendY: number;
}

const sideMargin = 8;
const clientWidth = 98;
const groupWidth = 112;
const labelWidth = 103;
const topBand = 58;
const bottomBand = 30;

export function layoutStage(input: LayoutInput): StageLayout {
  const { width, height } = input;
  const produceX = sideMargin + clientWidth + 10;
  const shelfX0 = produceX + 10;
  const groupX0 = width - sideMargin - groupWidth;
  const consumeX = groupX0 - 9;
  const shelfX1 = consumeX - 11;
  const viewX0 = shelfX0 + labelWidth;
  const viewX1 = shelfX1 - 9;
  const viewY1 = height - bottomBand;
  const room: Room = {
    width: viewX1 - viewX0,
    height: viewY1 - topBand,
    cores: input.topics.reduce((sum, topic) => sum + topic.partitions.length, 0),
    topics: input.topics.length,
    shelves: input.brokers.length,
  };
  const zoom = clamp(input.camera.zoom ?? openingZoom(room), 0, zoomMax);
  const extent = extentAt(fittingExtent(room), zoom);
  const columns = placeCores(input, extent.coreWidth, viewX0, room.width, input.camera.panX);
  const rows = placeShelves(input, extent.shelfHeight, room.height, input.camera.panY);
  const bottom = Math.min(viewY1, (rows.shelves.at(-1)?.y ?? topBand) + extent.shelfHeight);
  const clients = stackClients(input.clients, rows.shelves.map((shelf) => shelf.y), topBand, viewY1, extent.shelfHeight, sideMargin, clientWidth);
  const groups = stackGroups(input.groups, rows.shelves.map((shelf) => shelf.y), sideMargin, Math.max(bottom, viewY1 - 8), groupX0, groupWidth);
  return {
    width,
    height,
    depth: depthAt(extent, input.depth),
    zoom,
    ...columns,
    ...rows,
    coreWidth: extent.coreWidth,
    shelfHeight: extent.shelfHeight,
    metrics: shelfMetrics(extent.shelfHeight),
    viewX0,
    viewX1,
    viewY0: topBand - 30,
    viewY1,
    shelfX0,
    shelfX1,
    labelX: shelfX0 + 26,
    spineX: shelfX0 + 13,
    produceX,
    consumeX,
    clients: clients.cards,
    clientsHidden: clients.hidden,
    groups: groups.boxes,
    groupsHidden: groups.hidden,
    legendY: height - 14,
  };
}

type Columns = Pick<StageLayout, 'cores' | 'topics' | 'panX' | 'panXMax'>;
type Rows = Pick<StageLayout, 'shelves' | 'panY' | 'panYMax'>;

function placeCores(input: LayoutInput, coreWidth: number, viewX0: number, viewWidth: number, wantedPanX: number): Columns {
  const cores: Core[] = [];
  const topics: TopicSpan[] = [];
  let x = viewX0;
  for (const { topic, partitions } of input.topics) {
    const x0 = x;
    for (const partition of partitions) {
      cores.push({ partition, topic, x });
      x += coreWidth + coreGap(coreWidth);
    }
    topics.push({ topic, x0, x1: x - coreGap(coreWidth) });
    x += topicGap(coreWidth);
  }
  const contentWidth = (topics.at(-1)?.x1 ?? viewX0) - viewX0;
  const panXMax = overhang(contentWidth - viewWidth);
  const panX = clamp(wantedPanX, 0, panXMax);
  for (const core of cores) core.x -= panX;
  for (const span of topics) {
    span.x0 -= panX;
    span.x1 -= panX;
  }
  return { cores, topics, panX, panXMax };
}

function placeShelves(input: LayoutInput, shelfHeight: number, viewHeight: number, wantedPanY: number): Rows {
  const gap = shelfGap(shelfHeight);
  const count = input.brokers.length;
  const contentHeight = count * shelfHeight + Math.max(0, count - 1) * gap;
  const panYMax = overhang(contentHeight - viewHeight);
  const panY = clamp(wantedPanY, 0, panYMax);
  const shelves = input.brokers.map((broker, row) => ({ broker: broker.id, rack: broker.rack, y: topBand + row * (shelfHeight + gap) - panY }));
  return { shelves, panY, panYMax };
}

/** Less than half a pixel is rounding, not something to pan to. */
function overhang(pixels: number): number {
  return pixels < 0.5 ? 0 : pixels;
}

/** The core at or left of x, if x lies on it. */
export function coreAt(layout: StageLayout, x: number): Core | undefined {
  if (x < layout.viewX0 || x > layout.viewX1) return undefined;
  const at = bisectRight(layout.cores.map((core) => core.x), x) - 1;
  const core = layout.cores[at];
  return core !== undefined && x <= core.x + layout.coreWidth ? core : undefined;
}

export function shelfAt(layout: StageLayout, y: number): Shelf | undefined {
  return layout.shelves.find((shelf) => y >= shelf.y && y <= shelf.y + layout.shelfHeight);
}

/** Cores of which at least a part is seen. */
export function visibleCores(layout: StageLayout): Core[] {
  return layout.cores.filter((core) => core.x + layout.coreWidth > layout.viewX0 && core.x < layout.viewX1);
}
export function visibleShelves(layout: StageLayout): Shelf[] {
  return layout.shelves.filter((shelf) => shelf.y + layout.shelfHeight > layout.viewY0 && shelf.y < layout.viewY1);
}

/**
 * The camera after zooming by `change` with what lies under (x, y) kept in its place.
 */
export function zoomedCamera(layout: StageLayout, input: LayoutInput, change: number, x: number, y: number): Camera {
  const zoom = clamp(layout.zoom + change, 0, zoomMax);
  const after = layoutStage({ ...input, camera: { zoom, panX: 0, panY: 0 } });
  return {
    zoom,
    panX: clamp(anchored(layout.cores.map((core) => core.x), layout.coreWidth, after.cores.map((core) => core.x), after.coreWidth, x), 0, after.panXMax),
    panY: clamp(anchored(layout.shelves.map((shelf) => shelf.y), layout.shelfHeight, after.shelves.map((shelf) => shelf.y), after.shelfHeight, y), 0, after.panYMax),
  };
}

/** How far the new row of boxes must be scrolled so that the same share of the same box lies at `at`. */
function anchored(before: number[], sizeBefore: number, after: number[], sizeAfter: number, at: number): number {
  const index = clamp(bisectRight(before, at) - 1, 0, before.length - 1);
  const from = before[index];
  const to = after[index];
  if (from === undefined || to === undefined) return 0;
  return to + ((at - from) / sizeBefore) * sizeAfter - at;
}
