/**
 * Bodies of messages by chance, from their definitions: for property tests of the codec and for hostile frames at the gateway.
 *
 * A body for a version has values only where the version has fields; elsewhere it has defaults, so that it survives a round trip.
 */
import * as fc from 'fast-check';
import { defaultOf, inVersions, type Field, type Fields, type MessageDefinition } from '#engine/protocol/message.ts';
import { uuidFromBytes } from '#engine/protocol/uuid.ts';

const arrayLengthMax = 3;
const bytesLengthMax = 40;

const uuidText = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => uuidFromBytes(bytes, 0));
const anyBytes = fc.uint8Array({ maxLength: bytesLengthMax });
/** Whole code points only: half a surrogate pair has no UTF-8. Long texts are rare and are there for the two ways of reading text. */
const text = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 12 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);
/** Reading gives one run of records for however many were written, and none for an empty one. */
const runsOfRecords = fc.oneof(fc.constant([]), fc.uint8Array({ minLength: 1, maxLength: bytesLengthMax }).map((run) => [run]));

const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;
const scalars: Partial<Record<Field['wireType'], fc.Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -128, max: 127 }),
  int16: fc.integer({ min: -32_768, max: 32_767 }),
  uint16: fc.integer({ min: 0, max: 65_535 }),
  int32: fc.oneof(fc.integer(), fc.constantFrom(-2_147_483_648, -1, 0, 2_147_483_647)),
  int64: fc.oneof(fc.bigInt({ min: int64Min, max: int64Max }), fc.constantFrom(int64Min, -1n, 0n, int64Max)),
  float64: fc.double({ noNaN: true }),
  string: text,
  uuid: uuidText,
  bytes: anyBytes,
  records: runsOfRecords,
};

export function bodyArbitrary(definition: MessageDefinition, version: number): fc.Arbitrary<Record<string, unknown>> {
  return structArbitrary(definition.fields, version);
}

function structArbitrary(fields: Fields, version: number): fc.Arbitrary<Record<string, unknown>> {
  const parts: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, field] of Object.entries(fields)) parts[name] = fieldArbitrary(field, version);
  return fc.record(parts, { noNullPrototype: true });
}

function fieldArbitrary(field: Field, version: number): fc.Arbitrary<unknown> {
  if (!inVersions(field.versions, version)) return fc.constant(null).map(() => defaultOf(field));
  const value = valueArbitrary(field, version);
  const orDefault = fc.oneof({ weight: 1, arbitrary: fc.constant(null).map(() => validDefault(field, version)) }, { weight: 5, arbitrary: value });
  return inVersions(field.nullable, version) ? fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 5, arbitrary: orDefault }) : orDefault;
}

function valueArbitrary(field: Field, version: number): fc.Arbitrary<unknown> {
  if (field.wireType === 'struct') return structArbitrary(field.fields!, version);
  if (field.wireType === 'array') return fc.array(fieldArbitrary(field.element!, version), { maxLength: arrayLengthMax });
  return scalars[field.wireType]!;
}

/** A default of null may stand only where the version has a null. */
function validDefault(field: Field, version: number): unknown {
  const value = defaultOf(field);
  if (value !== null || inVersions(field.nullable, version)) return value;
  return field.wireType === 'string' ? '' : field.wireType === 'struct' ? defaultOf({ ...field, default: undefined }) : [];
}
