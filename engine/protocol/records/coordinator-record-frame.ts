/**
 * How `__consumer_offsets` and `__transaction_state` store a record: a 16-bit number and then the message, for key and value each.
 * Before a key the number is the record's type (2: GroupMetadata); before a value it is the version of the value's message.
 * A null value is a tombstone. Kafka's classes: `CoordinatorRecordSerde`, `TransactionLog`.
 */
import type { BodyOf, Fields, MessageDefinition } from '#engine/protocol/message.ts';
import { inVersions } from '#engine/protocol/message.ts';
import { readBody, writeBody } from '#engine/protocol/codec.ts';
import { ByteReader } from '#engine/protocol/byte-reader.ts';
import { ByteWriter } from '#engine/protocol/byte-writer.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';

/** Old brokers wrote offset commits under type 0 as well, with the same key. */
export function encodeCoordinatorKey<F extends Fields>(definition: MessageDefinition<F>, body: BodyOf<F>): Uint8Array {
  const writer = new ByteWriter();
  writer.int16(definition.apiKey);
  writeBody(definition, 0, writer, body);
  return writer.toBytes();
}

export function encodeCoordinatorValue<F extends Fields>(definition: MessageDefinition<F>, body: BodyOf<F>, version = definition.versions.max): Uint8Array {
  const writer = new ByteWriter();
  writer.int16(version);
  writeBody(definition, version, writer, body);
  return writer.toBytes();
}

/** The type that a key announces. */
export function coordinatorRecordType(key: Uint8Array): number {
  return new ByteReader(key).int16();
}

export function decodeCoordinatorKey<F extends Fields>(definition: MessageDefinition<F>, key: Uint8Array): BodyOf<F> {
  const reader = new ByteReader(key);
  const type = reader.int16();
  if (type !== definition.apiKey) throw new ProtocolError(`type ${definition.apiKey} expected, got ${type}`, 0).within(definition.name);
  return readBody(definition, 0, reader);
}

export function decodeCoordinatorValue<F extends Fields>(definition: MessageDefinition<F>, value: Uint8Array): BodyOf<F> {
  const reader = new ByteReader(value);
  const version = reader.int16();
  if (!inVersions(definition.versions, version)) throw new ProtocolError(`there is no version ${version}`, 0).within(definition.name);
  return readBody(definition, version, reader);
}
