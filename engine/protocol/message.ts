/**
 * The language in which Kafka's messages are defined: one definition per message, with a version range for each field.
 *
 * Everything follows from the definition: its TypeScript type (`MessageOf`), its defaults (`create`), and its encoding in each
 * version, both ways (`codec.ts`). The model is Kafka's own message generator; what it calls `versions`, `nullableVersions`,
 * `taggedVersions`, `tag` and `default` are `versions`, `nullable`, `tagged`, `tag` and `default` here, with the same rules:
 * a field without `versions` is in every version, a field that a version lacks reads as its default, and a default that is not
 * given is 0, false, '', the zero UUID, no bytes, or an empty array. Left out: `ignorable`; writing a version that lacks a field
 * drops its value without a complaint.
 */
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';

/** "3+", "0-12" or "7". */
export type VersionRange = `${number}+` | `${number}-${number}` | `${number}`;

export type PrimitiveType = 'bool' | 'int8' | 'int16' | 'uint16' | 'int32' | 'int64' | 'float64' | 'string' | 'uuid' | 'bytes' | 'records';
export type WireType = PrimitiveType | 'array' | 'struct';

/** A field, or the element of an array. `T` is the type of its value. */
export interface Field<T = unknown> {
  readonly wireType: WireType;
  readonly versions: Versions;
  readonly nullable: Versions;
  /** Versions in which the field travels in the tagged section. */
  readonly tagged: Versions;
  readonly tag: number;
  /** The default of a scalar, or null; undefined: what the type says. */
  readonly default: T | null | undefined;
  /** What an array holds. */
  readonly element?: Field;
  /** What a struct holds. */
  readonly fields?: Fields;
  /** Never set: carries the type. */
  readonly valueType?: T;
}

export interface Fields {
  readonly [name: string]: Field;
}

export interface Versions {
  readonly min: number;
  /** Infinity: every later one. */
  readonly max: number;
}

export interface MessageDefinition<F extends Fields = Fields> {
  readonly name: string;
  /** The API key, or the type number of a record; -1: it has none. */
  readonly apiKey: number;
  readonly versions: Versions;
  /** The first version with compact lengths and tagged sections; Infinity: none. */
  readonly flexibleFrom: number;
  readonly fields: F;
}

type ValueOf<E> = E extends Field<infer T> ? T : E extends Fields ? BodyOf<E> : never;
export type BodyOf<F extends Fields> = { -readonly [Name in keyof F]: ValueOf<F[Name]> };
/** The TypeScript type of a defined message's body. */
export type MessageOf<D> = D extends MessageDefinition<infer F> ? BodyOf<F> : never;

interface Presence {
  versions?: VersionRange;
  tagged?: VersionRange;
  tag?: number;
}
export interface Plain<T> extends Presence {
  nullable?: never;
  default?: T;
}
export interface Nullable<T> extends Presence {
  nullable: VersionRange;
  default?: T | null;
}
interface Scalar<T> {
  (options?: Plain<T>): Field<T>;
  (options: Nullable<T>): Field<T | null>;
}

const allVersions: Versions = { min: 0, max: Infinity };
const noVersions: Versions = { min: 0, max: -1 };

export function inVersions(versions: Versions, version: number): boolean {
  return version >= versions.min && version <= versions.max;
}

function parseVersions(range: VersionRange): Versions {
  const [, min, rest] = /^(\d+)(\+|-\d+)?$/.exec(range) ?? [];
  if (min === undefined) throw new ProtocolError(`"${range}" is not a version range: "3+", "0-12" or "7" expected`);
  const max = rest === undefined ? Number(min) : rest === '+' ? Infinity : Number(rest.slice(1));
  return { min: Number(min), max };
}

function field<T>(wireType: WireType, options: Plain<T> | Nullable<T>, content?: { element: Field } | { fields: Fields }): Field<T> {
  const tagged = options.tagged === undefined ? noVersions : parseVersions(options.tagged);
  const versions = options.versions === undefined ? (options.tagged === undefined ? allVersions : tagged) : parseVersions(options.versions);
  const nullable = options.nullable === undefined ? noVersions : parseVersions(options.nullable);
  return { wireType, versions, nullable, tagged, tag: options.tag ?? -1, default: options.default, ...content };
}

function scalar<T>(wireType: PrimitiveType): Scalar<T> {
  return (options: Plain<T> | Nullable<T> = {}) => field<T>(wireType, options);
}

export const bool = scalar<boolean>('bool');
export const int8 = scalar<number>('int8');
export const int16 = scalar<number>('int16');
export const uint16 = scalar<number>('uint16');
export const int32 = scalar<number>('int32');
export const int64 = scalar<bigint>('int64');
export const float64 = scalar<number>('float64');
export const string = scalar<string>('string');
/** 22 characters of base64url. */
export const uuid = scalar<string>('uuid');
export const bytes = scalar<Uint8Array>('bytes');
/** Runs of whole record batches; reading answers one run, a slice of the frame. */
export const records = scalar<Uint8Array[]>('records');

type Element = Field | Fields;

/** An array of a scalar, `array(int32())`, or of a struct, `array({ name: string() })`. */
export function array<E extends Element>(element: E, options?: Plain<ValueOf<E>[]>): Field<ValueOf<E>[]>;
export function array<E extends Element>(element: E, options: Nullable<ValueOf<E>[]>): Field<ValueOf<E>[] | null>;
export function array(element: Element, options: Plain<unknown[]> | Nullable<unknown[]> = {}): Field<unknown[]> {
  return field('array', options, { element: isField(element) ? element : field('struct', {}, { fields: element }) });
}

export function struct<F extends Fields>(fields: F, options?: Plain<never>): Field<BodyOf<F>>;
export function struct<F extends Fields>(fields: F, options: Nullable<never>): Field<BodyOf<F> | null>;
export function struct(fields: Fields, options: Plain<never> | Nullable<never> = {}): Field {
  return field<unknown>('struct', options, { fields });
}

function isField(element: Element): element is Field {
  return typeof element.wireType === 'string';
}

export interface MessageOptions {
  apiKey?: number;
  versions: VersionRange;
  flexible?: `${number}+`;
}

export function message<F extends Fields>(name: string, options: MessageOptions, fields: F): MessageDefinition<F> {
  return {
    name,
    apiKey: options.apiKey ?? -1,
    versions: parseVersions(options.versions),
    flexibleFrom: options.flexible === undefined ? Infinity : parseVersions(options.flexible).min,
    fields,
  };
}

/** A value of which any part may be left out. */
export type DeepPartial<T> = T extends Uint8Array ? T : T extends (infer E)[] ? DeepPartial<E>[] : T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T;

/** A whole body from the parts that matter: whatever is left out, at any depth, has Kafka's default. */
export function create<F extends Fields>(definition: MessageDefinition<F>, values: DeepPartial<BodyOf<F>> = {} as DeepPartial<BodyOf<F>>): BodyOf<F> {
  return createStruct(definition.fields, values as Record<string, unknown>, definition.name) as BodyOf<F>;
}

function createStruct(fields: Fields, values: Record<string, unknown>, path: string): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const name in fields) {
    const given = values[name];
    body[name] = given === undefined ? defaultOf(fields[name]!) : createValue(fields[name]!, given, `${path}.${name}`);
  }
  for (const name in values) {
    if (!(name in fields)) throw new ProtocolError(`${path} has no field "${name}"`);
  }
  return body;
}

function createValue(field: Field, given: unknown, path: string): unknown {
  if (given === null) return null;
  if (field.wireType === 'struct') return createStruct(field.fields!, given as Record<string, unknown>, path);
  if (field.wireType === 'array') return (given as unknown[]).map((element, index) => createValue(field.element!, element, `${path}[${index}]`));
  return given;
}

/** A new value each time, so that no two bodies share an array. */
export function defaultOf(field: Field): unknown {
  if (field.default !== undefined) return field.default;
  switch (field.wireType) {
    case 'bool': return false;
    case 'int64': return 0n;
    case 'string': return '';
    case 'uuid': return zeroUuid;
    case 'bytes': return new Uint8Array(0);
    case 'records': return field.nullable.max === Infinity ? null : [];
    case 'array': return [];
    case 'struct': return createStruct(field.fields!, {}, '');
    default: return 0;
  }
}
