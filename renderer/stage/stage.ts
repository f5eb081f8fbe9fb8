/**
 * The stage in the render worker: takes frames in, keeps the layers, paints one picture per animation frame when there is
 * something to show, and answers what lies where. The main thread only hands over bytes and pointers.
 */
import { decodeFrame } from '#engine/contract/frame-codec.ts';
import type { ClockView } from '#engine/contract/envelope.ts';
import { addFlights, clearFlights, createFlights } from '#renderer/model/flights.ts';
import type { Flight } from '#renderer/model/flights.ts';
import { createMotion, forgetMotion } from '#renderer/model/motion.ts';
import type { Target } from '#renderer/model/target.ts';
import { applyFrame, createViewModel, setCatalog, takeChanges } from '#renderer/model/view-model.ts';
import { createVirtualClock, onFrameTime, virtualNowUs } from '#renderer/model/virtual-clock.ts';
import { createPen } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';
import { drawnReplicas } from '#renderer/stage/drawn.ts';
import { brokenShelves, paintGlass, paintLogs } from '#renderer/stage/layers.ts';
import { openingCamera, zoomedCamera } from '#renderer/stage/layout/stage-layout.ts';
import type { Camera } from '#renderer/stage/layout/stage-layout.ts';
import type { Depth } from '#renderer/stage/layout/sizes.ts';
import type { Drawn, Statistics } from '#renderer/stage/messages.ts';
import { paintFlights, paintMarks, paintTimers, sampledEvery } from '#renderer/stage/overlay.ts';
import type { FlightPlace, Marks } from '#renderer/stage/overlay.ts';
import type { Palette } from '#renderer/stage/palette.ts';
import { placesOf, targetAt } from '#renderer/stage/places.ts';
import type { Places, Route } from '#renderer/stage/routes.ts';
import { buildScene } from '#renderer/stage/scene.ts';
import type { Scene, StageOptions } from '#renderer/stage/scene.ts';
import { createTimers } from '#renderer/stage/timers.ts';
import { legendNote } from '#renderer/texts/legend-note.ts';

interface Surface {
  width: number;
  height: number;
  pixelRatio: number;
}

const crossFadeMs = 220;
const samplesMax = 600;
const groupsEveryMs = 200;
const hitRadius = 9;

function penOn(target: OffscreenCanvas, { width, height, pixelRatio }: Surface, palette: Palette): Pen {
  target.width = Math.max(1, Math.round(width * pixelRatio));
  target.height = Math.max(1, Math.round(height * pixelRatio));
  const ctx = target.getContext('2d');
  if (ctx === null) throw new Error('this browser gives a worker no 2D canvas');
  ctx.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  return createPen(ctx, palette);
}

export type Stage = ReturnType<typeof createStage>;

export function createStage(canvas: OffscreenCanvas, size: Surface, firstPalette: Palette) {
  const model = createViewModel();
  const flights = createFlights();
  const motion = createMotion();
  const clock = createVirtualClock();
  const timers = createTimers();
  const routes = new Map<Flight, Route>();
  const layers = { glass: new OffscreenCanvas(1, 1), logs: new OffscreenCanvas(1, 1), ghost: new OffscreenCanvas(1, 1) };
  const options: StageOptions = { showsInternalTopics: false };
  const marks: Marks = { hovered: undefined, selected: undefined, focused: undefined, legal: null };
  const samples = { scriptMs: [] as number[], intervalMs: [] as number[], lastMs: 0 };
  let surface = size;
  let palette = firstPalette;
  let camera: Camera = openingCamera;
  let depth: Depth | undefined;
  let ghostSinceMs = -1e9;
  let groupsLookedAtMs = -1e9;
  let scene: Scene = buildScene(model, options, size.width, size.height, camera, depth);
  let places: Places = placesOf(scene);
  let flightPlaces: FlightPlace[] = [];
  let gliding = new Set<number>();
  let shelvesShown = '';
  let note = '';
  let relayout = true;
  let repaint = true;
  let pens = makePens();

  function makePens(): { screen: Pen; glass: Pen; logs: Pen } {
    return { screen: penOn(canvas, surface, palette), glass: penOn(layers.glass, surface, palette), logs: penOn(layers.logs, surface, palette) };
  }

  function rebuild(nowMs: number): void {
    const before = depth;
    scene = buildScene(model, options, surface.width, surface.height, camera, depth);
    depth = scene.layout.depth;
    places = placesOf(scene);
    routes.clear();
    if (before !== undefined && before !== depth && !motion.isReduced) keepGhost(nowMs);
    pens.glass.ctx.clearRect(0, 0, surface.width, surface.height);
    pens.logs.ctx.clearRect(0, 0, surface.width, surface.height);
    model.changed.everything = true;
    shelvesShown = '';
    relayout = false;
  }

  /** The old depth stays for a moment and fades while the new one is already there. */
  function keepGhost(nowMs: number): void {
    layers.ghost.width = layers.logs.width;
    layers.ghost.height = layers.logs.height;
    layers.ghost.getContext('2d')?.drawImage(layers.logs, 0, 0);
    ghostSinceMs = nowMs;
  }

  /** Members and their partitions decide how the boxes of groups are laid out. */
  function groupsChanged(nowMs: number): boolean {
    if (model.changed.groups.size === 0 || nowMs - groupsLookedAtMs < groupsEveryMs) return false;
    groupsLookedAtMs = nowMs;
    const now = buildScene(model, options, surface.width, surface.height, camera, depth);
    return JSON.stringify(now.input.groups) !== JSON.stringify(scene.input.groups);
  }

  function paint(nowMs: number): boolean {
    const startedMs = performance.now();
    if (relayout || groupsChanged(nowMs)) rebuild(nowMs);
    else scene = { ...scene, pictures: new Map() };
    const changes = takeChanges(model);
    for (const partition of gliding) changes.partitions.add(partition);
    const news = changes.everything || changes.partitions.size + changes.brokers.size + changes.clients.size + changes.groups.size > 0;
    const nowUs = virtualNowUs(clock, nowMs);
    const fading = nowMs - ghostSinceMs < crossFadeMs;
    if (!news && !repaint && !fading && clock.rate === 0) return false;
    const noteNow = legendNote(clock.rate, scene.layout.depth, sampledEvery(flights, scene.layout.depth), flights.omitted + (model.totals?.flightsOmitted ?? 0));
    if (brokenShelves(scene) !== shelvesShown || noteNow !== note) {
      shelvesShown = brokenShelves(scene);
      note = noteNow;
      pens.glass.ctx.clearRect(0, 0, surface.width, surface.height);
      paintGlass(pens.glass, scene, note);
    }
    if (news) gliding = paintLogs(pens.logs, scene, changes, motion, nowMs).gliding;
    compose(nowMs, nowUs);
    repaint = false;
    sample(startedMs, nowMs);
    return true;
  }

  function compose(nowMs: number, nowUs: number): void {
    const { ctx } = pens.screen;
    ctx.clearRect(0, 0, surface.width, surface.height);
    const put = (layer: OffscreenCanvas): void => ctx.drawImage(layer, 0, 0, surface.width, surface.height);
    put(layers.glass);
    put(layers.logs);
    const fade = (nowMs - ghostSinceMs) / crossFadeMs;
    if (fade < 1) {
      ctx.globalAlpha = 1 - fade;
      put(layers.ghost);
      ctx.globalAlpha = 1;
    }
    paintTimers(pens.screen, scene, timers, nowUs);
    flightPlaces = motion.isReduced && clock.rate > 0 ? [] : paintFlights(pens.screen, scene, places, flights, routes, nowUs, clock.rate);
    if (routes.size > flights.list.length + 200) routes.clear();
    paintMarks(pens.screen, scene, marks, flightPlaces);
  }

  function sample(startedMs: number, nowMs: number): void {
    samples.scriptMs.push(performance.now() - startedMs);
    samples.intervalMs.push(nowMs - samples.lastMs);
    samples.lastMs = nowMs;
    if (samples.scriptMs.length > samplesMax) samples.scriptMs.shift();
    if (samples.intervalMs.length > samplesMax) samples.intervalMs.shift();
  }

  function flightAt(x: number, y: number): Flight | undefined {
    let best: Flight | undefined;
    let bestDistance = hitRadius;
    for (const place of flightPlaces) {
      const distance = Math.hypot(place.x - x, place.y - y);
      if (distance < bestDistance) {
        best = place.flight;
        bestDistance = distance;
      }
    }
    return best;
  }

  return {
    paint,
    scene: () => scene,
    /** As it was chosen: while nobody has zoomed, a larger window opens larger. */
    camera: (): Camera => ({ zoom: camera.zoom, panX: scene.layout.panX, panY: scene.layout.panY }),
    nowUs: () => clock.shownUs,
    flightById: (id: number) => flights.byId.get(id)?.[0],
    /** Answers whether the frame could be taken in. */
    takeFrame(bytes: Uint8Array, nowMs: number): boolean {
      const frame = decodeFrame(bytes);
      if (!applyFrame(model, frame)) return false;
      if (frame.full) relayout = true;
      addFlights(flights, frame);
      onFrameTime(clock, frame.timeUs, nowMs);
      repaint = true;
      return true;
    },
    setCatalog(catalog: Parameters<typeof setCatalog>[1]): void {
      setCatalog(model, catalog);
      relayout = true;
    },
    setClock(view: ClockView): void {
      clock.rate = view.paused ? 0 : view.rate < 0 ? Math.max(1, view.actualRate) : view.rate;
      repaint = true;
    },
    setStalled(stalled: boolean): void {
      if (stalled) {
        clock.rate = 0;
        clearFlights(flights);
        forgetMotion(motion);
      }
      repaint = true;
    },
    setOptions(next: { showsInternalTopics: boolean; reducedMotion: boolean }): void {
      if (options.showsInternalTopics !== next.showsInternalTopics) relayout = true;
      options.showsInternalTopics = next.showsInternalTopics;
      motion.isReduced = next.reducedMotion;
      repaint = true;
    },
    setPalette(next: Palette): void {
      palette = next;
      pens = makePens();
      relayout = true;
    },
    resize(next: Surface): void {
      surface = next;
      pens = makePens();
      relayout = true;
    },
    setCamera(next: Camera): void {
      camera = next;
      relayout = true;
    },
    zoomBy(change: number, x: number, y: number): void {
      camera = zoomedCamera(scene.layout, scene.input, change, x, y);
      relayout = true;
    },
    panBy(dx: number, dy: number): void {
      camera = { zoom: camera.zoom, panX: scene.layout.panX - dx, panY: scene.layout.panY - dy };
      relayout = true;
    },
    mark(next: Partial<Marks>): void {
      Object.assign(marks, next);
      repaint = true;
    },
    marks: () => marks,
    targetAt(x: number, y: number): Target | undefined {
      const flight = flightAt(x, y);
      return flight === undefined ? targetAt(scene, x, y) : { kind: 'message', id: flight.id };
    },
    drawn(nowMs: number): Drawn {
      repaint = true;
      paint(nowMs);
      return { eventId: model.eventId, timeUs: model.timeUs, frameNumber: model.frameNumber, replicas: drawnReplicas(scene) };
    },
    statistics: (): Statistics => ({ scriptMs: [...samples.scriptMs], intervalMs: [...samples.intervalMs], flights: flights.list.length, depth: scene.layout.depth }),
  };
}
