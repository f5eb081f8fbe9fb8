/**
 * Whole requests and responses, header and body.
 *
 * On a connection each is preceded by its size in 32 bits. What is encoded here carries that size; what is decoded here comes
 * without it (whoever cut the stream into frames has read it). Header versions: a request's is 2 when the version of the body is
 * flexible and 1 before; a response's is 1 or 0 likewise, except that an ApiVersions response always has 0, because a client reads
 * it before it knows what the broker can do (KIP-511). The client id in a request header never has a compact length.
 */
import { apiOf, ApiKey, type Api } from '#engine/protocol/api-keys.ts';
import { ByteReader } from '#engine/protocol/byte-reader.ts';
import { ByteWriter } from '#engine/protocol/byte-writer.ts';
import { readBody, writeBody } from '#engine/protocol/codec.ts';
import { create, inVersions, type BodyOf, type Fields } from '#engine/protocol/message.ts';
import { ProtocolError, within } from '#engine/protocol/protocol-error.ts';

export interface DecodedRequestHeader {
  apiKey: number;
  apiVersion: number;
  correlationId: number;
  clientId: string | null;
}

export interface DecodedRequest {
  header: DecodedRequestHeader;
  body: unknown;
}

export interface DecodedResponse {
  correlationId: number;
  body: unknown;
}

/**
 * Reads a request as a broker's listener does, or with 'any' as the engine's own tools may.
 *
 * An ApiVersions request of an unknown version comes with a body of defaults: it must be answered (in version 0, with UNSUPPORTED_VERSION and
 * the list), so that a newer client learns what it may send. Any other version or API that the listener does not serve is an
 * error, as in Kafka, where it ends the connection.
 */
export function decodeRequestFrame(frame: Uint8Array, listener: 'broker' | 'any' = 'broker'): DecodedRequest {
  const reader = new ByteReader(frame);
  let api: Api | undefined;
  try {
    const header = readRequestHeader(reader);
    api = apiOf(header.apiKey);
    if (api === undefined) throw new ProtocolError(`there is no API with key ${header.apiKey}`, 0);
    if (!inVersions(api.versions, header.apiVersion)) {
      if (header.apiKey === ApiKey.ApiVersions) return { header, body: create(api.request) };
      throw new ProtocolError(`${api.name} has no version ${header.apiVersion}, only ${api.versions.min} to ${api.versions.max}`, 2);
    }
    if (listener === 'broker') checkServedByBrokers(api, header.apiVersion);
    return { header, body: readBody(api.request, header.apiVersion, reader) };
  } catch (error) {
    throw api === undefined ? within(error, 'request header') : error;
  }
}

function checkServedByBrokers(api: Api, version: number): void {
  if (!api.onBroker) throw new ProtocolError(`${api.name} is for controllers and is not served on a broker's listener`, 0);
  if (api.offered !== undefined && version > api.offered.max) throw new ProtocolError(`${api.name} version ${version} is unstable and not enabled`, 2);
}

function readRequestHeader(reader: ByteReader): DecodedRequestHeader {
  const apiKey = reader.int16();
  const apiVersion = reader.int16();
  const correlationId = reader.int32();
  const clientIdLength = reader.stringLength(false);
  const clientId = clientIdLength < 0 ? null : reader.text(clientIdLength);
  const api = apiOf(apiKey);
  if (api !== undefined && hasFlexibleRequestHeader(api, apiVersion)) skipTags(reader);
  return { apiKey, apiVersion, correlationId, clientId };
}

/** An unknown version of ApiVersions is taken to be a newer one. Of other APIs it will be refused, whatever its header. */
function hasFlexibleRequestHeader(api: Api, version: number): boolean {
  return version >= api.request.flexibleFrom && (api.key === ApiKey.ApiVersions || inVersions(api.versions, version));
}

function skipTags(reader: ByteReader): void {
  const count = reader.unsignedVarint();
  for (let index = 0; index < count; index++) {
    reader.unsignedVarint();
    reader.skip(reader.unsignedVarint());
  }
}

/** The request in pieces, its size in front. */
export function encodeRequestFrame(header: DecodedRequestHeader, body: unknown): Uint8Array[] {
  const api = knownApi(header.apiKey);
  const writer = new ByteWriter();
  writer.int32(0);
  writer.int16(header.apiKey);
  writer.int16(header.apiVersion);
  writer.int32(header.correlationId);
  if (header.clientId === null) writer.nullString(false);
  else writer.string(header.clientId, false);
  if (header.apiVersion >= api.request.flexibleFrom) writer.unsignedVarint(0);
  writeBody(api.request, header.apiVersion, writer, body as BodyOf<Fields>);
  return withSize(writer);
}

/** The version in which a request is answered: its own, but 0 for an ApiVersions request of an unknown version. */
export function responseVersion(apiKey: number, apiVersion: number): number {
  return apiKey === ApiKey.ApiVersions && !inVersions(knownApi(apiKey).versions, apiVersion) ? 0 : apiVersion;
}

/** The response in pieces, its size in front. */
export function encodeResponseFrame(apiKey: number, apiVersion: number, correlationId: number, body: unknown): Uint8Array[] {
  const api = knownApi(apiKey);
  const version = responseVersion(apiKey, apiVersion);
  const writer = new ByteWriter();
  writer.int32(0);
  writer.int32(correlationId);
  if (hasFlexibleResponseHeader(api, version)) writer.unsignedVarint(0);
  writeBody(api.response, version, writer, body as BodyOf<Fields>);
  return withSize(writer);
}

export function decodeResponseFrame(apiKey: number, apiVersion: number, frame: Uint8Array): DecodedResponse {
  const api = knownApi(apiKey);
  const version = responseVersion(apiKey, apiVersion);
  const reader = new ByteReader(frame);
  let correlationId: number;
  try {
    correlationId = reader.int32();
    if (hasFlexibleResponseHeader(api, version)) skipTags(reader);
  } catch (error) {
    throw within(error, 'response header');
  }
  return { correlationId, body: readBody(api.response, version, reader) };
}

function hasFlexibleResponseHeader(api: Api, version: number): boolean {
  return version >= api.response.flexibleFrom && api.key !== ApiKey.ApiVersions;
}

function knownApi(apiKey: number): Api {
  const api = apiOf(apiKey);
  if (api === undefined) throw new ProtocolError(`there is no API with key ${apiKey}`);
  return api;
}

function withSize(writer: ByteWriter): Uint8Array[] {
  const sizeBytes = writer.sizeBytes() - 4;
  const pieces = writer.pieces();
  const first = pieces[0]!;
  new DataView(first.buffer, first.byteOffset, 4).setInt32(0, sizeBytes);
  return pieces;
}
