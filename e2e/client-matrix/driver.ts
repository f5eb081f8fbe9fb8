/**
 * A client that others wrote, behind a small program of ours in its own language: one JSON object a line each way. A request names an
 * operation and its arguments, an answer carries what the client returned, or its error, or why the client has no such thing. The program
 * judges nothing; what an answer should be is said once, in stories/.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Operations } from './operations.ts';

/** The client offers no such thing: no failure, and said in the table. */
export class Absent extends Error {}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

const stopWithinMs = 5000;

export class Driver {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #complaints: string[] = [];
  #ended: string | undefined;

  constructor(command: string, args: string[], env: Record<string, string>) {
    this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env }, detached: process.platform !== 'win32' });
    const { stdin, stdout, stderr } = this.#process;
    if (stdin === null || stdout === null || stderr === null) throw new Error('a driver without pipes');
    stdin.on('error', () => undefined);
    createInterface({ input: stdout }).on('line', (line) => this.#receive(line));
    createInterface({ input: stderr }).on('line', (line) => {
      this.#complaints = [...this.#complaints, line].slice(-20);
    });
    this.#process.on('error', (error) => this.#end(error.message));
    this.#process.on('close', (code, signal) => this.#end(`the driver ended with ${String(code ?? signal)}: ${this.#complaints.slice(-8).join(' / ')}`));
  }

  get isAlive(): boolean {
    return this.#ended === undefined;
  }

  async call<Name extends keyof Operations>(op: Name, args: Operations[Name][0], withinMs = 30_000): Promise<Operations[Name][1]> {
    if (this.#ended !== undefined) throw new Error(this.#ended);
    this.#lastId += 1;
    const id = this.#lastId;
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      timer = setTimeout(() => {
        reject(new Error(`${op} did not end within ${withinMs / 1000} s${this.#complaints.length === 0 ? '' : `; last said: ${this.#complaints.slice(-2).join(' / ')}`}`));
        // A program that hangs in one operation would hold up the next ones.
        this.#ended ??= `the driver was ended, for ${op} hung`;
        this.#killAll();
      }, withinMs);
    });
    this.#process.stdin?.write(`${JSON.stringify({ id, op, args })}\n`);
    try {
      return (await answer) as Operations[Name][1];
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  /** Ends the program: by the end of its input, or harder. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null || this.#process.pid === undefined) return;
    const gone = once(this.#process, 'close');
    this.#process.stdin?.end();
    const harder = setTimeout(() => this.#killAll(), stopWithinMs);
    await gone;
    clearTimeout(harder);
  }

  /** The driver and what it started: they are a process group of their own. */
  #killAll(): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
    } catch {
      // It was gone already.
    }
  }

  #receive(line: string): void {
    if (!line.startsWith('{')) {
      this.#complaints = [...this.#complaints, line].slice(-20);
      return;
    }
    const answer = JSON.parse(line) as { id: number; ok?: unknown; error?: string; absent?: string };
    const waiting = this.#waiting.get(answer.id);
    if (answer.absent !== undefined) waiting?.reject(new Absent(answer.absent));
    else if (answer.error === undefined) waiting?.resolve(answer.ok);
    else waiting?.reject(new Error(answer.error));
  }

  #end(why: string): void {
    this.#ended ??= why;
    for (const waiting of this.#waiting.values()) waiting.reject(new Error(this.#ended));
    this.#waiting.clear();
  }
}
