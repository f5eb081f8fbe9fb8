/**
 * The well-behaved client beside: in a thread of its own it produces a record with acks=all, reads it back, and compares, some fifty times a
 * second. Whatever is not as it must be is an error: a code, other bytes, a closed connection, no answer in time.
 */
import { parentPort, workerData, Worker } from 'node:worker_threads';
import { ApiKey } from '../../engine/protocol/api-keys.ts';
import { create } from '../../engine/protocol/message.ts';
import { ProduceRequest, type ProduceResponse } from '../../engine/protocol/messages/00-produce.ts';
import { FetchRequest, type FetchResponse } from '../../engine/protocol/messages/01-fetch.ts';
import { MetadataRequest, type MetadataResponse } from '../../engine/protocol/messages/03-metadata.ts';
import { decodeRecords, encodeBatch } from '../../engine/protocol/record-batch.ts';
import { WireClient } from '../../engine/testing/wire-client.ts';

export interface BystanderFigures {
  rounds: number;
  errors: string[];
  /** Of a produce with acks=all and of the fetch behind it. */
  produceMs: { median: number; p99: number; max: number };
  fetchMs: { median: number; p99: number; max: number };
}

interface Place {
  partition: number;
  client: WireClient;
}

const roundEveryMs = 20;
const answerWithinMs = 30_000;
const errorsKeptMax = 20;

export class Bystander {
  readonly #worker: Worker;
  readonly ended: Promise<never>;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.ended = new Promise((_, reject) => worker.once('error', reject));
    this.ended.catch(() => undefined);
  }

  static async start(ports: readonly number[], topic: string): Promise<Bystander> {
    const worker = new Worker(new URL(import.meta.url), { workerData: { ports, topic } });
    const bystander = new Bystander(worker);
    await Promise.race([new Promise((resolve) => worker.once('message', resolve)), bystander.ended]);
    return bystander;
  }

  /** What was measured since the last call. */
  async figures(): Promise<BystanderFigures> {
    const answer = new Promise<BystanderFigures>((resolve) => this.#worker.once('message', resolve));
    this.#worker.postMessage('figures', []);
    return Promise.race([answer, this.ended]);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

async function placesOf(ports: readonly number[], topic: string): Promise<Place[]> {
  const first = await WireClient.connect(ports[0]!);
  const answer = await first.ask(ApiKey.Metadata, 12, 1, create(MetadataRequest, { topics: [{ name: topic }] }));
  const metadata = answer!.body as MetadataResponse;
  first.reset();
  return Promise.all(metadata.topics[0]!.partitions.map(async ({ partitionIndex, leaderId }) => {
    const port = metadata.brokers.find(({ nodeId }) => nodeId === leaderId)!.port;
    return { partition: partitionIndex, client: await WireClient.connect(port) };
  }));
}

function percentiles(samples: number[]): { median: number; p99: number; max: number } {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { median: at(0.5), p99: at(0.99), max: at(1) };
}

class Rounds {
  errors: string[] = [];
  produceMs: number[] = [];
  fetchMs: number[] = [];
  #rounds = 0;
  #busy = false;
  readonly #topic: string;
  readonly #places: Place[];

  constructor(topic: string, places: Place[]) {
    this.#topic = topic;
    this.#places = places;
  }

  tick(): void {
    if (this.#busy || this.#places.length === 0) return;
    this.#busy = true;
    void this.#round(this.#places[this.#rounds % this.#places.length]!)
      .catch((error: unknown) => this.#fail(String(error)))
      .finally(() => (this.#busy = false));
  }

  figures(): BystanderFigures {
    const figures = { rounds: this.produceMs.length, errors: this.errors, produceMs: percentiles(this.produceMs), fetchMs: percentiles(this.fetchMs) };
    this.errors = [];
    this.produceMs = [];
    this.fetchMs = [];
    return figures;
  }

  async #round({ partition, client }: Place): Promise<void> {
    const number = ++this.#rounds;
    const value = new Uint8Array(1024).fill(number & 255);
    const records = [encodeBatch({ records: [{ timestamp: BigInt(Date.now()), key: null, value }] })];
    const started = performance.now();
    const produced = await this.#ask(client, ApiKey.Produce, 9, number, create(ProduceRequest, { acks: -1, timeoutMs: 30_000, topicData: [{ name: this.#topic, partitionData: [{ index: partition, records }] }] }));
    const answered = performance.now();
    const written = (produced as ProduceResponse).responses[0]!.partitionResponses[0]!;
    if (written.errorCode !== 0) throw new Error(`produce to ${this.#topic}-${partition}: error ${written.errorCode}`);
    const fetched = await this.#ask(client, ApiKey.Fetch, 12, number, create(FetchRequest, {
      maxWaitMs: 1000, minBytes: 1, maxBytes: 1 << 20, topics: [{ topic: this.#topic, partitions: [{ partition, fetchOffset: written.baseOffset, partitionMaxBytes: 1 << 20 }] }],
    }));
    this.produceMs.push(answered - started);
    this.fetchMs.push(performance.now() - answered);
    const read = (fetched as FetchResponse).responses[0]!.partitions[0]!;
    const [first] = read.records?.[0] === undefined ? [] : decodeRecords(read.records[0], 0);
    if (read.errorCode !== 0 || first?.offset !== written.baseOffset || Buffer.compare(first.value ?? new Uint8Array(0), value) !== 0) {
      throw new Error(`fetch of ${this.#topic}-${partition} at ${written.baseOffset}: error ${read.errorCode}, offset ${first?.offset}`);
    }
  }

  async #ask(client: WireClient, apiKey: number, version: number, correlationId: number, body: unknown): Promise<unknown> {
    let tooLate: NodeJS.Timeout | undefined;
    const bound = new Promise<'late'>((resolve) => (tooLate = setTimeout(() => resolve('late'), answerWithinMs)));
    const answer = await Promise.race([client.ask(apiKey, version, correlationId, body), bound]);
    clearTimeout(tooLate);
    if (answer === 'late') throw new Error(`no answer within ${answerWithinMs} ms`);
    if (answer === undefined) throw new Error(`the connection was closed (${client.ending})`);
    if (answer.correlationId !== correlationId) throw new Error(`the answer to ${answer.correlationId} came for ${correlationId}`);
    return answer.body;
  }

  #fail(error: string): void {
    if (this.errors.length < errorsKeptMax) this.errors.push(error);
  }
}

if (parentPort !== null) {
  const port = parentPort;
  const { ports, topic } = workerData as { ports: number[]; topic: string };
  const rounds = new Rounds(topic, await placesOf(ports, topic));
  setInterval(() => rounds.tick(), roundEveryMs);
  port.on('message', () => port.postMessage(rounds.figures()));
  port.postMessage('ready');
}
