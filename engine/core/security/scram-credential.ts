/** What a cluster keeps of a SCRAM password (RFC 5802, Kafka: ScramFormatter, ScramCredential): enough to check a proof, not to make one. */
import { hashOf, type ScramMechanism } from '#engine/core/security/mechanisms.ts';
import type { Cryptography } from '#engine/ports/cryptography.ts';
import { encodeUtf8 } from '#engine/protocol/utf8.ts';

export interface ScramCredential {
  readonly salt: Uint8Array;
  readonly storedKey: Uint8Array;
  readonly serverKey: Uint8Array;
  readonly iterations: number;
}

/** Kafka's bounds for both mechanisms. */
export const iterationsMin = 4096;
export const iterationsMax = 16_384;

const clientKeyLabel = encodeUtf8('Client Key');
const serverKeyLabel = encodeUtf8('Server Key');

export function credentialOf(mechanism: ScramMechanism, saltedPassword: Uint8Array, salt: Uint8Array, iterations: number, cryptography: Cryptography): ScramCredential {
  const hash = hashOf(mechanism);
  return {
    salt,
    storedKey: cryptography.hash(hash, cryptography.hmac(hash, saltedPassword, clientKeyLabel)),
    serverKey: cryptography.hmac(hash, saltedPassword, serverKeyLabel),
    iterations,
  };
}

export function credentialOfPassword(mechanism: ScramMechanism, password: string, salt: Uint8Array, iterations: number, cryptography: Cryptography): ScramCredential {
  const saltedPassword = cryptography.pbkdf2(hashOf(mechanism), encodeUtf8(password), salt, iterations);
  return credentialOf(mechanism, saltedPassword, salt, iterations, cryptography);
}
