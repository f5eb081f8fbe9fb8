/**
 * A group coordinator on a bench, for its own tests: one partition of `__consumer_offsets` whose log, high watermark, clock
 * and timers the test moves by hand.
 */
import { noCompression } from '#engine/ports/compression.ts';
import { noCryptography } from '#engine/ports/cryptography.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import type { Fact, FactKind, FactPayloads, Why } from '#engine/core/facts.ts';
import type { CoordinatorHost, GroupSettings } from '#engine/core/group/host.ts';
import {
  onAppendCompleted,
  onGroupRequest,
  onGroupTimer,
  onOffsetsPartitionElected,
  onOffsetsPartitionResigned,
  onTopicsDeleted,
  startGroupCoordinator,
} from '#engine/core/group/coordinator.ts';
import type { GroupCoordinatorState } from '#engine/core/group/state.ts';
import { apis } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create, type MessageDefinition } from '#engine/protocol/message.ts';
import { lastOffset, recordCount, setBaseOffset } from '#engine/protocol/record-batch.ts';

export const benchSettings: GroupSettings = {
  'group.min.session.timeout.ms': 6000,
  'group.max.session.timeout.ms': 1_800_000,
  'group.initial.rebalance.delay.ms': 3000,
  'group.max.size': 2_147_483_647,
  'offset.metadata.max.bytes': 4096,
  'offsets.retention.minutes': 10_080,
  'offsets.retention.check.interval.ms': 600_000,
  'offsets.commit.timeout.ms': 5000,
  'offsets.topic.compression.codec': 0,
  'offsets.topic.num.partitions': 1,
};

interface Timer {
  kind: string;
  key: string;
  dueUs: number;
}

export interface BenchLog {
  batches: Uint8Array[];
  logEndOffset: bigint;
  highWatermark: bigint;
}

export class TestCoordinator {
  state: GroupCoordinatorState = startGroupCoordinator();
  readonly log: BenchLog = { batches: [], logEndOffset: 0n, highWatermark: 0n };
  readonly settings: GroupSettings = { ...benchSettings };
  readonly topics = new Map<string, number>([['orders', 4], ['payments', 2]]);
  readonly facts: Fact[] = [];
  /** Appends commit by themselves, as with one replica; off: the test calls `commit`. */
  autoCommits = true;
  /** What the next appends answer. */
  appendError: number = ErrorCode.NONE;
  offsetsTopicWanted = 0;
  nowUs = 0;
  #waits: { token: string; offset: bigint }[] = [];
  #timers: Timer[] = [];
  readonly #answers = new Map<number, unknown>();
  #nextId = 1;

  constructor() {
    this.elect();
  }

  /** This broker becomes the partition's leader, and the partition is loaded unless the test holds it. */
  elect({ epoch = 1, load = true } = {}): void {
    onOffsetsPartitionElected(this.state, 0, epoch, this.host, this.context);
    if (load) this.advance(0);
  }
  resign(): void {
    this.#waits = [];
    onOffsetsPartitionResigned(this.state, 0, this.host, this.context);
  }
  deleteTopics(...topics: string[]): void {
    onTopicsDeleted(this.state, new Set(topics), this.host, this.context);
    this.#settle();
  }
  /** As after a restart on the same disk. */
  restart(): void {
    this.state = startGroupCoordinator();
    this.#timers = [];
    this.#waits = [];
    this.elect({ epoch: 2 });
  }

  /** Sends a request; its answer is what `answerTo` gives, now or later. */
  send(apiKey: number, values: Record<string, unknown>, { version, clientId = 'client' }: { version?: number; clientId?: string } = {}): number {
    const api = apis.find(({ key }) => key === apiKey);
    if (api === undefined) throw new Error(`no API ${apiKey}`);
    const id = this.#nextId++;
    const request: RequestMessage = {
      kind: 'request', id, from: 'external/1', to: 'broker/1', listener: 'PLAINTEXT', connectionId: id, clientAddress: '127.0.0.1',
      correlationId: id, apiKey, apiVersion: version ?? api.request.versions.max, clientId, sentUs: this.nowUs, causeId: 0,
      body: create(api.request as MessageDefinition, values),
    };
    onGroupRequest(this.state, request, this.host, this.context);
    this.#settle();
    return id;
  }
  answerTo<T>(id: number): T | undefined {
    return this.#answers.get(id) as T | undefined;
  }
  /** Sends and expects the answer at once. */
  ask<T>(apiKey: number, values: Record<string, unknown>, options: { version?: number; clientId?: string } = {}): T {
    const answer = this.answerTo<T>(this.send(apiKey, values, options));
    if (answer === undefined) throw new Error(`API ${apiKey} is not answered yet`);
    return answer;
  }

  /** Lets time pass, with every timer that is due in it, in order. */
  advance(ms: number): void {
    const untilUs = this.nowUs + ms * 1000;
    for (let timer = this.#nextTimer(untilUs); timer !== undefined; timer = this.#nextTimer(untilUs)) {
      this.nowUs = Math.max(this.nowUs, timer.dueUs);
      this.context.disarm(timer.kind, timer.key);
      onGroupTimer(this.state, timer.kind, timer.key, this.host, this.context);
      this.#settle();
    }
    this.nowUs = untilUs;
  }
  /** The high watermark reaches the log's end. */
  commit(): void {
    this.log.highWatermark = this.log.logEndOffset;
    for (const wait of this.#waits.splice(0).filter(({ offset }) => offset <= this.log.highWatermark)) {
      onAppendCompleted(this.state, wait.token, ErrorCode.NONE, this.host, this.context);
    }
  }
  isArmed(kind: string): boolean {
    return this.#timers.some((timer) => timer.kind === kind);
  }
  get recordCount(): number {
    return this.log.batches.reduce((sum, batch) => sum + recordCount(batch, 0), 0);
  }

  #settle(): void {
    while (this.autoCommits && this.#waits.length > 0) this.commit();
  }
  #nextTimer(untilUs: number): Timer | undefined {
    return this.#timers.filter(({ dueUs }) => dueUs <= untilUs).toSorted((a, b) => a.dueUs - b.dueUs)[0];
  }

  readonly host: CoordinatorHost = this.#makeHost();
  readonly context: NodeContext = this.#makeContext();

  #makeHost(): CoordinatorHost {
    const { log, topics } = this;
    return {
      brokerId: 1,
      settings: this.settings,
      offsetsPartitionCount: () => 1,
      offsetsPartitionLeader: () => 1,
      createOffsetsTopic: () => {
        this.offsetsTopicWanted += 1;
      },
      brokerEndpoint: () => ({ host: 'localhost', port: 9092 }),
      clientHost: (request) => `/${request.clientAddress ?? ''}`,
      topicIdOf: (topic) => (topics.has(topic) ? topicIdFor(topic) : undefined),
      topicNameOf: (topicId) => [...topics.keys()].find((topic) => topicIdFor(topic) === topicId),
      partitionCountOf: (topic) => topics.get(topic),
      append: (_partition, _epoch, batch, token) => {
        if (this.appendError !== ErrorCode.NONE) return { errorCode: this.appendError, firstOffset: -1n, lastOffset: -1n };
        const firstOffset = log.logEndOffset;
        setBaseOffset(batch, 0, firstOffset);
        log.batches.push(batch);
        log.logEndOffset = lastOffset(batch, 0) + 1n;
        this.#waits.push({ token, offset: log.logEndOffset });
        return { errorCode: ErrorCode.NONE, firstOffset, lastOffset: log.logEndOffset - 1n };
      },
      awaitCommitted: (_partition, offset, token) => {
        this.#waits.push({ token, offset });
      },
      logOffsets: () => ({ logStartOffset: 0n, highWatermark: log.highWatermark, logEndOffset: log.logEndOffset }),
      readBatches: (_partition, fromOffset) => log.batches.filter((batch) => lastOffset(batch, 0) >= fromOffset).slice(0, 2),
    };
  }

  #clockUs(): number {
    return this.nowUs;
  }

  #makeContext(): NodeContext {
    let drawn = 0;
    const clockUs = () => this.#clockUs();
    return {
      node: 'broker/1',
      incarnation: 1,
      get nowUs() {
        return clockUs();
      },
      get nowMs() {
        return 1_000_000 + Math.floor(clockUs() / 1000);
      },
      random: { next: () => 0.5, integer: (bound) => (Math.imul(drawn++, 0x9e_37_79_b1) >>> 8) % bound, uuid: () => topicIdFor(String(drawn++)) },
      get disk(): never {
        throw new Error('the bench has no disk');
      },
      compression: noCompression,
      cryptography: noCryptography,
      eventId: 0,
      request: () => {
        throw new Error('the group coordinator sends no requests');
      },
      forget: () => {},
      respond: (request, body) => {
        if (this.#answers.has(request.id)) throw new Error(`request ${request.id} (API ${request.apiKey}) is answered twice`);
        this.#answers.set(request.id, body);
      },
      doneWithout: () => {},
      closeConnection: () => {},
      arm: (kind, key, delayMs) => {
        this.#timers = [...this.#timers.filter((timer) => timer.kind !== kind || timer.key !== key), { kind, key, dueUs: this.nowUs + delayMs * 1000 }];
      },
      disarm: (kind, key) => {
        this.#timers = this.#timers.filter((timer) => timer.kind !== kind || timer.key !== key);
      },
      armedAtUs: (kind, key) => this.#timers.find((timer) => timer.kind === kind && timer.key === key)?.dueUs,
      publish: <K extends FactKind>(kind: K, payload: FactPayloads[K], why?: Why) => {
        this.facts.push({ kind, payload, ...(why === undefined ? {} : { why }) });
      },
      halt: () => {},
    };
  }
}

/** A UUID that is the topic's name in disguise. */
export function topicIdFor(topic: string): string {
  return topic.padEnd(22, 'A').slice(0, 22);
}
