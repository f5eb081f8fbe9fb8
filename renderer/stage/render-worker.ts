/** Entry of the render worker: messages in, one animation loop, messages out. */
import { describe } from '#renderer/texts/describe.ts';
import { moveFocus } from '#renderer/stage/keyboard.ts';
import type { FromWorker, ToWorker } from '#renderer/stage/messages.ts';
import { boxOf } from '#renderer/stage/places.ts';
import { createStage } from '#renderer/stage/stage.ts';
import type { Stage } from '#renderer/stage/stage.ts';
import { stageFigures } from '#renderer/stage/stage-figures.ts';
import type { Target } from '#renderer/model/target.ts';

/** The part of a worker's global scope that is used; the DOM's types know only windows. */
interface WorkerScope {
  fonts: FontFaceSet;
  postMessage(message: FromWorker, transfer: Transferable[]): void;
  requestAnimationFrame(callback: (nowMs: number) => void): number;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
}
const scope = self as unknown as WorkerScope;
const figuresEveryMs = 120;

const fontsWithinMs = 2_000;

let stage: Stage | undefined;
/** What was said before the fonts were there. */
const beforeStart: Exclude<ToWorker, { type: 'start' }>[] = [];
let figuresAtMs = 0;
let figuresDue = false;
let hoverAt: { x: number; y: number } | null = null;
let hoverShown = '';
let cameraShown = '';
let focusShown = '';

function say(message: FromWorker): void {
  scope.postMessage(message, []);
}

scope.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  try {
    if (data.type === 'start') void start(data).catch(fail);
    else if (stage === undefined) beforeStart.push(data);
    else handle(stage, data);
  } catch (error) {
    fail(error);
  }
});

function fail(error: unknown): void {
  say({ type: 'failed', error: error instanceof Error ? error.message : String(error) });
}

async function start(message: Extract<ToWorker, { type: 'start' }>): Promise<void> {
  // A canvas remembers what a font name meant when it first met it: the fonts come first.
  await Promise.race([loadFonts(message.fonts), new Promise((resolve) => setTimeout(resolve, fontsWithinMs))]);
  stage = createStage(message.canvas, { width: message.width, height: message.height, pixelRatio: message.pixelRatio }, message.palette);
  stage.setCamera(message.camera);
  for (const early of beforeStart.splice(0)) handle(stage, early);
  say({ type: 'ready' });
  scope.requestAnimationFrame(loop);
}

async function loadFonts(urls: { ui: string; figures: string }): Promise<void> {
  const faces = [new FontFace('Inter', `url(${urls.ui})`, { weight: '100 900' }), new FontFace('JetBrains Mono', `url(${urls.figures})`, { weight: '100 800' })];
  for (const face of faces) scope.fonts.add(face);
  const loaded = await Promise.allSettled(faces.map((face) => face.load()));
  for (const result of loaded) if (result.status === 'rejected') say({ type: 'failed', error: `a font could not be loaded: ${String(result.reason)}` });
}

function loop(nowMs: number): void {
  if (stage !== undefined) {
    try {
      if (stage.paint(nowMs)) {
        figuresDue = true;
        tellCamera(stage);
        tellHover(stage);
        tellFocus(stage);
      }
      if (figuresDue && nowMs - figuresAtMs >= figuresEveryMs) {
        figuresAtMs = nowMs;
        figuresDue = false;
        say({ type: 'figures', figures: stageFigures(stage.scene(), stage.nowUs()) });
      }
    } catch (error) {
      fail(error);
      return;
    }
  }
  scope.requestAnimationFrame(loop);
}

function handle(on: Stage, message: Exclude<ToWorker, { type: 'start' }>): void {
  switch (message.type) {
    case 'frame':
      return say({ type: 'applied', ok: takeFrame(on, message.frame) });
    case 'catalog':
      return on.setCatalog(message.catalog);
    case 'clock':
      return on.setClock(message.clock);
    case 'stalled':
      return on.setStalled(message.stalled);
    case 'resize':
      return on.resize(message);
    case 'palette':
      return on.setPalette(message.palette);
    case 'options':
      return on.setOptions(message);
    case 'camera':
      return on.setCamera(message.camera);
    case 'zoom':
      return on.zoomBy(message.change, message.x, message.y);
    case 'pan':
      return on.panBy(message.dx, message.dy);
    case 'hover':
      hoverAt = message.at;
      return tellHover(on);
    case 'pick':
      return say({ type: 'reply', requestId: message.requestId, value: on.targetAt(message.x, message.y) ?? null });
    case 'select':
      return on.mark({ selected: message.target ?? undefined });
    case 'focus':
      return on.mark({ focused: message.target ?? undefined });
    case 'targets':
      return on.mark({ legal: message.legal });
    case 'move':
      return say({ type: 'reply', requestId: message.requestId, value: moveFocus(on.scene(), on.marks().focused ?? on.marks().selected, message.move) ?? null });
    case 'describe':
      return say({ type: 'reply', requestId: message.requestId, value: linesFor(on, message.target) });
    case 'drawn':
      return say({ type: 'reply', requestId: message.requestId, value: on.drawn(performance.now()) });
    case 'statistics':
      return say({ type: 'reply', requestId: message.requestId, value: on.statistics() });
  }
}

function takeFrame(on: Stage, frame: Uint8Array): boolean {
  return on.takeFrame(frame, performance.now());
}

function linesFor(on: Stage, target: Target): string[] {
  return describe(on.scene(), target, target.kind === 'message' ? on.flightById(target.id) : undefined);
}

function tellHover(on: Stage): void {
  const target = hoverAt === null ? undefined : on.targetAt(hoverAt.x, hoverAt.y);
  const lines = target === undefined ? [] : linesFor(on, target);
  const box = target === undefined ? undefined : (boxOf(on.scene(), target) ?? (hoverAt === null ? undefined : { x: hoverAt.x - 8, y: hoverAt.y - 8, width: 16, height: 16 }));
  const shown = JSON.stringify([target, lines, box]);
  if (shown === hoverShown) return;
  hoverShown = shown;
  on.mark({ hovered: target });
  say({ type: 'hovered', target: target ?? null, box: box ?? null, lines });
}

function tellCamera(on: Stage): void {
  const { layout } = on.scene();
  const camera = on.camera();
  const message = { type: 'camera' as const, camera, depth: layout.depth, canPan: layout.panXMax > 0 || layout.panYMax > 0 };
  const shown = JSON.stringify(message);
  if (shown === cameraShown) return;
  cameraShown = shown;
  say(message);
}

function tellFocus(on: Stage): void {
  const target = on.marks().focused;
  const box = target === undefined ? null : (boxOf(on.scene(), target) ?? null);
  const label = target === undefined ? '' : linesFor(on, target).join(', ');
  const shown = JSON.stringify([box, target]);
  if (shown === focusShown) return;
  focusShown = shown;
  say({ type: 'focusBox', box, label });
}
