/**
 * What a message's version carries. Inside the world bodies are objects with every field of the definition; a field that the version
 * lacks must not cross from one node to another, or a handler could know what it could not know over a socket (a topic's name beside
 * its id, for instance). It arrives as its default, as a decoder would have it.
 *
 * Per (definition, version) the walk is worked out once; where the version carries everything it is free.
 */
import type { Field, Fields, MessageDefinition } from '#engine/protocol/message.ts';
import { defaultOf, inVersions } from '#engine/protocol/message.ts';

type Carry = (value: unknown) => unknown;

const carriers = new WeakMap<MessageDefinition, (Carry | null)[]>();

/** The body with only what this version carries: the same object when that is all of it. */
export function carriedBody(definition: MessageDefinition, version: number, body: unknown): unknown {
  let versions = carriers.get(definition);
  if (versions === undefined) carriers.set(definition, (versions = []));
  let carry = versions[version];
  if (carry === undefined) versions[version] = carry = structCarrier(definition.fields, version);
  return carry === null ? body : carry(body);
}

/** Null: nothing is left out at any depth. */
function structCarrier(fields: Fields, version: number): Carry | null {
  const absent: { name: string; field: Field }[] = [];
  const nested: { name: string; carry: Carry }[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if (!inVersions(field.versions, version)) {
      absent.push({ name, field });
      continue;
    }
    const carry = valueCarrier(field, version);
    if (carry !== null) nested.push({ name, carry });
  }
  if (absent.length === 0 && nested.length === 0) return null;
  return (value) => {
    const source = value as Record<string, unknown>;
    let result = source;
    for (const { name, field } of absent) {
      if (isDefault(field, source[name])) continue;
      if (result === source) result = { ...source };
      result[name] = defaultOf(field);
    }
    for (const { name, carry } of nested) {
      const before = source[name];
      const after = carry(before);
      if (after === before) continue;
      if (result === source) result = { ...source };
      result[name] = after;
    }
    return result;
  };
}

function valueCarrier(field: Field, version: number): Carry | null {
  if (field.wireType === 'struct') {
    const carry = structCarrier(field.fields ?? {}, version);
    return carry && ((value) => (value === null ? null : carry(value)));
  }
  const element = field.wireType === 'array' && field.element ? valueCarrier(field.element, version) : null;
  return element && ((value) => carriedElements(value as unknown[] | null, element));
}

function carriedElements(elements: unknown[] | null, carry: Carry): unknown[] | null {
  if (elements === null) return null;
  let result = elements;
  for (let index = 0; index < elements.length; index++) {
    const after = carry(elements[index]);
    if (after === elements[index]) continue;
    if (result === elements) result = [...elements];
    result[index] = after;
  }
  return result;
}

function isDefault(field: Field, value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0 && Array.isArray(defaultOf(field));
  if (typeof value === 'object' && value !== null) return false;
  return value === defaultOf(field);
}
