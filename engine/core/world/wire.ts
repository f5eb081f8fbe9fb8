/**
 * The wire inside the world. Messages travel as decoded objects; here they can be put through Kafka's real encoding, to prove
 * that both ways give the same run, and measured, where a link has a bandwidth. A version of ApiVersions that nobody knows travels
 * as version 0, there and back (see `responseVersion`).
 */
import { ApiKey, apiOf } from '#engine/protocol/api-keys.ts';
import { decodeBody, encodeBody } from '#engine/protocol/codec.ts';
import { responseVersion } from '#engine/protocol/frames.ts';
import type { MessageDefinition } from '#engine/protocol/message.ts';
import type { ProduceRequest } from '#engine/protocol/messages/00-produce.ts';
import type { WireMode } from '#engine/core/world/world-state.ts';
import type { Message } from '#engine/core/node.ts';
import { carriedBody } from '#engine/core/world/carried-fields.ts';
import { assert } from '#engine/ports/assert.ts';

/** Size field, header with an average client id: what a frame has besides its body. */
const headerBytes = 32;
const disconnectBytes = 60;

function definitionOf(message: Message): MessageDefinition | undefined {
  if (message.kind === 'disconnect') return undefined;
  const api = apiOf(message.apiKey);
  assert(api !== undefined, `there is no API ${message.apiKey}`);
  return message.kind === 'request' ? api.request : api.response;
}

function encode(message: Message): Uint8Array | undefined {
  const definition = definitionOf(message);
  if (definition === undefined || message.kind === 'disconnect') return undefined;
  return encodeBody(definition, responseVersion(message.apiKey, message.apiVersion), message.body as never);
}

/**
 * The message as its receiver gets it: with what its version carries, and with batches of its own. A leader writes offset and epoch
 * into the batches it is given, and the producer may have to send its own again. All else is read only, and shared.
 */
export function asReceived(message: Message, wire: WireMode): Message {
  if (message.kind === 'disconnect') return message;
  if (wire === 'bytes') return throughWire(message);
  const body = carriedBody(definitionOf(message)!, responseVersion(message.apiKey, message.apiVersion), message.body);
  if (message.kind === 'request' && message.apiKey === ApiKey.Produce) return { ...message, body: withOwnBatches(body as ProduceRequest) };
  return body === message.body ? message : { ...message, body };
}

function withOwnBatches(body: ProduceRequest): ProduceRequest {
  const topicData = body.topicData.map((topic) => ({
    ...topic,
    partitionData: topic.partitionData.map((partition) => ({ ...partition, records: partition.records?.map((run) => run.slice()) ?? null })),
  }));
  return { ...body, topicData };
}

function throughWire(message: Message): Message {
  const bytes = encode(message);
  const definition = definitionOf(message);
  if (bytes === undefined || definition === undefined || message.kind === 'disconnect') return message;
  return { ...message, body: decodeBody(definition, responseVersion(message.apiKey, message.apiVersion), bytes) };
}

export function messageSizeBytes(message: Message): number {
  const bytes = encode(message);
  return bytes === undefined ? disconnectBytes : headerBytes + bytes.length;
}
