/**
 * What Kafka 4.3.1's messages are, read from the tables in engine/protocol/facts, and the same said of our own definitions: both as lines of
 * text in the order of the wire, so that a difference reads as what it is.
 *
 * A line says what a field is in the versions that the message has: a range is cut to them and to those of the struct around it, so that
 * "0+" and "3+" are the same for a message that begins with version 3.
 */
import { readFileSync } from 'node:fs';
import type { Field, Fields, MessageDefinition } from '#engine/protocol/message.ts';

export type FactRow = Readonly<Record<string, string>>;

/** The rows of a table by the names of its columns; lines that begin with # say what it is. */
export function readFacts(table: 'messages' | 'fields' | 'errors' | 'api-keys' | 'broker-api-versions'): FactRow[] {
  const text = readFileSync(new URL(`../protocol/facts/${table}.tsv`, import.meta.url), 'utf8');
  const [head = '', ...lines] = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const columns = head.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
  });
}

export interface Span {
  readonly min: number;
  readonly max: number;
}

/** "3+", "0-12", "7"; nothing and "none" are no version. */
export function spanOf(text: string): Span {
  if (text === '' || text === 'none') return { min: 0, max: -1 };
  const [, min = '', rest] = /^(\d+)(\+|-\d+)?$/.exec(text) ?? [];
  if (min === '') throw new Error(`"${text}" is not a range of versions`);
  return { min: Number(min), max: rest === undefined ? Number(min) : rest === '+' ? Infinity : Number(rest.slice(1)) };
}

function within(span: Span, around: Span): Span {
  return { min: Math.max(span.min, around.min), max: Math.min(span.max, around.max) };
}

function isEmpty({ min, max }: Span): boolean {
  return min > max;
}

function told(span: Span): string {
  return isEmpty(span) ? 'never' : span.min === span.max ? `${span.min}` : `${span.min}-${span.max}`;
}

interface FieldFact {
  path: string;
  type: string;
  versions: Span;
  nullable: Span;
  tagged: Span;
  tag: string;
  default: string;
}

function lineOf({ path, type, versions, nullable, tagged, tag, default: value }: FieldFact): string {
  return `${path}: ${type}, in ${told(versions)}, null in ${told(nullable)}, tagged in ${told(tagged)}${isEmpty(tagged) ? '' : ` as ${tag}`}, default ${value}`;
}

// What Kafka says

/** One line for each field of the message. */
export function kafkaLines(message: string, valid: Span, rows: readonly FactRow[]): string[] {
  const structs = new Map<string, FactRow[]>();
  for (const row of rows) {
    const dot = row['path']!.lastIndexOf('.');
    const around = row['path']!.slice(0, Math.max(dot, 0));
    structs.set(around, [...(structs.get(around) ?? []), row]);
  }
  const lines = (around: string, path: string, versions: Span): string[] =>
    (structs.get(around) ?? []).flatMap((row) => {
      const name = row['path']!.slice(row['path']!.lastIndexOf('.') + 1);
      const fact = kafkaField(row, `${path}${lowered(name)}`, versions);
      const structName = /^(?:\[\])?([A-Z]\w*)$/.exec(row['type']!)?.[1];
      const inside = structName === undefined ? undefined : structs.has(row['path']!) ? row['path']! : `<${structName}>`;
      if (inside !== undefined && !structs.has(inside)) throw new Error(`${message}.${row['path']}: there is no struct ${structName}`);
      return [lineOf(fact), ...(inside === undefined ? [] : lines(inside, `${fact.path}.`, fact.versions))];
    });
  return lines('', '', valid);
}

function kafkaField(row: FactRow, path: string, around: Span): FieldFact {
  const tagged = spanOf(row['tagged_versions']!);
  const versions = within(row['versions'] === '' ? tagged : spanOf(row['versions']!), around);
  const type = row['type']!.replace(/[A-Z]\w*$/, 'struct');
  return { path, type, versions, nullable: within(spanOf(row['nullable_versions']!), versions), tagged: within(tagged, versions), tag: row['tag']!, default: kafkaDefault(type, row['default']!) };
}

function kafkaDefault(type: string, text: string): string {
  if (text !== '') return text.startsWith('0x') ? String(Number(text)) : text;
  if (type === 'bool') return 'false';
  return /^(u?int\d+|float64)$/.test(type) ? '0' : 'empty';
}

function lowered(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

// What our definitions say

/** The same lines of a definition. */
export function definedLines(definition: MessageDefinition): string[] {
  return structLines(definition.fields, '', definition.versions);
}

function structLines(fields: Fields, path: string, around: Span): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const versions = within(field.versions, around);
    const fact: FieldFact = {
      path: `${path}${name}`, type: typeOf(field), versions, nullable: within(field.nullable, versions), tagged: within(field.tagged, versions), tag: String(field.tag), default: definedDefault(field),
    };
    const inside = field.fields ?? field.element?.fields;
    return [lineOf(fact), ...(inside === undefined ? [] : structLines(inside, `${fact.path}.`, versions))];
  });
}

function typeOf(field: Field): string {
  if (field.element === undefined) return field.wireType;
  const { wireType, versions, nullable, tag } = field.element;
  const isPlain = versions.min === 0 && versions.max === Infinity && isEmpty(nullable) && tag === -1;
  return `[]${wireType}${isPlain ? '' : ' of its own versions'}`;
}

function definedDefault(field: Field): string {
  if (field.default === null) return 'null';
  if (field.default !== undefined) return String(field.default);
  return kafkaDefault(typeOf(field), '');
}

/** Every version that a definition has. */
export function versionsOf(definition: MessageDefinition): number[] {
  return Array.from({ length: definition.versions.max - definition.versions.min + 1 }, (_, index) => definition.versions.min + index);
}
