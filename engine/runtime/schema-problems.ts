/**
 * What is wrong with data that a person wrote, in words: the path, what was expected, and for a misspelt name the nearest valid
 * one. Reads zod's issues and the schema itself.
 */
import { z } from 'zod';
import { nearestName } from '#engine/core/settings/nearest-name.ts';

export interface SchemaProblem {
  /** From the root, e.g. ["steps", 3, "do", "broker"]. */
  path: (string | number)[];
  text: string;
}

/** The parsed value, or all that is wrong with it. */
export function checkSchema<S extends z.ZodType>(schema: S, value: unknown): { ok: true; value: z.output<S> } | { ok: false; problems: SchemaProblem[] } {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, problems: result.error.issues.flatMap((issue) => problemsOf(schema, issue)) };
}

function problemsOf(schema: z.ZodType, issue: z.core.$ZodIssue): SchemaProblem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code !== 'unrecognized_keys') return [{ path, text: issue.message }];
  const known = fieldsAt(schema, path);
  return issue.keys.map((key) => ({ path: [...path, key], text: `unknown field "${key}"${suggestion(key, known)}` }));
}

/** `; did you mean "x"?`, or the list of what there is. */
export function suggestion(wrong: string, known: string[]): string {
  const nearest = nearestName(wrong, known);
  if (nearest !== undefined) return `; did you mean "${nearest}"?`;
  return known.length === 0 ? '; no field is allowed here' : `; allowed: ${known.join(', ')}`;
}

/** Names of the fields that the schema allows at a path. */
function fieldsAt(schema: z.ZodType, path: (string | number)[]): string[] {
  let current: z.ZodType | undefined = unwrapped(schema);
  for (const part of path) {
    if (current instanceof z.ZodObject) current = (current.shape as Record<string, z.ZodType>)[part];
    else if (current instanceof z.ZodArray) current = current.element as z.ZodType;
    else if (current instanceof z.ZodRecord) current = current.valueType as z.ZodType;
    else return [];
    if (current === undefined) return [];
    current = unwrapped(current);
  }
  return current instanceof z.ZodObject ? Object.keys(current.shape as object) : [];
}

function unwrapped(schema: z.ZodType): z.ZodType {
  let current = schema;
  while (current instanceof z.ZodOptional || current instanceof z.ZodDefault || current instanceof z.ZodNullable) current = current.unwrap() as z.ZodType;
  return current;
}

/** "steps[3].do.broker: expected number". */
export function problemText(problem: SchemaProblem): string {
  const place = problem.path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
  return place === '' ? problem.text : `${place}: ${problem.text}`;
}
