/**
 * JSON with int64: a bigint is written as plain digits. Reading gives a bigint for every integer beyond 2^53 - 1 and a
 * number otherwise, so that 9223372036854775807 survives every path.
 */
export function toJson(value: unknown, indent?: number): string {
  // JSON.rawJSON is not everywhere yet, so bigint are marked and unwrapped; no string can contain the mark unescaped.
  const mark = '\u0001';
  const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `${mark}${item}${mark}` : item), indent);
  return text === undefined ? 'null' : text.replace(/"\\u0001(-?\d+)\\u0001"/g, '$1');
}
