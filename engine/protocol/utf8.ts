/**
 * Text as UTF-8. Most strings of the protocol are short and ASCII (topic names, client ids): those never leave JavaScript.
 * Malformed bytes become U+FFFD, as Java's String does it; a byte order mark is text like any other.
 */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
const shortLength = 24;
const codes: number[] = [];

export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length > shortLength) return decoder.decode(bytes.subarray(start, end));
  codes.length = length;
  for (let index = 0; index < length; index++) {
    const code = bytes[start + index]!;
    if (code > 127) return decoder.decode(bytes.subarray(start, end));
    codes[index] = code;
  }
  return String.fromCharCode.apply(null, codes);
}

/** Writes ASCII text at a place that has room for `text.length` bytes; answers false, with the place undefined, when it is not ASCII. */
export function writeAscii(text: string, bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127) return false;
    bytes[at + index] = code;
  }
  return true;
}

export function encodeUtf8(text: string): Uint8Array {
  if (text.length <= shortLength) {
    const bytes = new Uint8Array(text.length);
    if (writeAscii(text, bytes, 0)) return bytes;
  }
  return encoder.encode(text);
}
