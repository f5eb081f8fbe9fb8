/**
 * From a message's definition to its bytes and back, in any version.
 *
 * For each (message, version) a pair of closures is put together the first time it is needed: a list of steps per struct, with
 * version, nullability and flexibility decided beforehand. Reading gives every field of the definition, in its order, whatever
 * the version, so that all bodies of a message have one shape. Writing checks each value's type, and says which field was wrong.
 */
import type { Field, Fields, MessageDefinition, BodyOf } from '#engine/protocol/message.ts';
import { defaultOf, inVersions } from '#engine/protocol/message.ts';
import { ByteReader } from '#engine/protocol/byte-reader.ts';
import { ByteWriter } from '#engine/protocol/byte-writer.ts';
import { ProtocolError, within } from '#engine/protocol/protocol-error.ts';
import { bytesCodec, fixedSizeCodecs, readNull, recordsCodec, stringCodec, unfit, type Codec, type Read, type Write } from '#engine/protocol/scalar-codecs.ts';

const codecs = new WeakMap<MessageDefinition, (Codec | undefined)[]>();

function codecOf(definition: MessageDefinition, version: number): Codec {
  let versions = codecs.get(definition);
  if (versions === undefined) {
    versions = [];
    codecs.set(definition, versions);
  }
  let codec = versions[version];
  if (codec === undefined) {
    if (!inVersions(definition.versions, version)) {
      const { min, max } = definition.versions;
      throw new ProtocolError(`${definition.name} has no version ${version}, only ${min} to ${max}`);
    }
    codec = structCodec(definition.fields, version, version >= definition.flexibleFrom);
    versions[version] = codec;
  }
  return codec;
}

/** Reads a body from where the reader stands and leaves it behind the body. */
export function readBody<F extends Fields>(definition: MessageDefinition<F>, version: number, reader: ByteReader): BodyOf<F> {
  const codec = codecOf(definition, version);
  try {
    return codec.read(reader) as BodyOf<F>;
  } catch (error) {
    throw within(error, definition.name);
  }
}

export function writeBody<F extends Fields>(definition: MessageDefinition<F>, version: number, writer: ByteWriter, body: BodyOf<F>): void {
  const codec = codecOf(definition, version);
  try {
    codec.write(writer, body);
  } catch (error) {
    throw within(error, definition.name);
  }
}

/** Reads bytes that hold one body and nothing else. */
export function decodeBody<F extends Fields>(definition: MessageDefinition<F>, version: number, bytes: Uint8Array): BodyOf<F> {
  const reader = new ByteReader(bytes);
  const body = readBody(definition, version, reader);
  if (reader.remaining() > 0) {
    throw new ProtocolError(`${reader.remaining()} bytes left over`, reader.position).within(definition.name);
  }
  return body;
}

export function encodeBody<F extends Fields>(definition: MessageDefinition<F>, version: number, body: BodyOf<F>): Uint8Array {
  const writer = new ByteWriter();
  writeBody(definition, version, writer, body);
  return writer.toBytes();
}

// Structs

interface TaggedField {
  tag: number;
  name: string;
  field: Field;
  codec: Codec;
}

function structCodec(fields: Fields, version: number, flexible: boolean): Codec {
  const names: string[] = [];
  const reads: Read[] = [];
  const writeNames: string[] = [];
  const writes: Write[] = [];
  const tagged: TaggedField[] = [];
  let sizeMin = flexible ? 1 : 0;
  for (const [name, field] of Object.entries(fields)) {
    names.push(name);
    if (!inVersions(field.versions, version)) {
      reads.push(() => defaultOf(field));
    } else if (flexible && inVersions(field.tagged, version)) {
      reads.push(() => defaultOf(field));
      tagged.push({ tag: field.tag, name, field, codec: taggedFieldCodec(field, version) });
    } else {
      const codec = fieldCodec(field, version, flexible);
      reads.push(codec.read);
      writeNames.push(name);
      writes.push(codec.write);
      sizeMin += codec.sizeMin;
    }
  }
  tagged.sort((a, b) => a.tag - b.tag);
  const readTags = tagged.length > 0 ? knownTagsReader(tagged) : skipTags;
  return {
    sizeMin,
    read: structReader(names, reads, flexible ? readTags : undefined),
    write: structWriter(writeNames, writes, flexible ? tagged : undefined),
  };
}

function structReader(names: string[], reads: Read[], readTags: ((reader: ByteReader, target: Record<string, unknown>) => void) | undefined): Read {
  return (reader) => {
    const target: Record<string, unknown> = {};
    let index = 0;
    try {
      for (; index < reads.length; index++) target[names[index]!] = reads[index]!(reader);
    } catch (error) {
      throw within(error, names[index]!);
    }
    readTags?.(reader, target);
    return target;
  };
}

function structWriter(names: string[], writes: Write[], tagged: TaggedField[] | undefined): Write {
  return (writer, value) => {
    if (typeof value !== 'object' || value === null) throw unfit('a struct', value);
    const source = value as Record<string, unknown>;
    let index = 0;
    try {
      for (; index < writes.length; index++) writes[index]!(writer, source[names[index]!]);
    } catch (error) {
      throw within(error, names[index]!);
    }
    if (tagged !== undefined) writeTags(tagged, writer, source);
  };
}

// Tagged sections (KIP-482)

function skipTags(reader: ByteReader): void {
  const count = reader.unsignedVarint();
  for (let index = 0; index < count; index++) {
    reader.unsignedVarint();
    reader.skip(reader.unsignedVarint());
  }
}

function knownTagsReader(tagged: TaggedField[]): (reader: ByteReader, target: Record<string, unknown>) => void {
  return (reader, target) => {
    const count = reader.unsignedVarint();
    for (let index = 0; index < count; index++) {
      const tag = reader.unsignedVarint();
      const sizeBytes = reader.unsignedVarint();
      const known = tagged.find((candidate) => candidate.tag === tag);
      const start = reader.skip(known === undefined ? sizeBytes : 0);
      if (known !== undefined) target[known.name] = readTag(known, reader, start, sizeBytes);
    }
  };
}

function readTag(known: TaggedField, reader: ByteReader, start: number, sizeBytes: number): unknown {
  try {
    if (sizeBytes > reader.remaining()) throw new ProtocolError(`a tag of ${sizeBytes} bytes announced, ${reader.remaining()} left`, start);
    const value = known.codec.read(reader);
    const taken = reader.position - start;
    if (taken !== sizeBytes) throw new ProtocolError(`a tag of ${sizeBytes} bytes announced, ${taken} bytes long`, start);
    return value;
  } catch (error) {
    throw within(error, known.name);
  }
}

function writeTags(tagged: TaggedField[], writer: ByteWriter, source: Record<string, unknown>): void {
  const present = tagged.length === 0 ? tagged : tagged.filter(({ name, field }) => !isDefault(field, source[name]));
  writer.unsignedVarint(present.length);
  for (const { tag, name, codec } of present) {
    const content = new ByteWriter();
    try {
      codec.write(content, source[name]);
    } catch (error) {
      throw within(error, name);
    }
    writer.unsignedVarint(tag);
    writer.unsignedVarint(content.sizeBytes());
    writer.copy(content.toBytes());
  }
}

/** A tagged field that has its default is not written. */
function isDefault(field: Field, value: unknown): boolean {
  if (value === null || field.default === null) return value === field.default;
  if (field.wireType === 'struct' && typeof value === 'object') {
    const source = value as Record<string, unknown>;
    return Object.entries(field.fields!).every(([name, inner]) => isDefault(inner, source[name]));
  }
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  return value === defaultOf(field);
}

// Fields

function fieldCodec(field: Field, version: number, flexible: boolean): Codec {
  const nullable = inVersions(field.nullable, version);
  switch (field.wireType) {
    case 'string': return stringCodec(nullable, flexible);
    case 'bytes': return bytesCodec(nullable, flexible);
    case 'records': return recordsCodec(nullable, flexible);
    case 'array': return arrayCodec(fieldCodec(field.element!, version, flexible), nullable, flexible);
    case 'struct': {
      const codec = structCodec(field.fields!, version, flexible);
      return nullable ? nullableStructCodec(codec) : codec;
    }
    default: return fixedSizeCodecs[field.wireType];
  }
}

function taggedFieldCodec(field: Field, version: number): Codec {
  if (field.wireType === 'struct' && inVersions(field.nullable, version)) return taggedNullableStructCodec(structCodec(field.fields!, version, true));
  return fieldCodec(field, version, true);
}

function arrayCodec(element: Codec, nullable: boolean, flexible: boolean): Codec {
  return {
    sizeMin: flexible ? 1 : 4,
    read: (reader) => {
      const start = reader.position;
      const count = reader.length(flexible);
      if (count < 0) return readNull(nullable, start);
      reader.claimElements(count, element.sizeMin, start);
      const elements: unknown[] = [];
      try {
        while (elements.length < count) elements.push(element.read(reader));
      } catch (error) {
        throw within(error, `[${elements.length}]`);
      }
      return elements;
    },
    write: (writer, value) => {
      if (value === null && nullable) {
        writer.length(-1, flexible);
        return;
      }
      if (!Array.isArray(value)) throw unfit('an array', value);
      writer.length(value.length, flexible);
      let index = 0;
      try {
        for (; index < value.length; index++) element.write(writer, value[index]);
      } catch (error) {
        throw within(error, `[${index}]`);
      }
    },
  };
}

/** A struct that may be missing is preceded by one byte: 1, or -1 for null. */
function nullableStructCodec(codec: Codec): Codec {
  return {
    sizeMin: 1,
    read: (reader) => (reader.int8() < 0 ? null : codec.read(reader)),
    write: (writer, value) => {
      writer.int8(value === null ? -1 : 1);
      if (value !== null) codec.write(writer, value);
    },
  };
}

/** In a tagged section the byte before such a struct is 0 for null. */
function taggedNullableStructCodec(codec: Codec): Codec {
  return {
    sizeMin: 1,
    read: (reader) => (reader.unsignedVarint() === 0 ? null : codec.read(reader)),
    write: (writer, value) => {
      writer.unsignedVarint(value === null ? 0 : 1);
      if (value !== null) codec.write(writer, value);
    },
  };
}
