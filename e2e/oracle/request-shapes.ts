/** Requests made from a message's definition: the corners of each field, not what a sensible client sends. */
import { defaultOf, inVersions, type Field, type Fields, type MessageDefinition } from '#engine/protocol/message.ts';

export const shapes = ['defaults', 'nulls', 'unknown names', 'negative numbers'] as const;
export type Shape = (typeof shapes)[number];

export const unknownName = 'oracle-unknown';
export const unknownId = 'b3JhY2xlLXVua25vd24tMQ';

export function shapedRequest(definition: MessageDefinition, version: number, shape: Shape): Record<string, unknown> {
  return shapedStruct(definition.fields, version, shape);
}

function shapedStruct(fields: Fields, version: number, shape: Shape): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, shapedField(name, field, version, shape)]));
}

function shapedField(name: string, field: Field, version: number, shape: Shape): unknown {
  if (!inVersions(field.versions, version)) return defaultOf(field);
  // How long the broker may wait for others is no part of the question; an answer that came too late would be.
  if (name === 'timeoutMs') return 5000;
  // Without acknowledgement there is no answer to compare; that has a story of its own.
  if (name === 'acks') return -1;
  const canBeNull = inVersions(field.nullable, version);
  if (shape === 'defaults') return presentDefault(field, version, shape);
  if (shape === 'nulls' && canBeNull) return null;
  return shapedValue(field, version, shape);
}

function presentDefault(field: Field, version: number, shape: Shape): unknown {
  const value = defaultOf(field);
  if (value === null && !inVersions(field.nullable, version)) return defaultOf({ ...field, default: undefined });
  return field.wireType === 'struct' && value !== null ? shapedStruct(field.fields!, version, shape) : value;
}

function shapedValue(field: Field, version: number, shape: Shape): unknown {
  const number = shape === 'negative numbers' ? -1 : 0;
  switch (field.wireType) {
    case 'struct': return shapedStruct(field.fields!, version, shape);
    case 'array': return [shapedField('', field.element!, version, shape)];
    case 'string': return unknownName;
    case 'uuid': return unknownId;
    case 'bytes': return new Uint8Array([1, 2, 3]);
    case 'records': return [];
    case 'bool': return false;
    case 'int64': return BigInt(number);
    case 'float64': return number;
    case 'uint16': return 0;
    case 'int8': case 'int16': case 'int32': return number;
  }
}
