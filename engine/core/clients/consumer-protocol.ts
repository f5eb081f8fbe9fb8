/**
 * What members of a classic group tell each other through the coordinator, which never looks inside but for the topics of
 * a subscription: subscriptions in JoinGroup, assignments in SyncGroup, each with a 16-bit version before it. Kafka:
 * ConsumerProtocol. Written in the newest version; a version newer than known is read as the newest known, as Kafka does.
 * Invariant: bytes of another client that do not parse raise a ProtocolError, which says where.
 */
import { ByteReader } from '#engine/protocol/byte-reader.ts';
import { ByteWriter } from '#engine/protocol/byte-writer.ts';
import { readBody, writeBody } from '#engine/protocol/codec.ts';
import type { BodyOf, Fields, MessageDefinition } from '#engine/protocol/message.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import { ConsumerProtocolAssignment, ConsumerProtocolSubscription } from '#engine/protocol/records/consumer-protocol.ts';

export interface TopicPartitions {
  topic: string;
  partitions: number[];
}

export function encodeSubscription(subscription: ConsumerProtocolSubscription): Uint8Array {
  return encode(ConsumerProtocolSubscription, subscription);
}

export function decodeSubscription(bytes: Uint8Array): ConsumerProtocolSubscription {
  return decode(ConsumerProtocolSubscription, bytes);
}

export function encodeAssignment(assignedPartitions: TopicPartitions[]): Uint8Array {
  return encode(ConsumerProtocolAssignment, { assignedPartitions, userData: null });
}

/** No bytes at all are no partitions: so a member without an assignment is told. */
export function decodeAssignment(bytes: Uint8Array): TopicPartitions[] {
  return bytes.length === 0 ? [] : decode(ConsumerProtocolAssignment, bytes).assignedPartitions;
}

/** "topic-partition" of an assignment; empty when the bytes are of another protocol (Connect, Streams of old). */
export function assignedPartitionNames(bytes: Uint8Array): string[] {
  const topics = unlessUnreadable(() => decodeAssignment(bytes)) ?? [];
  return topics.flatMap(({ topic, partitions }) => partitions.map((partition) => `${topic}-${partition}`));
}

/**
 * Topics of a subscription; undefined when the bytes are of another protocol. Read as version 0, whatever version is written
 * before it: every version begins with that one, and clients are about that announce a newer one without its fields.
 * Kafka: ClassicGroup.computeSubscribedTopics.
 */
export function subscribedTopicNames(bytes: Uint8Array): string[] | undefined {
  return unlessUnreadable(() => {
    const reader = new ByteReader(bytes);
    reader.int16();
    return readBody(ConsumerProtocolSubscription, 0, reader).topics;
  });
}

function encode<F extends Fields>(definition: MessageDefinition<F>, body: BodyOf<F>): Uint8Array {
  const writer = new ByteWriter();
  writer.int16(definition.versions.max);
  writeBody(definition, definition.versions.max, writer, body);
  return writer.toBytes();
}

function decode<F extends Fields>(definition: MessageDefinition<F>, bytes: Uint8Array): BodyOf<F> {
  const reader = new ByteReader(bytes);
  const version = reader.int16();
  if (version < 0) throw new ProtocolError(`there is no version ${version}`, 0).within(definition.name);
  return readBody(definition, Math.min(version, definition.versions.max), reader);
}

function unlessUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
