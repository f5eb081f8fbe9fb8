/**
 * A record of the metadata log, by its Kafka name, and its bytes (Kafka: ApiMessageAndVersion, MetadataRecordSerde).
 *
 * Its value in the log is a frame version (1), the record's type and the version of its schema, each an unsigned varint, and
 * the body. Records are written in the newest version of their schema, as a cluster at metadata.version 4.3-IV0 does.
 */
import { decodeBody, writeBody } from '#engine/protocol/codec.ts';
import { ByteReader } from '#engine/protocol/byte-reader.ts';
import { ByteWriter } from '#engine/protocol/byte-writer.ts';
import { create, type DeepPartial, type MessageDefinition, type MessageOf } from '#engine/protocol/message.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import {
  BrokerRegistrationChangeRecord,
  ClearElrRecord,
  ConfigRecord,
  FeatureLevelRecord,
  FenceBrokerRecord,
  NoOpRecord,
  PartitionChangeRecord,
  PartitionRecord,
  ProducerIdsRecord,
  RegisterBrokerRecord,
  RegisterControllerRecord,
  RemoveTopicRecord,
  TopicRecord,
  UnfenceBrokerRecord,
  UnregisterBrokerRecord,
} from '#engine/protocol/records/metadata-records.ts';

/** The records this engine writes. Tokens, SCRAM, quotas, ACLs and the bracket of a metadata transaction are not among them. */
const definitions = {
  RegisterBrokerRecord,
  UnregisterBrokerRecord,
  TopicRecord,
  PartitionRecord,
  ConfigRecord,
  PartitionChangeRecord,
  FenceBrokerRecord,
  UnfenceBrokerRecord,
  RemoveTopicRecord,
  FeatureLevelRecord,
  ProducerIdsRecord,
  BrokerRegistrationChangeRecord,
  NoOpRecord,
  RegisterControllerRecord,
  ClearElrRecord,
} as const;

export type MetadataRecordKind = keyof typeof definitions;
export type MetadataRecordData<K extends MetadataRecordKind> = MessageOf<(typeof definitions)[K]>;
export type MetadataRecord = { [K in MetadataRecordKind]: { kind: K; data: MetadataRecordData<K> } }[MetadataRecordKind];

/** A record with Kafka's defaults for what is left out. */
export function metadataRecord<K extends MetadataRecordKind>(kind: K, values: DeepPartial<MetadataRecordData<K>>): MetadataRecord {
  const definition: MessageDefinition = definitions[kind];
  return { kind, data: create(definition, values) } as MetadataRecord;
}

const frameVersion = 1;

export function encodeMetadataRecord(record: MetadataRecord): Uint8Array {
  const definition: MessageDefinition = definitions[record.kind];
  const version = definition.versions.max;
  const writer = new ByteWriter();
  writer.unsignedVarint(frameVersion);
  writer.unsignedVarint(definition.apiKey);
  writer.unsignedVarint(version);
  writeBody(definition, version, writer, record.data);
  return writer.toBytes();
}

export function decodeMetadataRecord(bytes: Uint8Array): MetadataRecord {
  const reader = new ByteReader(bytes);
  const frame = reader.unsignedVarint();
  if (frame !== frameVersion) throw new ProtocolError(`metadata record of frame version ${frame}, only ${frameVersion} is known`);
  const type = reader.unsignedVarint();
  const version = reader.unsignedVarint();
  const kind = kindsByType.get(type);
  if (kind === undefined) throw new ProtocolError(`metadata record of unknown type ${type}`);
  const definition: MessageDefinition = definitions[kind];
  return { kind, data: decodeBody(definition, version, bytes.subarray(reader.position)) } as MetadataRecord;
}

const kindsByType: ReadonlyMap<number, MetadataRecordKind> = new Map(
  Object.entries(definitions).map(([kind, definition]) => [definition.apiKey, kind as MetadataRecordKind]),
);
