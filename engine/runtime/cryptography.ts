/** Hashes by Node. */
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type { Cryptography, HashName } from '#engine/ports/cryptography.ts';

const nodeNames: Readonly<Record<HashName, string>> = { 'SHA-256': 'sha256', 'SHA-512': 'sha512' };
const sizesBytes: Readonly<Record<HashName, number>> = { 'SHA-256': 32, 'SHA-512': 64 };

export const nodeCryptography: Cryptography = {
  hash: (name, bytes) => plain(createHash(nodeNames[name]).update(bytes).digest()),
  hmac: (name, key, bytes) => plain(createHmac(nodeNames[name], key).update(bytes).digest()),
  pbkdf2: (name, password, salt, iterations) => plain(pbkdf2Sync(password, salt, iterations, sizesBytes[name], nodeNames[name])),
  isEqual: (left, right) => left.length === right.length && timingSafeEqual(left, right),
};

/** Not a Buffer: it stays in a state that is cloned and hashed. */
function plain(buffer: Uint8Array): Uint8Array {
  return Uint8Array.from(buffer);
}
