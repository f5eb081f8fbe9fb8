/**
 * Kafka's UUID: 16 bytes on the wire, base64url without padding (22 characters) everywhere else, as in `org.apache.kafka.common.Uuid`.
 */
import { ProtocolError } from '#engine/protocol/protocol-error.ts';

export const zeroUuid = 'AAAAAAAAAAAAAAAAAAAAAA';
/** The id that `__cluster_metadata` has in every cluster. */
export const metadataTopicUuid = 'AAAAAAAAAAAAAAAAAAAAAQ';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const uuidCharacters = 22;
const codeOfSextet = Uint8Array.from(alphabet, (character) => character.charCodeAt(0));
const notASextet = 255;
const sextetOfCode = new Uint8Array(128).fill(notASextet);
for (let sextet = 0; sextet < 64; sextet++) sextetOfCode[alphabet.charCodeAt(sextet)] = sextet;

export function uuidFromBytes(bytes: Uint8Array, at: number): string {
  let text = '';
  for (let group = 0; group < 15; group += 3) {
    const triple = (bytes[at + group]! << 16) | (bytes[at + group + 1]! << 8) | bytes[at + group + 2]!;
    text += String.fromCharCode(
      codeOfSextet[triple >> 18]!, codeOfSextet[(triple >> 12) & 63]!, codeOfSextet[(triple >> 6) & 63]!, codeOfSextet[triple & 63]!,
    );
  }
  const last = bytes[at + 15]!;
  return text + String.fromCharCode(codeOfSextet[last >> 2]!, codeOfSextet[(last & 3) << 4]!);
}

export function writeUuid(text: string, bytes: Uint8Array, at: number): void {
  if (text.length !== uuidCharacters) throw new ProtocolError(`"${text}" is not a UUID: 22 characters of base64url expected`);
  for (let group = 0; group < 5; group++) {
    const triple = (sextet(text, group * 4) << 18) | (sextet(text, group * 4 + 1) << 12) | (sextet(text, group * 4 + 2) << 6) | sextet(text, group * 4 + 3);
    bytes[at + group * 3] = triple >> 16;
    bytes[at + group * 3 + 1] = triple >> 8;
    bytes[at + group * 3 + 2] = triple;
  }
  bytes[at + 15] = (sextet(text, 20) << 2) | (sextet(text, 21) >> 4);
}

/** True for 22 characters of base64url. */
export function isUuid(text: string): boolean {
  if (text.length !== uuidCharacters) return false;
  for (let index = 0; index < uuidCharacters; index++) {
    if ((sextetOfCode[text.charCodeAt(index)] ?? notASextet) === notASextet) return false;
  }
  return true;
}

function sextet(text: string, index: number): number {
  const value = sextetOfCode[text.charCodeAt(index)] ?? notASextet;
  if (value === notASextet) throw new ProtocolError(`"${text}" is not a UUID: character ${index} is not of base64url`);
  return value;
}
