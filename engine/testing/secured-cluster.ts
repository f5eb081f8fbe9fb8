/** A cluster whose listener asks for SASL, with an authorizer, and clients that say who they are: for tests of what each may do. */
import { credentialOfPassword } from '#engine/core/security/scram-credential.ts';
import { fromBase64, toBase64 } from '#engine/core/security/base64.ts';
import { hashOf, type ScramMechanism } from '#engine/core/security/mechanisms.ts';
import { SaslHandshakeRequest, SaslHandshakeResponse } from '#engine/protocol/messages/17-sasl-handshake.ts';
import { CreateAclsRequest, CreateAclsResponse } from '#engine/protocol/messages/30-create-acls.ts';
import { SaslAuthenticateRequest, SaslAuthenticateResponse } from '#engine/protocol/messages/36-sasl-authenticate.ts';
import { nodeCryptography } from '#engine/runtime/cryptography.ts';
import { cluster, type ClusterOptions, type TestCluster } from '#engine/testing/cluster.ts';
import { RawClient } from '#engine/testing/raw-client.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8').decode(bytes);

const jaas = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_admin="admin-secret" user_alice="alice-secret" user_bob="bob-secret";';
const authorizer = { 'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer', 'super.users': 'User:admin' };
export const saslSettings: Readonly<Record<string, string>> = {
  listeners: 'SASL_PLAINTEXT://:9092',
  'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
  'listener.name.sasl_plaintext.plain.sasl.jaas.config': jaas,
};

/** Users of PLAIN are admin (a super user), alice and bob; each password is the name and "-secret". */
export function securedCluster(options: ClusterOptions = {}): TestCluster {
  return cluster({ brokers: 1, ...options, settings: { ...saslSettings, ...authorizer, ...options.settings } });
}

export function handshake(client: RawClient, mechanism: string): SaslHandshakeResponse {
  return client.ask(SaslHandshakeRequest, SaslHandshakeResponse, { mechanism });
}

export function authenticate(client: RawClient, token: Uint8Array | string): SaslAuthenticateResponse {
  return client.ask(SaslAuthenticateRequest, SaslAuthenticateResponse, { authBytes: typeof token === 'string' ? encode(token) : token });
}

export function plainToken(user: string, password = `${user}-secret`): string {
  return `\0${user}\0${password}`;
}

/** A client that has said who it is. */
export function loggedIn(tested: TestCluster, user: string, brokerId = 1): RawClient {
  const client = new RawClient(tested, brokerId);
  handshake(client, 'PLAIN');
  const { errorCode, errorMessage } = authenticate(client, plainToken(user));
  if (errorCode !== 0) throw new Error(`${user} could not log in: ${errorMessage}`);
  return client;
}

/** Both steps of SCRAM as a client takes them; the answer to the last one that was answered. The server's signature is checked. */
export function scramLogin(client: RawClient, mechanism: ScramMechanism, user: string, password: string): SaslAuthenticateResponse {
  const hash = hashOf(mechanism);
  const clientFirst = `n=${user},r=clientNonce`;
  const first = authenticate(client, `n,,${clientFirst}`);
  if (first.errorCode !== 0) return first;
  const serverFirst = decode(first.authBytes);
  const [, nonce = '', salt = '', iterations = ''] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(serverFirst) ?? [];
  const salted = nodeCryptography.pbkdf2(hash, encode(password), fromBase64(salt) ?? new Uint8Array(0), Number(iterations));
  const clientKey = nodeCryptography.hmac(hash, salted, encode('Client Key'));
  const withoutProof = `c=biws,r=${nonce}`;
  const messages = encode(`${clientFirst},${serverFirst},${withoutProof}`);
  const signature = nodeCryptography.hmac(hash, nodeCryptography.hash(hash, clientKey), messages);
  const proof = clientKey.map((byte, index) => byte ^ signature[index]!);
  const final = authenticate(client, `${withoutProof},p=${toBase64(proof)}`);
  const { serverKey } = credentialOfPassword(mechanism, password, fromBase64(salt) ?? new Uint8Array(0), Number(iterations), nodeCryptography);
  const expected = `v=${toBase64(nodeCryptography.hmac(hash, serverKey, messages))}`;
  if (final.errorCode === 0 && decode(final.authBytes) !== expected) throw new Error('the server does not know the password itself');
  return final;
}

/** What alice may do. */
export interface Grant {
  resourceType: number;
  resourceName: string;
  operation: number;
  resourcePatternType?: number;
  permissionType?: number;
  principal?: string;
}

export function grant(tested: TestCluster, ...grants: Grant[]): void {
  const creations = grants.map((one) => ({ resourcePatternType: 3, principal: 'User:alice', host: '*', permissionType: 3, ...one }));
  const { results } = loggedIn(tested, 'admin').ask(CreateAclsRequest, CreateAclsResponse, { creations });
  if (results.length !== grants.length || results.some(({ errorCode }) => errorCode !== 0)) throw new Error(`not granted: ${JSON.stringify(results)}`);
  // The brokers read the entries in the metadata log.
  tested.run(1000);
}
