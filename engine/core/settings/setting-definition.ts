/**
 * What a Kafka setting is: its type, default, allowed values and importance (Kafka: ConfigDef).
 *
 * A table of settings is a plain object of definitions by Kafka's name; the value types follow from it, so that
 * `settings['replica.lag.time.max.ms']` is a number and a misspelt name does not compile. Defaults are kept as text, as
 * Kafka prints them, because a LONG default such as 9223372036854775807 has no exact number here: a value beyond 2^53 - 1
 * is read as the nearest number, which is exact enough for every limit it can be (text stays exact where it is shown).
 * Not modelled: documentation texts, and settings that a plug-in class would bring along.
 */
export type SettingType = 'BOOLEAN' | 'STRING' | 'INT' | 'SHORT' | 'LONG' | 'DOUBLE' | 'LIST' | 'CLASS' | 'PASSWORD';
export type Importance = 'HIGH' | 'MEDIUM' | 'LOW';
export type SettingValue = boolean | number | string | readonly string[] | null;

/** Which texts are allowed beyond what the type says. */
export type AllowedValues =
  | { kind: 'range'; min: number; max: number | undefined; or: number | undefined }
  | { kind: 'oneOf'; names: readonly string[]; ignoreCase: boolean }
  | { kind: 'listOf'; names: readonly string[] }
  | { kind: 'nonEmpty' }
  | { kind: 'offsetReset' }
  | { kind: 'shareOffsetReset' }
  | { kind: 'throttledReplicas' };

export interface SettingDefinition<Value extends SettingValue = SettingValue> {
  readonly type: SettingType;
  /** As Kafka prints it; null is Kafka's null. */
  readonly defaultText: string | null;
  readonly importance: Importance;
  readonly allowed: AllowedValues | undefined;
  /** Never set: carries the type of the setting's values. */
  readonly valueType?: Value;
}

export type SettingTable = Readonly<Record<string, SettingDefinition>>;

/** A resolved table: every setting's value by its name. */
export type SettingValues<Table extends SettingTable> = {
  -readonly [Name in keyof Table]: Table[Name] extends SettingDefinition<infer Value> ? Value : never;
};

type OrNull<Default, Value> = Default extends null ? Value | null : Value;

function define<Value extends SettingValue>(
  type: SettingType,
  defaultText: string | null,
  importance: Importance,
  allowed: AllowedValues | undefined,
): SettingDefinition<Value> {
  return { type, defaultText, importance, allowed };
}

export function int<Default extends string | null>(defaultText: Default, importance: Importance, allowed?: AllowedValues) {
  return define<OrNull<Default, number>>('INT', defaultText, importance, allowed);
}
export function short<Default extends string | null>(defaultText: Default, importance: Importance, allowed?: AllowedValues) {
  return define<OrNull<Default, number>>('SHORT', defaultText, importance, allowed);
}
export function long<Default extends string | null>(defaultText: Default, importance: Importance, allowed?: AllowedValues) {
  return define<OrNull<Default, number>>('LONG', defaultText, importance, allowed);
}
export function double<Default extends string | null>(defaultText: Default, importance: Importance, allowed?: AllowedValues) {
  return define<OrNull<Default, number>>('DOUBLE', defaultText, importance, allowed);
}
export function flag(defaultText: 'true' | 'false', importance: Importance) {
  return define<boolean>('BOOLEAN', defaultText, importance, undefined);
}
export function text<Default extends string | null>(defaultText: Default, importance: Importance, allowed?: AllowedValues) {
  return define<OrNull<Default, string>>('STRING', defaultText, importance, allowed);
}
export function className<Default extends string | null>(defaultText: Default, importance: Importance) {
  return define<OrNull<Default, string>>('CLASS', defaultText, importance, undefined);
}
export function password(defaultText: null, importance: Importance) {
  return define<string | null>('PASSWORD', defaultText, importance, undefined);
}
/** Comma-separated; without `allowed` every item is. */
export function list<Default extends string | null>(
  defaultText: Default,
  importance: Importance,
  allowed?: readonly string[] | AllowedValues,
) {
  const rule: AllowedValues | undefined = isNames(allowed) ? { kind: 'listOf', names: allowed } : allowed;
  return define<OrNull<Default, readonly string[]>>('LIST', defaultText, importance, rule);
}
export function oneOf<const Name extends string>(defaultText: NoInfer<Name>, importance: Importance, names: readonly Name[]) {
  return define<Name>('STRING', defaultText, importance, { kind: 'oneOf', names, ignoreCase: false });
}
/** Kafka compares these without regard to case; the value is read in lower case, whichever way it was written. */
export function oneOfIgnoringCase<const Name extends string>(defaultText: string, importance: Importance, names: readonly Name[]) {
  return define<Lowercase<Name>>('STRING', defaultText, importance, { kind: 'oneOf', names, ignoreCase: true });
}

export function atLeast(min: number): AllowedValues {
  return { kind: 'range', min, max: undefined, or: undefined };
}
/** A range, and perhaps one special value beside it. */
export function between(min: number, max: number, or?: number): AllowedValues {
  return { kind: 'range', min, max, or };
}
export const nonEmpty: AllowedValues = { kind: 'nonEmpty' };
/** Where a share group begins. */
export const shareOffsetReset: AllowedValues = { kind: 'shareOffsetReset' };
export const offsetReset: AllowedValues = { kind: 'offsetReset' };
export const throttledReplicas: AllowedValues = { kind: 'throttledReplicas' };

function isNames(allowed: readonly string[] | AllowedValues | undefined): allowed is readonly string[] {
  return Array.isArray(allowed);
}
