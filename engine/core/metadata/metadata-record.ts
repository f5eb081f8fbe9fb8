/**
 * A record of the metadata log, as a union by its Kafka name (Kafka: ApiMessageAndVersion). Records are written in the newest
 * version of their schema, as a cluster at metadata.version 4.3-IV0 does.
 */
import { create, type DeepPartial, type MessageDefinition, type MessageOf } from '#engine/protocol/message.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import { decodeMetadataRecord as decodeFrame, encodeMetadataRecord as encodeFrame } from '#engine/protocol/records/metadata-record-frame.ts';
import {
  AccessControlEntryRecord,
  BeginTransactionRecord,
  BrokerRegistrationChangeRecord,
  ClearElrRecord,
  ConfigRecord,
  EndTransactionRecord,
  FeatureLevelRecord,
  FenceBrokerRecord,
  NoOpRecord,
  PartitionChangeRecord,
  PartitionRecord,
  ProducerIdsRecord,
  RegisterBrokerRecord,
  RegisterControllerRecord,
  RemoveAccessControlEntryRecord,
  RemoveTopicRecord,
  RemoveUserScramCredentialRecord,
  TopicRecord,
  UnfenceBrokerRecord,
  UnregisterBrokerRecord,
  UserScramCredentialRecord,
} from '#engine/protocol/records/metadata-records.ts';

/** The records this engine writes. Tokens and quotas are not among them. */
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
  BeginTransactionRecord,
  EndTransactionRecord,
  UserScramCredentialRecord,
  RemoveUserScramCredentialRecord,
  AccessControlEntryRecord,
  RemoveAccessControlEntryRecord,
} as const;

export type MetadataRecordKind = keyof typeof definitions;
export type MetadataRecordData<K extends MetadataRecordKind> = MessageOf<(typeof definitions)[K]>;
export type MetadataRecord = { [K in MetadataRecordKind]: { kind: K; data: MetadataRecordData<K> } }[MetadataRecordKind];

/** A record with Kafka's defaults for what is left out. */
export function metadataRecord<K extends MetadataRecordKind>(kind: K, values: DeepPartial<MetadataRecordData<K>>): MetadataRecord {
  const definition: MessageDefinition = definitions[kind];
  return { kind, data: create(definition, values) } as MetadataRecord;
}

export function encodeMetadataRecord(record: MetadataRecord): Uint8Array {
  const definition: MessageDefinition = definitions[record.kind];
  return encodeFrame(definition, record.data);
}

export function decodeMetadataRecord(bytes: Uint8Array): MetadataRecord {
  const { name, body } = decodeFrame(bytes);
  if (!Object.hasOwn(definitions, name)) throw new ProtocolError(`${name} is not a record that this engine writes`);
  // The frame was decoded by the definition of that name, which is what the union says.
  return { kind: name, data: body } as MetadataRecord;
}
