/** Base64 with padding, as SCRAM's messages carry it (RFC 4648). */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const wholeGroups = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?$/;

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const characters = [18, 12, 6, 0].map((shift) => alphabet[(group >> shift) & 63]!);
    text += characters.slice(0, Math.min(4, bytes.length - at + 1)).join('').padEnd(4, '=');
  }
  return text;
}

/** Undefined: it is not Base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (!wholeGroups.test(text)) return undefined;
  const sextets = [...text.replace(/=+$/, '')].map((character) => alphabet.indexOf(character));
  const bytes = new Uint8Array(Math.floor((sextets.length * 6) / 8));
  for (let at = 0; at < bytes.length; at++) {
    const bit = at * 8;
    const first = Math.floor(bit / 6);
    const pair = (sextets[first]! << 6) | (sextets[first + 1] ?? 0);
    bytes[at] = (pair >> (12 - (bit % 6) - 8)) & 255;
  }
  return bytes;
}
