/** A client that only makes load: one connection with each leader, several requests under way, no retries. */
import { connect, type Socket } from 'node:net';
import { FrameSplitter } from '#engine/gateway/frame-splitter.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { joinPieces } from '#engine/protocol/byte-writer.ts';
import { errorName } from '#engine/protocol/errors.ts';
import { decodeResponseFrame, encodeRequestFrame } from '#engine/protocol/frames.ts';
import type { FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import type { MetadataResponse } from '#engine/protocol/messages/03-metadata.ts';
import type { ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import { encodeBatch, forEachBatch, lastOffset, recordCount } from '#engine/protocol/record-batch.ts';
import { create } from '#engine/protocol/message.ts';
import { FetchRequest } from '#engine/protocol/messages/01-fetch.ts';
import { MetadataRequest } from '#engine/protocol/messages/03-metadata.ts';
import { ProduceRequest } from '#engine/protocol/messages/00-produce.ts';

const inFlightMax = 5;
const metadataVersion = 12;
const produceVersion = 12;
const fetchVersion = 12;
const frameBytesMax = 1 << 28;

/** Requests on one connection; answers come in their order. */
class Channel {
  readonly #socket: Socket;
  readonly #splitter = new FrameSplitter(frameBytesMax);
  readonly #waiting: ((frame: Uint8Array) => void)[] = [];
  #correlationId = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Uint8Array) => {
      this.#splitter.push(chunk);
      for (let frame = this.#splitter.take(); frame !== undefined; frame = this.#splitter.take()) this.#waiting.shift()?.(frame);
    });
  }

  static open(host: string, port: number): Promise<Channel> {
    const socket = connect({ host, port, noDelay: true });
    return new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(new Channel(socket)));
      socket.once('error', reject);
    });
  }

  ask<Body>(apiKey: number, apiVersion: number, body: unknown): Promise<Body> {
    this.#socket.write(joinPieces(encodeRequestFrame({ apiKey, apiVersion, correlationId: this.#correlationId++, clientId: 'bench' }, body)));
    return new Promise((resolve) => {
      this.#waiting.push((frame) => resolve(decodeResponseFrame(apiKey, apiVersion, frame).body as Body));
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

export class LoadClient {
  readonly #topic: string;
  /** By partition: the connection with its leader. */
  readonly #leaders: Channel[];
  readonly #channels: Channel[];

  private constructor(topic: string, channels: Channel[], leaders: Channel[]) {
    this.#topic = topic;
    this.#channels = channels;
    this.#leaders = leaders;
  }

  static async connect(bootstrap: string, topic: string): Promise<LoadClient> {
    const channels: Channel[] = [];
    for (const address of bootstrap.split(',')) {
      const [host = '', port = ''] = address.split(':');
      channels.push(await Channel.open(host, Number(port)));
    }
    const request = create(MetadataRequest, { topics: [{ name: topic }] });
    const { brokers, topics } = await channels[0]!.ask<MetadataResponse>(ApiKey.Metadata, metadataVersion, request);
    const addresses = bootstrap.split(',');
    const leaders = (topics[0]?.partitions ?? [])
      .toSorted((a, b) => a.partitionIndex - b.partitionIndex)
      .map(({ leaderId }) => {
        const leader = brokers.find(({ nodeId }) => nodeId === leaderId);
        return channels[addresses.indexOf(`${leader?.host}:${leader?.port}`)]!;
      });
    return new LoadClient(topic, channels, leaders);
  }

  /** Sends batches to the partitions in turn; answers how long it took and how long each answer did, rising. */
  async produce(batches: number, recordsPerBatch: number, recordBytes: number): Promise<{ seconds: number; latenciesMs: number[] }> {
    const value = new Uint8Array(recordBytes).fill(97);
    const timestamp = BigInt(Date.now());
    const batch = encodeBatch({ records: Array.from({ length: recordsPerBatch }, () => ({ timestamp, key: null, value })) });
    const latenciesMs: number[] = [];
    let sent = 0;
    const startMs = performance.now();
    const lane = async (partition: number): Promise<void> => {
      while (sent < batches) {
        sent++;
        const sentMs = performance.now();
        const body = create(ProduceRequest, { acks: -1, timeoutMs: 30_000, topicData: [{ name: this.#topic, partitionData: [{ index: partition, records: [batch] }] }] });
        const { responses } = await this.#leaders[partition]!.ask<ProduceResponse>(ApiKey.Produce, produceVersion, body);
        const code = responses[0]?.partitionResponses[0]?.errorCode ?? -1;
        if (code !== 0) throw new Error(`produce was refused: ${errorName(code)}`);
        latenciesMs.push(performance.now() - sentMs);
      }
    };
    await Promise.all(this.#leaders.flatMap((_, partition) => Array.from({ length: inFlightMax }, () => lane(partition))));
    return { seconds: (performance.now() - startMs) / 1000, latenciesMs: latenciesMs.toSorted((a, b) => a - b) };
  }

  /** Reads every partition from its beginning until so many records have come; answers how long it took. */
  async consume(records: number): Promise<number> {
    const progress = { left: records };
    const startMs = performance.now();
    const lane = async (partition: number): Promise<void> => {
      let fetchOffset = 0n;
      while (progress.left > 0) {
        const body = create(FetchRequest, {
          maxWaitMs: 100,
          minBytes: 1,
          topics: [{ topic: this.#topic, partitions: [{ partition, fetchOffset, partitionMaxBytes: 1_048_576 }] }],
        });
        const { responses } = await this.#leaders[partition]!.ask<FetchResponse>(ApiKey.Fetch, fetchVersion, body);
        for (const run of responses[0]?.partitions[0]?.records ?? []) {
          forEachBatch(run, (bytes, at) => {
            fetchOffset = lastOffset(bytes, at) + 1n;
            progress.left -= recordCount(bytes, at);
          });
        }
      }
    };
    await Promise.all(this.#leaders.map((_, partition) => lane(partition)));
    return (performance.now() - startMs) / 1000;
  }

  close(): void {
    for (const channel of this.#channels) channel.close();
  }
}
