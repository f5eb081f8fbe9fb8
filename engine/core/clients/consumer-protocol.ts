/**
 * What members of a classic group tell each other through the coordinator, which never looks inside: subscriptions in
 * JoinGroup, assignments in SyncGroup. Kafka: ConsumerProtocol, ConsumerProtocolSubscription and …Assignment (versions 0 to
 * 3, never flexible). Written in the newest version; read in any, a newer one by the fields known here.
 * Invariant: bytes of another client that do not parse raise ConsumerProtocolError, which says where.
 */
export interface TopicPartitions {
  topic: string;
  partitions: number[];
}

export interface ConsumerSubscription {
  topics: string[];
  userData: Uint8Array | null;
  ownedPartitions: TopicPartitions[];
  /** -1: not told. */
  generationId: number;
  rackId: string | null;
}

export interface ConsumerAssignment {
  partitions: TopicPartitions[];
  userData: Uint8Array | null;
}

export class ConsumerProtocolError extends Error {
  override readonly name = 'ConsumerProtocolError';
}

const SUBSCRIPTION_VERSION = 3;
const ASSIGNMENT_VERSION = 3;

export function encodeSubscription(subscription: ConsumerSubscription): Uint8Array {
  const writer = new ByteWriter();
  writer.int16(SUBSCRIPTION_VERSION);
  writer.int32(subscription.topics.length);
  for (const topic of subscription.topics) writer.string(topic);
  writer.nullableBytes(subscription.userData);
  writeTopicPartitions(writer, subscription.ownedPartitions);
  writer.int32(subscription.generationId);
  writer.nullableString(subscription.rackId);
  return writer.finish();
}

export function decodeSubscription(bytes: Uint8Array): ConsumerSubscription {
  const reader = new ByteReader(bytes, 'subscription');
  const version = reader.version();
  const topics = reader.list(2, () => reader.string());
  const userData = reader.nullableBytes();
  const ownedPartitions = version >= 1 ? readTopicPartitions(reader) : [];
  const generationId = version >= 2 ? reader.int32() : -1;
  const rackId = version >= 3 ? reader.nullableString() : null;
  return { topics, userData, ownedPartitions, generationId, rackId };
}

export function encodeAssignment(assignment: ConsumerAssignment): Uint8Array {
  const writer = new ByteWriter();
  writer.int16(ASSIGNMENT_VERSION);
  writeTopicPartitions(writer, assignment.partitions);
  writer.nullableBytes(assignment.userData);
  return writer.finish();
}

/** No bytes at all are no partitions: so a member without an assignment is told. */
export function decodeAssignment(bytes: Uint8Array): ConsumerAssignment {
  if (bytes.length === 0) return { partitions: [], userData: null };
  const reader = new ByteReader(bytes, 'assignment');
  reader.version();
  const partitions = readTopicPartitions(reader);
  return { partitions, userData: reader.nullableBytes() };
}

/** "topic-partition" of an assignment; empty when the bytes are of another protocol (Connect, Streams of old). */
export function assignedPartitionNames(bytes: Uint8Array): string[] {
  try {
    return decodeAssignment(bytes).partitions.flatMap(({ topic, partitions }) => partitions.map((partition) => `${topic}-${partition}`));
  } catch (error) {
    if (error instanceof ConsumerProtocolError) return [];
    throw error;
  }
}

function writeTopicPartitions(writer: ByteWriter, topics: TopicPartitions[]): void {
  writer.int32(topics.length);
  for (const { topic, partitions } of topics) {
    writer.string(topic);
    writer.int32(partitions.length);
    for (const partition of partitions) writer.int32(partition);
  }
}

function readTopicPartitions(reader: ByteReader): TopicPartitions[] {
  return reader.list(6, () => ({ topic: reader.string(), partitions: reader.list(4, () => reader.int32()) }));
}

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder();

class ByteWriter {
  readonly #bytes: number[] = [];

  int16(value: number): void {
    this.#bytes.push((value >> 8) & 0xff, value & 0xff);
  }
  int32(value: number): void {
    this.#bytes.push((value >> 24) & 0xff, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff);
  }
  string(text: string): void {
    const encoded = utf8Encoder.encode(text);
    this.int16(encoded.length);
    for (const byte of encoded) this.#bytes.push(byte);
  }
  nullableString(text: string | null): void {
    if (text === null) this.int16(-1);
    else this.string(text);
  }
  nullableBytes(bytes: Uint8Array | null): void {
    this.int32(bytes === null ? -1 : bytes.length);
    if (bytes !== null) for (const byte of bytes) this.#bytes.push(byte);
  }
  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;
  #at = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
  }

  version(): number {
    const version = this.int16();
    if (version < 0) throw this.#error(`version ${version}`);
    return version;
  }
  int16(): number {
    return this.#view.getInt16(this.#take(2));
  }
  int32(): number {
    return this.#view.getInt32(this.#take(4));
  }
  string(): string {
    const text = this.nullableString();
    if (text === null) throw this.#error('a string that must not be null');
    return text;
  }
  nullableString(): string | null {
    const length = this.int16();
    if (length < 0) return null;
    const at = this.#take(length);
    return utf8Decoder.decode(this.#bytes.subarray(at, at + length));
  }
  nullableBytes(): Uint8Array | null {
    const length = this.int32();
    if (length < 0) return null;
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }
  list<T>(elementBytesMin: number, element: () => T): T[] {
    const length = this.int32();
    if (length < 0 || length * elementBytesMin > this.#bytes.length - this.#at) throw this.#error(`a list of ${length} elements`);
    return Array.from({ length }, element);
  }
  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) throw this.#error(`${length} bytes where ${this.#bytes.length - at} are left`);
    this.#at = at + length;
    return at;
  }
  #error(found: string): ConsumerProtocolError {
    return new ConsumerProtocolError(`consumer protocol ${this.#what}: byte ${this.#at} of ${this.#bytes.length}: ${found}`);
  }
}
