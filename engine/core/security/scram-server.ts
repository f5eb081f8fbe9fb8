/**
 * SCRAM, the server's side (RFC 5802, RFC 7677; Kafka: ScramSaslServer, ScramMessages). Two steps: the client names itself and gets salt
 * and iterations; it proves that it knows the password, and gets the server's signature.
 *
 * Left out: channel binding, as in Kafka; delegation tokens (tokenauth=true), which fail as an unknown one does.
 */
import { fromBase64, toBase64 } from '#engine/core/security/base64.ts';
import { hashOf, type ScramMechanism } from '#engine/core/security/mechanisms.ts';
import { otherAuthorizationId, type SaslStep } from '#engine/core/security/sasl-step.ts';
import { iterationsMin, type ScramCredential } from '#engine/core/security/scram-credential.ts';
import type { Cryptography } from '#engine/ports/cryptography.ts';
import { decodeUtf8, encodeUtf8 } from '#engine/protocol/utf8.ts';

/** Between the two steps. */
export interface ScramExchange {
  user: string;
  clientFirstBare: string;
  serverFirst: string;
  nonce: string;
  credential: ScramCredential;
}

const saslName = String.raw`(?:[\x01-\x2B\x2D-\x3C\x3E-\x7F]|=2C|=3D)+`;
const printable = String.raw`[\x21-\x2B\x2D-\x7E]+`;
const extensions = String.raw`(?:,[A-Za-z]+=[\x01-\x2B\x2D-\x7F]+)*`;
const clientFirst = new RegExp(`^n,(?:a=(?<authorizationId>${saslName}))?,(?<bare>(?:m=[\\x01-\\x2B\\x2D-\\x7F]+,)?n=(?<name>${saslName}),r=(?<nonce>${printable})(?<extensions>${extensions}))$`);
const clientFinal = new RegExp(`^(?<withoutProof>c=[A-Za-z0-9+/=]*,r=(?<nonce>${printable})${extensions}),p=(?<proof>[A-Za-z0-9+/=]+)$`);

export function scramFirstStep(token: Uint8Array, serverNonce: string, credentialOf: (user: string) => ScramCredential | undefined): SaslStep<ScramExchange> {
  const groups = clientFirst.exec(decodeUtf8(token, 0, token.length))?.groups;
  if (groups === undefined || groups['extensions']?.includes(',tokenauth=true') === true) return { kind: 'failed' };
  const user = plainName(groups['name'] ?? '');
  const credential = credentialOf(user);
  if (credential === undefined) return { kind: 'failed' };
  const { authorizationId } = groups;
  if (authorizationId !== undefined && authorizationId !== user) return { kind: 'failed', words: otherAuthorizationId };
  if (credential.iterations < iterationsMin) return { kind: 'failed' };
  const nonce = `${groups['nonce'] ?? ''}${serverNonce}`;
  const serverFirst = `r=${nonce},s=${toBase64(credential.salt)},i=${credential.iterations}`;
  return { kind: 'challenge', token: encodeUtf8(serverFirst), exchange: { user, clientFirstBare: groups['bare'] ?? '', serverFirst, nonce, credential } };
}

export function scramFinalStep(token: Uint8Array, mechanism: ScramMechanism, exchange: ScramExchange, cryptography: Cryptography): SaslStep<ScramExchange> {
  const groups = clientFinal.exec(decodeUtf8(token, 0, token.length))?.groups;
  const proof = fromBase64(groups?.['proof'] ?? '');
  if (groups === undefined || proof === undefined || groups['nonce'] !== exchange.nonce) return { kind: 'failed' };
  const hash = hashOf(mechanism);
  const { storedKey, serverKey } = exchange.credential;
  const messages = encodeUtf8(`${exchange.clientFirstBare},${exchange.serverFirst},${groups['withoutProof'] ?? ''}`);
  const clientSignature = cryptography.hmac(hash, storedKey, messages);
  if (proof.length !== clientSignature.length) return { kind: 'failed' };
  const clientKey = clientSignature.map((byte, index) => byte ^ proof[index]!);
  if (!cryptography.isEqual(cryptography.hash(hash, clientKey), storedKey)) return { kind: 'failed' };
  const serverSignature = cryptography.hmac(hash, serverKey, messages);
  return { kind: 'complete', token: encodeUtf8(`v=${toBase64(serverSignature)}`), user: exchange.user };
}

function plainName(name: string): string {
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=');
}
