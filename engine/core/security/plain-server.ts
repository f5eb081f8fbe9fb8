/** PLAIN, the server's side (RFC 4616; Kafka: PlainSaslServer, PlainServerCallbackHandler): one token with name and password in the clear. */
import { otherAuthorizationId, type SaslStep } from '#engine/core/security/sasl-step.ts';
import type { Cryptography } from '#engine/ports/cryptography.ts';
import { decodeUtf8, encodeUtf8 } from '#engine/protocol/utf8.ts';

const partsMax = 4;

export function plainStep(token: Uint8Array, users: ReadonlyMap<string, string>, cryptography: Cryptography): SaslStep<never> {
  const parts = decodeUtf8(token, 0, token.length).split('\u0000').slice(0, partsMax);
  const [authorizationId = '', user = '', password = ''] = parts;
  if (parts.length !== 3) return { kind: 'failed', words: `Invalid SASL/PLAIN response: expected 3 tokens, got ${parts.length}` };
  if (user === '') return { kind: 'failed', words: 'Authentication failed: username not specified' };
  if (password === '') return { kind: 'failed', words: 'Authentication failed: password not specified' };
  const expected = users.get(user);
  if (expected === undefined || !cryptography.isEqual(encodeUtf8(password), encodeUtf8(expected))) return { kind: 'failed', words: 'Authentication failed: Invalid username or password' };
  if (authorizationId !== '' && authorizationId !== user) return { kind: 'failed', words: otherAuthorizationId };
  return { kind: 'complete', token: new Uint8Array(0), user };
}
