/** How fast the two hot messages are decoded and encoded: batches of 16 KiB, two partitions a request, five a response. Records stay slices. */
import type { Figure } from '#engine/host/bench/bench.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { joinPieces, sizeOfPieces } from '#engine/protocol/byte-writer.ts';
import { decodeRequestFrame, decodeResponseFrame, encodeRequestFrame, encodeResponseFrame } from '#engine/protocol/frames.ts';
import { create } from '#engine/protocol/message.ts';
import { FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import { ProduceRequest } from '#engine/protocol/messages/00-produce.ts';
import { encodeBatch } from '#engine/protocol/record-batch.ts';

const produceVersion = 12;
const fetchVersion = 12;
const measuredMs = 400;
const sizeFieldBytes = 4;

export function codecFigures(): Figure[] {
  const batch = encodeBatch({ records: Array.from({ length: 15 }, () => ({ timestamp: 1n, key: null, value: new Uint8Array(1024) })) });
  const produceHeader = { apiKey: ApiKey.Produce, apiVersion: produceVersion, correlationId: 1, clientId: 'bench' };
  const produce = create(ProduceRequest, { acks: -1, timeoutMs: 30_000, topicData: [{ name: 'orders', partitionData: [0, 1].map((index) => ({ index, records: [batch] })) }] });
  const fetched = create(FetchResponse, { responses: [{ topic: 'orders', partitions: [0, 1, 2, 3, 4].map((partitionIndex) => ({ partitionIndex, records: Array.from({ length: 12 }, () => batch) })) }] });
  const produceFrame = joinPieces(encodeRequestFrame(produceHeader, produce)).subarray(sizeFieldBytes);
  const fetchFrame = joinPieces(encodeResponseFrame(ApiKey.Fetch, fetchVersion, 1, fetched)).subarray(sizeFieldBytes);
  return [
    figure('Produce request, decode', produceFrame.length, () => decodeRequestFrame(produceFrame)),
    figure('Produce request, encode', produceFrame.length, () => sizeOfPieces(encodeRequestFrame(produceHeader, produce))),
    figure('Fetch response, decode', fetchFrame.length, () => decodeResponseFrame(ApiKey.Fetch, fetchVersion, fetchFrame)),
    figure('Fetch response, encode', fetchFrame.length, () => sizeOfPieces(encodeResponseFrame(ApiKey.Fetch, fetchVersion, 1, fetched))),
  ];
}

function figure(name: string, sizeBytes: number, action: () => unknown): Figure {
  for (let index = 0; index < 1000; index++) action();
  const startMs = performance.now();
  let count = 0;
  while (performance.now() - startMs < measuredMs) for (let index = 0; index < 100; index++, count++) action();
  return { name, unit: 'MB/s', value: (count * sizeBytes) / (performance.now() - startMs) / 1000 };
}
