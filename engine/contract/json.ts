/**
 * JSON with int64, in two forms.
 *
 * For people and tools (`toJson`, `fromJson`): a bigint is written as plain digits; reading gives a bigint for every integer
 * beyond 2^53 - 1 and a number otherwise, so that 9223372036854775807 survives every path.
 *
 * Between engine and screen (`toTaggedJson`, `fromTaggedJson`): the type survives as well. A bigint is the string "#123", and
 * a string that itself begins with "#" is written with one more; both directions are exact for everything JSON can hold.
 */

/** A JSON string, with the colon that makes it a key, or an integer long enough to be beyond 2^53 - 1. */
const stringOrLongInteger = /"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;
const stringOrKey = /"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?/g;

/** Marks a bigint while the text is made; a string that begins with it gets one more, which is taken away again. */
const mark = '\u0001';
const markedInteger = /^"\\u0001(-?\d+)"$/;

export function toJson(value: unknown, indent?: number): string {
  let marked = false;
  const text = JSON.stringify(
    value,
    (_key, item: unknown) => {
      if (typeof item === 'bigint') {
        marked = true;
        return `${mark}${item}`;
      }
      if (typeof item === 'string' && item.startsWith(mark)) {
        marked = true;
        return `${mark}${item}`;
      }
      return item;
    },
    indent,
  );
  // What JSON cannot say (undefined, a function) is answered like JSON says it inside an array.
  if (text === undefined) return 'null';
  if (!marked) return text;
  return text.replace(stringOrKey, (quoted) => {
    if (quoted.endsWith(':')) return quoted;
    const integer = markedInteger.exec(quoted);
    if (integer) return integer[1] ?? quoted;
    return quoted.startsWith('"\\u0001\\u0001') ? `"${quoted.slice(7)}` : quoted;
  });
}

/** Reads JSON text; throws SyntaxError like JSON.parse. */
export function fromJson(text: string): unknown {
  let tagged = false;
  const prepared = text.replace(stringOrLongInteger, (token) => {
    if (token.startsWith('"')) {
      if (!token.startsWith('"#') || token.endsWith(':')) return token;
      tagged = true;
      return `"#${token.slice(1)}`;
    }
    const value = Number(token);
    if (Number.isSafeInteger(value)) return token;
    tagged = true;
    return `"#${token}"`;
  });
  if (!tagged) return JSON.parse(text);
  return fromTaggedJson(prepared);
}

export function toTaggedJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return `#${item}`;
    return typeof item === 'string' && item.startsWith('#') ? `#${item}` : item;
  });
  return text ?? 'null';
}

/** Throws SyntaxError when the text is not JSON, or holds a tag that no writer makes. */
export function fromTaggedJson(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item !== 'string' || !item.startsWith('#')) return item;
    if (item.startsWith('##')) return item.slice(1);
    if (!/^#-?\d+$/.test(item)) throw new SyntaxError(`"${item.slice(0, 40)}" is neither a tagged integer nor an escaped string`);
    return BigInt(item.slice(1));
  });
}
