/**
 * Keeps the engine process alive: forks it, hands each new one a channel to the screen, restarts it on the same disks when it
 * dies without saying goodbye, kills it when it hangs, and gives up by the rule of the contract. Stays out of the data path.
 */
import { afterDeath, heartbeatIntervalMs, isHanging } from '#engine/contract/supervision.ts';
import type { EngineProcessNews } from '#engine/contract/desktop-bridge.ts';

/** What is used of Electron's `UtilityProcess`. */
export interface EngineProcess {
  post(message: unknown, ports?: unknown[]): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number) => void): void;
  kill(): void;
}

export interface SupervisorHost {
  fork(): EngineProcess;
  /** Makes a channel, gives one end to the screen, answers the other end. */
  connectScreen(): unknown;
  tellScreen(news: EngineProcessNews): void;
  nowMs(): number;
  every(intervalMs: number, work: () => void): () => void;
}

export interface EngineSupervisor {
  start(): void;
  /** A screen has (re)loaded and wants its channel. */
  connect(): void;
  /** Asks the engine to end in order. */
  stop(): void;
}

export function superviseEngine(host: SupervisorHost): EngineSupervisor {
  const deathsMs: number[] = [];
  let engine: EngineProcess | undefined;
  let lastBeatMs = 0;
  let beat = 0;
  let stopping = false;
  let stopBeating: (() => void) | undefined;

  const launch = () => {
    const process = host.fork();
    engine = process;
    lastBeatMs = host.nowMs();
    process.onMessage((message) => {
      if (isBeat(message)) lastBeatMs = host.nowMs();
    });
    process.onExit((code) => {
      if (engine !== process) return;
      engine = undefined;
      if (stopping) return;
      died(code);
    });
    process.post({ type: 'connect' }, [host.connectScreen()]);
    host.tellScreen({ state: 'running', restarts: deathsMs.length });
  };

  const died = (code: number) => {
    deathsMs.push(host.nowMs());
    if (afterDeath(deathsMs) === 'restart') {
      host.tellScreen({ state: 'restarting', code, restarts: deathsMs.length });
      launch();
    } else {
      host.tellScreen({ state: 'stopped', code, advice: 'The engine died four times in five minutes. Its disks are untouched; restart Terrarium, or open it with an empty data folder.' });
    }
  };

  return {
    start() {
      launch();
      stopBeating = host.every(heartbeatIntervalMs, () => {
        if (engine === undefined) return;
        if (isHanging(lastBeatMs, host.nowMs())) engine.kill();
        else engine.post({ type: 'heartbeat', n: (beat += 1) });
      });
    },
    connect() {
      engine?.post({ type: 'connect' }, [host.connectScreen()]);
    },
    stop() {
      stopping = true;
      stopBeating?.();
      engine?.post({ type: 'shutdown' });
    },
  };
}

function isBeat(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'heartbeat';
}
