/**
 * Keeps the engine process of the loopback host alive: forks it, waits until it is ready, restarts it on the same disks when it
 * dies without saying goodbye, kills it when it hangs, and gives up by the contract's rule.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { afterDeath, heartbeatIntervalMs, isHanging } from '#engine/contract/supervision.ts';
import type { FromEngineProcess, ToEngineProcess } from '#engine/host/loopback/engine-messages.ts';

export interface EngineSupervisorOptions {
  /** Path of the built engine process. */
  modulePath: string;
  arguments: string[];
  onMessage(message: FromEngineProcess): void;
  /** An engine is ready, for the first time or again. */
  onReady(ready: Extract<FromEngineProcess, { type: 'ready' }>, restarts: number): void;
  onDeath(death: { code: number | null; signal: string | null; willRestart: boolean; restarts: number }): void;
  /** It never came up: the machine said no, or the input was wrong. */
  onFailed(failure: Extract<FromEngineProcess, { type: 'failed' }>): void;
}

export class EngineSupervisor {
  readonly #options: EngineSupervisorOptions;
  readonly #deathsMs: number[] = [];
  #child: ChildProcess | undefined;
  #ready = false;
  #stopping = false;
  #lastBeatMs = 0;
  #beat = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: EngineSupervisorOptions) {
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#ready;
  }

  get processId(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    this.#launch();
    this.#timer = setInterval(() => this.#watch(), heartbeatIntervalMs);
    this.#timer.unref();
  }

  send(message: ToEngineProcess): void {
    if (this.#child?.connected === true) this.#child.send(message);
  }

  /** Ends the engine in order; resolves when it is gone. */
  stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#timer);
    const child = this.#child;
    if (child === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
      child.once('exit', () => {
        clearTimeout(force);
        resolve();
      });
      this.send({ type: 'shutdown' });
    });
  }

  #launch(): void {
    const child = fork(this.#options.modulePath, this.#options.arguments, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child = child;
    this.#ready = false;
    this.#lastBeatMs = performance.now();
    let failure: Extract<FromEngineProcess, { type: 'failed' }> | undefined;
    child.on('message', (message: FromEngineProcess) => {
      this.#lastBeatMs = performance.now();
      if (message.type === 'ready') {
        this.#ready = true;
        this.#options.onReady(message, this.#deathsMs.length);
      } else if (message.type === 'failed') {
        failure = message;
      } else if (message.type !== 'heartbeat') {
        this.#options.onMessage(message);
      }
    });
    child.once('exit', (code, signal) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#ready = false;
      if (failure !== undefined) this.#options.onFailed(failure);
      else if (!this.#stopping) this.#died(code, signal);
    });
  }

  #died(code: number | null, signal: string | null): void {
    this.#deathsMs.push(performance.now());
    const willRestart = afterDeath(this.#deathsMs) === 'restart';
    this.#options.onDeath({ code, signal, willRestart, restarts: this.#deathsMs.length });
    if (willRestart) this.#launch();
  }

  #watch(): void {
    if (this.#child === undefined) return;
    if (this.#ready && isHanging(this.#lastBeatMs, performance.now())) this.#child.kill('SIGKILL');
    else this.send({ type: 'heartbeat', n: (this.#beat += 1) });
  }
}
