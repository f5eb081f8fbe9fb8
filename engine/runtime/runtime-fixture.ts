/** A runtime for tests: a small cluster on memory disks, under a clock that is moved by hand. */
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { clusterSpecSchema } from '#engine/contract/cluster-spec.ts';
import type { ClusterSpecInput } from '#engine/contract/cluster-spec.ts';
import type { Clock } from '#engine/ports/clock.ts';
import { joinPieces } from '#engine/protocol/byte-writer.ts';
import { decodeResponseFrame, encodeRequestFrame } from '#engine/protocol/frames.ts';
import { apiOf } from '#engine/protocol/api-keys.ts';
import { create } from '#engine/protocol/message.ts';
import type { DeepPartial, MessageDefinition, MessageOf } from '#engine/protocol/message.ts';
import { startRuntime } from '#engine/runtime/runtime.ts';
import type { Runtime, RuntimeOptions } from '#engine/runtime/runtime.ts';
import type { OutsideAnswer } from '#engine/runtime/outside.ts';

const loopTurnMs = 0.01;

export class SteppedClock implements Clock {
  private now = 0;
  private order = 0;
  private scheduled: { dueMs: number; order: number; callback: () => void }[] = [];
  /** What each look at the clock costs: lets a turn's bound be reached. */
  tickMs = 0;

  nowMs(): number {
    this.now += this.tickMs;
    return this.now;
  }
  wallMs(): number {
    return 1_767_225_600_000 + this.now;
  }
  schedule(delayMs: number, callback: () => void): () => void {
    const entry = { dueMs: this.now + delayMs, order: this.order++, callback };
    this.scheduled.push(entry);
    return () => {
      this.scheduled = this.scheduled.filter((other) => other !== entry);
    };
  }
  /** Lets real time pass, with everything that comes due on the way. A turn of the event loop takes a little time itself. */
  advance(byMs: number): void {
    const untilMs = this.now + byMs;
    for (;;) {
      const next = this.scheduled.filter(({ dueMs }) => dueMs <= untilMs).toSorted((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0];
      if (next === undefined) break;
      this.scheduled = this.scheduled.filter((other) => other !== next);
      this.now = Math.max(this.now + loopTurnMs, next.dueMs);
      next.callback();
    }
    this.now = Math.max(this.now, untilMs);
  }
}

export interface TestRuntime {
  runtime: Runtime;
  clock: SteppedClock;
  disks: Map<number, MemoryDisk>;
  answers: OutsideAnswer[];
  logLines: string[];
  /** Sends one request of a client outside. */
  send<D extends MessageDefinition>(connectionId: number, correlationId: number, request: D, values: DeepPartial<MessageOf<D>>, apiVersion?: number): void;
  /** Lets time pass until the answer is there. */
  answerTo<R extends MessageDefinition>(correlationId: number, response: R, apiVersion?: number): MessageOf<R>;
}

export function testSpec(more: Partial<ClusterSpecInput> = {}): ReturnType<typeof clusterSpecSchema.parse> {
  return clusterSpecSchema.parse({ brokers: [{ id: 1 }, { id: 2 }, { id: 3 }], topics: [{ name: 'orders', partitions: 2, replicationFactor: 3 }], ...more });
}

export function startTestRuntime(options: Partial<RuntimeOptions> = {}, disks = new Map<number, MemoryDisk>()): TestRuntime {
  const clock = new SteppedClock();
  const answers: OutsideAnswer[] = [];
  const logLines: string[] = [];
  const runtime = startRuntime({
    spec: testSpec(),
    seed: 7,
    clock,
    diskFor: (id) => diskOf(disks, id),
    log: (line) => void logLines.push(line),
    ...options,
  });
  runtime.onAnswer((answer) => void answers.push(answer));
  return {
    runtime,
    clock,
    disks,
    answers,
    logLines,
    send(connectionId, correlationId, request, values, apiVersion = newestVersion(request)) {
      const pieces = encodeRequestFrame({ apiKey: request.apiKey, apiVersion, correlationId, clientId: 'test' }, create(request, values as never));
      runtime.request(connectionId, joinPieces(pieces).slice(4));
    },
    answerTo(correlationId, response, apiVersion = newestVersion(response)) {
      for (let waitedMs = 0; waitedMs < 60_000; waitedMs++) {
        for (const answer of answers) {
          if (answer.type !== 'frame') continue;
          const frame = joinPieces(answer.pieces).slice(4);
          if (new DataView(frame.buffer, frame.byteOffset).getInt32(0) === correlationId) return decodeResponseFrame(response.apiKey, apiVersion, frame).body as never;
        }
        clock.advance(1);
      }
      throw new Error(`no answer to request ${correlationId} within 60 s`);
    },
  };
}

function diskOf(disks: Map<number, MemoryDisk>, id: number): MemoryDisk {
  const known = disks.get(id);
  if (known !== undefined) return known;
  const disk = new MemoryDisk();
  disks.set(id, disk);
  return disk;
}

function newestVersion({ apiKey, versions }: MessageDefinition): number {
  return apiOf(apiKey)?.versions.max ?? versions.max;
}
