/** Starts `serve` as a person would, in a process of its own, and speaks to it through its ready line and its control address. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';

export interface ReadyLine {
  ready: true;
  bootstrap: string;
  control: string;
  controlToken: string;
  data: string | null;
  startMs: number;
}

export interface PartitionState {
  partition: number;
  leader: number;
  leaderEpoch: number;
  isr: number[];
  replicas: { broker: number; online: boolean; logStartOffset: number; logEndOffset: number; highWatermark: number }[];
}

export interface StateAnswer {
  eventId: number;
  controller: number;
  brokers: { id: number; status: string; registration: string }[];
  topics: { name: string; partitions: PartitionState[] }[];
  groups: { group: string; state: string; members: { memberId: string; assignment: string[] }[] }[];
}

export const cliPath = resolve(import.meta.dirname, '../../dist/engine/cli.js');

export class ServedCluster {
  readonly process: ChildProcess;
  readonly ready: ReadyLine;
  readonly errors: string[];

  private constructor(process: ChildProcess, ready: ReadyLine, errors: string[]) {
    this.process = process;
    this.ready = ready;
    this.errors = errors;
  }

  static async start(args: string[]): Promise<ServedCluster> {
    const child = spawn(process.execPath, [cliPath, 'serve', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const errors: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
    const lines = createInterface({ input: child.stdout });
    const first = await Promise.race([once(lines, 'line').then(([line]) => String(line)), once(child, 'exit').then(([code]) => `exit ${String(code)}`)]);
    if (!first.startsWith('{')) throw new Error(`serve did not get ready: ${first}\n${errors.join('\n')}`);
    return new ServedCluster(child, JSON.parse(first) as ReadyLine, errors);
  }

  get brokers(): string[] {
    return this.ready.bootstrap.split(',');
  }

  async command(command: Record<string, unknown>): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${this.ready.control}/command`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.ready.controlToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(command),
    });
    return { status: answer.status, body: await answer.json() };
  }

  /** A command that must be taken. */
  async inject(command: Record<string, unknown>): Promise<void> {
    const { status, body } = await this.command(command);
    if (status !== 200) throw new Error(`${JSON.stringify(command)} was refused: ${status} ${JSON.stringify(body)}`);
  }

  async state(): Promise<StateAnswer> {
    const answer = await fetch(`${this.ready.control}/state`, { headers: { Authorization: `Bearer ${this.ready.controlToken}` } });
    return (await answer.json()) as StateAnswer;
  }

  async partition(topic: string, partition: number): Promise<PartitionState> {
    const found = (await this.state()).topics.find((one) => one.name === topic)?.partitions.find((one) => one.partition === partition);
    if (found === undefined) throw new Error(`no ${topic}-${partition}`);
    return found;
  }

  /** Asks the state again and again until it is as wanted; fails when the engine's own clock passes the bound. */
  async until(what: string, holds: (state: StateAnswer) => boolean, boundMs = 60_000): Promise<StateAnswer> {
    const giveUp = Date.now() + boundMs;
    for (;;) {
      const state = await this.state();
      if (holds(state)) return state;
      if (Date.now() > giveUp) throw new Error(`never happened within ${boundMs} ms: ${what}\n${JSON.stringify(state.topics.slice(0, 2))}`);
    }
  }

  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await gone;
  }

  /** Ends it in order; answers the exit code. */
  async stop(): Promise<number> {
    if (this.process.exitCode !== null) return this.process.exitCode;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const [code] = await gone;
    return Number(code);
  }
}

/** Runs one verb to its end. */
export async function runCli(args: string[], options: { input?: string; env?: Record<string, string> } = {}): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [cliPath, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...options.env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  child.stdin.end(options.input ?? '');
  const [code] = await once(child, 'close');
  return { code: Number(code), stdout, stderr };
}
