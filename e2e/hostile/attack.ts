/**
 * One enemy: a connection at a time with some broker, and over it frames in bursts, in one of the ways in which a bad client treats a socket.
 *
 * A burst ends with the first damaged frame, so that none stands behind a frame that already cost the connection. It is over when each frame is
 * answered, when the broker has closed the connection, or when nothing has come for a while: some requests wait, as they may in Kafka, and
 * Produce with acks=0 has no answer.
 */
import { connect, type Socket } from 'node:net';
import { hostileFrame, type HostileFrame } from '../../engine/testing/hostile/frames.ts';
import type { Target } from '../../engine/testing/hostile/bodies.ts';
import type { Chance } from '../../engine/testing/hostile/chance.ts';
import { FrameSplitter } from '../../engine/gateway/frame-splitter.ts';

export const manners = {
  atOnce: 76, byteByByte: 3, inPieces: 8, neverReads: 4, staysSilent: 1, endsAtOnce: 4, resetsAtOnce: 4,
} as const;
export type Manner = keyof typeof manners;
const mannersDrawn = (Object.keys(manners) as Manner[]).flatMap((manner) => Array.from({ length: manners[manner] }, () => manner));

export interface AttackCounts {
  frames: number;
  bytes: number;
  answers: number;
  /** Connections that a broker closed. */
  closed: number;
  connections: number;
  /** Bursts that were given up because nothing more came. */
  waiting: number;
  /** Answers that are no frames, which no broker may send. */
  unreadable: number;
  byKind: Record<string, number>;
  /** Of `waiting`: the API whose answer was awaited. */
  waitingFor: Record<string, number>;
}

export function noCounts(): AttackCounts {
  return { frames: 0, bytes: 0, answers: 0, closed: 0, connections: 0, waiting: 0, unreadable: 0, byKind: {}, waitingFor: {} };
}

export interface AttackPlan {
  ports: readonly number[];
  target: Target;
  chance: Chance;
  counts: AttackCounts;
  /** Takes one frame from what is still to be sent; false: it is over. */
  takeFrame(): boolean;
}

const burstMax = 12;
const quietMs = 500;
const silentMs = 1000;
const burstsPerConnectionMax = 40;

/** Attacks until no frame is left. */
export async function attack(plan: AttackPlan): Promise<void> {
  while (await oneConnection(plan)) plan.counts.connections++;
}

async function oneConnection(plan: AttackPlan): Promise<boolean> {
  const line = new Line(plan.chance.pick(plan.ports), plan.counts);
  if (!(await line.opened)) return true;
  for (let bursts = 0; bursts < burstsPerConnectionMax && line.isOpen; bursts++) {
    const frames = burst(plan);
    if (frames.length === 0) {
      line.drop();
      return false;
    }
    await line.send(frames, plan.chance.pick(mannersDrawn), plan.chance);
  }
  line.drop();
  return true;
}

function burst({ target, chance, counts, takeFrame }: AttackPlan): HostileFrame[] {
  const frames: HostileFrame[] = [];
  while (frames.length < burstMax && takeFrame()) {
    const frame = hostileFrame(target, chance);
    frames.push(frame);
    counts.frames++;
    counts.bytes += frame.bytes.length;
    counts.byKind[frame.kind] = (counts.byKind[frame.kind] ?? 0) + 1;
    if (frame.kind !== 'valid') break;
  }
  return frames;
}

/** A connection, and what is awaited on it. */
class Line {
  readonly opened: Promise<boolean>;
  isOpen = false;
  readonly #socket: Socket;
  readonly #counts: AttackCounts;
  readonly #splitter = new FrameSplitter(2 ** 30);
  #missing = 0;
  #over: ((how: 'answered' | 'closed' | 'quiet') => void) | undefined;
  #quiet: NodeJS.Timeout | undefined;

  constructor(port: number, counts: AttackCounts) {
    this.#counts = counts;
    // Half open, so that the broker's end is answered with a reset, which leaves no socket of it waiting in the system.
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    this.opened = new Promise((resolve) => {
      this.#socket.once('connect', () => {
        this.isOpen = true;
        resolve(true);
      });
      this.#socket.once('close', () => resolve(false));
    });
    this.#socket.on('data', (chunk: Uint8Array) => this.#receive(chunk));
    this.#socket.on('end', () => this.#socket.resetAndDestroy());
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      if (this.isOpen) counts.closed++;
      this.isOpen = false;
      this.#finish('closed');
    });
  }

  async send(frames: readonly HostileFrame[], manner: Manner, chance: Chance): Promise<void> {
    this.#missing = frames.length;
    const bytes = Buffer.concat(frames.map((frame) => frame.bytes));
    const over = new Promise<'answered' | 'closed' | 'quiet'>((resolve) => (this.#over = resolve));
    if (manner === 'neverReads') this.#socket.pause();
    this.#await(manner === 'staysSilent' ? silentMs : quietMs);
    if (manner === 'staysSilent') this.#socket.write(bytes.subarray(0, bytes.length >> 1));
    else if (manner === 'byteByByte') await this.#sendIn(bytes, () => 1);
    else if (manner === 'inPieces') await this.#sendIn(bytes, () => 1 + chance.below(bytes.length));
    else this.#socket.write(bytes);
    if (manner === 'endsAtOnce') this.#socket.end();
    if (manner === 'resetsAtOnce') this.drop();
    const how = await over;
    if (how === 'quiet') this.#noteWaiting(frames[frames.length - this.#missing]);
    if (how !== 'answered' || manner === 'neverReads') this.drop();
  }

  #noteWaiting(frame: HostileFrame | undefined): void {
    this.#counts.waiting++;
    const of = frame?.api.split(' ')[0] ?? 'nothing';
    this.#counts.waitingFor[of] = (this.#counts.waitingFor[of] ?? 0) + 1;
  }

  drop(): void {
    this.isOpen = false;
    this.#socket.resetAndDestroy();
    this.#finish('closed');
  }

  async #sendIn(bytes: Uint8Array, size: () => number): Promise<void> {
    for (let at = 0; at < bytes.length && !this.#socket.destroyed;) {
      const end = Math.min(bytes.length, at + size());
      await new Promise<void>((resolve) => {
        this.#socket.write(bytes.subarray(at, end), () => resolve());
      });
      at = end;
    }
  }

  #await(ms: number): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#finish('quiet'), ms);
  }

  #finish(how: 'answered' | 'closed' | 'quiet'): void {
    clearTimeout(this.#quiet);
    this.#over?.(how);
    this.#over = undefined;
  }

  #receive(chunk: Uint8Array): void {
    this.#splitter.push(chunk);
    try {
      for (let frame = this.#splitter.take(); frame !== undefined; frame = this.#splitter.take()) {
        this.#counts.answers++;
        this.#missing--;
        this.#quiet?.refresh();
      }
    } catch {
      this.#counts.unreadable++;
      this.drop();
    }
    if (this.#missing <= 0) this.#finish('answered');
  }
}
