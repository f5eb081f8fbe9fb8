/**
 * Hashes for those who must know who a client is: SCRAM. The same input gives the same output, or a run could not be repeated; what
 * is to be unpredictable comes from the seeded random.
 */
export type HashName = 'SHA-256' | 'SHA-512';

export interface Cryptography {
  hash(name: HashName, bytes: Uint8Array): Uint8Array;
  hmac(name: HashName, key: Uint8Array, bytes: Uint8Array): Uint8Array;
  /** PBKDF2 with HMAC, as long as the hash (RFC 5802: Hi). */
  pbkdf2(name: HashName, password: Uint8Array, salt: Uint8Array, iterations: number): Uint8Array;
  /** How long it takes does not tell where they differ. */
  isEqual(left: Uint8Array, right: Uint8Array): boolean;
}

/** For worlds in which nobody authenticates: asking is an error. */
export const noCryptography: Cryptography = { hash: absent, hmac: absent, pbkdf2: absent, isEqual: absent };

function absent(): never {
  throw new Error('this world was made without cryptography, so nobody can authenticate in it');
}
