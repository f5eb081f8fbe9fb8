/**
 * Joins the three that must not know each other: the session with the engine, the render worker, and the stores of the chrome.
 * Frames pass through untouched (their bytes are transferred); what React sees changes at most ten times a second.
 */
import { toast } from '#renderer/app/toasts.ts';
import type { Command } from '#engine/contract/commands.ts';
import type { Query, ToScreen } from '#engine/contract/envelope.ts';
import type { ClusterState } from '#engine/contract/state.ts';
import type { TransportSource } from '#renderer/connection/open-transport.ts';
import { createSession, RefusedError } from '#renderer/connection/session.ts';
import type { Session } from '#renderer/connection/session.ts';
import type { Target } from '#renderer/model/target.ts';
import type { Box } from '#renderer/stage/messages.ts';
import { createStageWorker } from '#renderer/stage/worker-client.ts';
import type { StageWorker } from '#renderer/stage/worker-client.ts';
import { engineStore } from '#renderer/state/engine-store.ts';
import { screenStore } from '#renderer/state/screen-store.ts';
import { addEvents, addSample, clearTimeline, createTimeline } from '#renderer/state/timeline-store.ts';
import type { Timeline } from '#renderer/state/timeline-store.ts';

export interface Hover {
  target: Target | null;
  box: Box | null;
  lines: string[];
}

export interface EngineLink {
  worker: StageWorker;
  timeline: Timeline;
  /** Answers false when the engine refused; the person has been told why. */
  run(command: Command): Promise<boolean>;
  query(query: Query): Promise<unknown>;
  reconnectNow(): void;
  onHover(listener: (hover: Hover) => void): void;
  onFocusBox(listener: (box: Box | null, label: string) => void): void;
}

/** The state is asked for again when the clock has moved; a large answer makes the next question wait longer. */
const stateEveryMs = 500;
const stateShareOfTime = 20;

let link: EngineLink | undefined;

export function engineLink(): EngineLink {
  if (link === undefined) throw new Error('the link to the engine is made before the screen is drawn');
  return link;
}

export function startEngineLink(source: TransportSource): EngineLink {
  const worker = createStageWorker();
  const timeline = createTimeline();
  const hoverListeners: ((hover: Hover) => void)[] = [];
  const focusListeners: ((box: Box | null, label: string) => void)[] = [];
  let session: Session | undefined;
  let isPainted = false;

  worker.listen((message) => {
    switch (message.type) {
      case 'ready':
        session = openSession(source, worker, timeline);
        keepStateFresh(() => session);
        return;
      case 'applied':
        session?.frameTaken();
        return;
      case 'figures':
        engineStore.setState({ figures: message.figures });
        if (!isPainted && message.figures.brokers.length > 0) {
          isPainted = true;
          source.painted?.();
        }
        if (message.figures.totals !== undefined) addSample(timeline, message.figures.timeUs, message.figures.totals.appendedPerSecond);
        return;
      case 'hovered':
        for (const listener of hoverListeners) listener(message);
        return;
      case 'focusBox':
        for (const listener of focusListeners) listener(message.box, message.label);
        return;
      case 'camera':
        screenStore.setState({ camera: message.camera, depth: message.depth, canPan: message.canPan });
        return;
      case 'failed':
        engineStore.setState({ fatal: `The stage could not be drawn: ${message.error}` });
    }
  });

  const ask = (query: Query): Promise<unknown> => session?.query(query) ?? Promise.reject(new RefusedError('there is no engine to ask yet'));
  link = {
    worker,
    timeline,
    async run(command) {
      try {
        await (session?.command(command) ?? Promise.reject(new RefusedError('there is no engine yet')));
        return true;
      } catch (error) {
        toast({ title: 'Refused', text: error instanceof Error ? error.message : String(error), isBad: true });
        return false;
      }
    },
    query: ask,
    reconnectNow: () => session?.reconnectNow(),
    onHover: (listener) => void hoverListeners.push(listener),
    onFocusBox: (listener) => void focusListeners.push(listener),
  };
  return link;
}

function openSession(source: TransportSource, worker: StageWorker, timeline: Timeline): Session {
  return createSession(
    source,
    {
      onState(connection, reason) {
        const lost = connection === 'lost' || connection === 'refused';
        if (lost) worker.post({ type: 'stalled', stalled: true });
        if (connection === 'open') worker.post({ type: 'stalled', stalled: false });
        engineStore.setState((state) => ({
          connection,
          reason: reason === '' ? state.reason : reason,
          lostSinceMs: connection === 'open' ? undefined : lost ? (state.lostSinceMs ?? performance.now()) : state.lostSinceMs,
        }));
      },
      onMessage: (message) => receive(message, worker, timeline),
      onFrame(frame) {
        const own = frame.byteLength === frame.buffer.byteLength ? frame : frame.slice();
        worker.post({ type: 'frame', frame: own }, [own.buffer as ArrayBuffer]);
      },
    },
    { nowMs: () => performance.now(), after: (delayMs, task) => cancellable(delayMs, task) },
  );
}

function cancellable(delayMs: number, task: () => void): () => void {
  const handle = setTimeout(task, delayMs);
  return () => clearTimeout(handle);
}

function receive(message: Exclude<ToScreen, { type: 'reply' } | { type: 'heartbeat' }>, worker: StageWorker, timeline: Timeline): void {
  switch (message.type) {
    case 'welcome': {
      const before = engineStore.getState().welcome;
      if (before !== undefined && before.clusterId !== message.clusterId) clearTimeline(timeline);
      if (before !== undefined && message.restarts > before.restarts) toast({ title: 'The engine is back', text: 'It was started again on the same disks; the run goes on.', isBad: false });
      engineStore.setState({ welcome: message, fatal: undefined });
      return;
    }
    case 'catalog':
      worker.post({ type: 'catalog', catalog: message.catalog });
      engineStore.setState({ catalog: message.catalog });
      return;
    case 'clock':
      worker.post({ type: 'clock', clock: message.clock });
      engineStore.setState({ clock: message.clock });
      return;
    case 'events':
      addEvents(timeline, message.events);
      return;
    case 'fatal':
      engineStore.setState({ fatal: message.error });
  }
}

/** One question at a time, none while the cluster stands still. */
function keepStateFresh(session: () => Session | undefined): void {
  let seenEvent = -1;
  const again = (pauseMs: number): void => void setTimeout(() => void refresh(), pauseMs);
  const refresh = async (): Promise<void> => {
    const { connection, clock, figures } = engineStore.getState();
    const eventNow = figures?.eventId ?? clock?.eventId ?? 0;
    if (connection !== 'open' || (eventNow === seenEvent && engineStore.getState().cluster !== undefined)) return again(stateEveryMs);
    const startedMs = performance.now();
    try {
      const cluster = (await session()?.query({ kind: 'state' })) as ClusterState | undefined;
      if (cluster !== undefined) engineStore.setState({ cluster });
      seenEvent = eventNow;
    } catch {
      // Lost or refused: the connection's own state says so, and this asks again.
    }
    again(Math.max(stateEveryMs, (performance.now() - startedMs) * stateShareOfTime));
  };
  again(0);
}
