/**
 * How the metadata log stores a record: the value of a Kafka record is a frame of three unsigned varints (frame version, type,
 * version of the type) and then the record itself. Kafka's class: `MetadataRecordSerde`. The key of the Kafka record is null.
 */
import type { BodyOf, Fields, MessageDefinition } from '#engine/protocol/message.ts';
import { inVersions } from '#engine/protocol/message.ts';
import { readBody, writeBody } from '#engine/protocol/codec.ts';
import { ByteReader } from '#engine/protocol/byte-reader.ts';
import { ByteWriter } from '#engine/protocol/byte-writer.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import * as metadataRecords from '#engine/protocol/records/metadata-records.ts';

const frameVersion = 1;

const definitionByType = new Map<number, MessageDefinition>(Object.values(metadataRecords).map((definition) => [definition.apiKey, definition]));

export interface MetadataRecord {
  /** The record's type number, e.g. 2 for TopicRecord. */
  type: number;
  version: number;
  /** "TopicRecord". */
  name: string;
  body: unknown;
}

/** The definition of a record type; undefined when Kafka has none of that number. */
export function metadataRecordDefinition(type: number): MessageDefinition | undefined {
  return definitionByType.get(type);
}

/** Encodes in the given version of the record; without one, in the newest. */
export function encodeMetadataRecord<F extends Fields>(definition: MessageDefinition<F>, body: BodyOf<F>, version = definition.versions.max): Uint8Array {
  const writer = new ByteWriter();
  writer.unsignedVarint(frameVersion);
  writer.unsignedVarint(definition.apiKey);
  writer.unsignedVarint(version);
  writeBody(definition, version, writer, body);
  return writer.toBytes();
}

export function decodeMetadataRecord(bytes: Uint8Array): MetadataRecord {
  const reader = new ByteReader(bytes);
  const frame = reader.unsignedVarint();
  if (frame !== frameVersion) throw new ProtocolError(`a metadata record has frame version ${frame}, only ${frameVersion} is known`, 0);
  const typePosition = reader.position;
  const type = reader.unsignedVarint();
  const version = reader.unsignedVarint();
  const definition = definitionByType.get(type);
  if (definition === undefined) throw new ProtocolError(`there is no metadata record of type ${type}`, typePosition);
  if (!inVersions(definition.versions, version)) throw new ProtocolError(`${definition.name} has no version ${version}`, typePosition);
  const body = readBody(definition, version, reader);
  if (reader.remaining() > 0) throw new ProtocolError(`${reader.remaining()} bytes left over`, reader.position).within(definition.name);
  return { type, version, name: definition.name, body };
}
