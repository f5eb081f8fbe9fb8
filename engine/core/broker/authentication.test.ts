import { describe, expect, it } from 'vitest';
import { bareTokenCorrelationId } from '#engine/core/broker/authentication.ts';
import { expectsSaslToken, receiveSaslToken } from '#engine/core/world/door.ts';
import { authenticate, handshake, loggedIn, plainToken, saslSettings, scramLogin, securedCluster } from '#engine/testing/secured-cluster.ts';
import { brokerStateOf } from '#engine/core/world/inspect.ts';
import { cluster } from '#engine/testing/cluster.ts';
import { stateHash } from '#engine/core/world/state-hash.ts';
import type { WireMode } from '#engine/core/world/world-state.ts';
import { RawClient } from '#engine/testing/raw-client.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { MetadataRequest, MetadataResponse } from '#engine/protocol/messages/03-metadata.ts';
import { SaslHandshakeRequest, SaslHandshakeResponse } from '#engine/protocol/messages/17-sasl-handshake.ts';
import { ApiVersionsRequest, ApiVersionsResponse } from '#engine/protocol/messages/18-api-versions.ts';
import { SaslAuthenticateRequest, type SaslAuthenticateResponse } from '#engine/protocol/messages/36-sasl-authenticate.ts';
import { DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse } from '#engine/protocol/messages/50-describe-user-scram-credentials.ts';
import { AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse } from '#engine/protocol/messages/51-alter-user-scram-credentials.ts';
import { hashOf, type ScramMechanism } from '#engine/core/security/mechanisms.ts';
import { nodeCryptography } from '#engine/runtime/cryptography.ts';

const software = { clientSoftwareName: 'raw', clientSoftwareVersion: '1' };

/** Lets time pass until the broker has said and done what it will. */
function settled(client: RawClient, run: () => void): RawClient {
  run();
  client.take();
  return client;
}

describe('a listener that asks for SASL', () => {
  it('is told to clients with its own name, and lets brokers and built-in clients work', () => {
    const tested = securedCluster({ brokers: 3, topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }], producers: [{ id: 'p', topic: 'orders' }] });
    tested.run(2000);
    const { topics } = tested.state();
    const orders = topics.find(({ name }) => name === 'orders')!.partitions[0]!;
    expect(orders.isr).toHaveLength(3);
    expect(Number(orders.replicas[0]!.highWatermark)).toBeGreaterThan(0);
    const answer = loggedIn(tested, 'admin').ask(MetadataRequest, MetadataResponse, { topics: null });
    expect(answer.brokers).toHaveLength(3);
  });

  it('answers ApiVersions before anything else, and once', () => {
    const tested = securedCluster();
    const client = new RawClient(tested, 1);
    expect(client.ask(ApiVersionsRequest, ApiVersionsResponse, { clientSoftwareName: '' }).errorCode).toBe(ErrorCode.INVALID_REQUEST);
    expect(client.ask(ApiVersionsRequest, ApiVersionsResponse, software, 99).errorCode).toBe(ErrorCode.UNSUPPORTED_VERSION);
    expect(client.ask(ApiVersionsRequest, ApiVersionsResponse, software).apiKeys.length).toBeGreaterThan(25);
    expect(handshake(client, 'PLAIN').errorCode).toBe(ErrorCode.NONE);
    const again = new RawClient(tested, 1);
    again.ask(ApiVersionsRequest, ApiVersionsResponse, software);
    again.send(ApiVersionsRequest, software);
    expect(settled(again, () => tested.run(10)).closed).toBe(true);
  });

  it.each([
    ['Metadata', (client: RawClient) => client.send(MetadataRequest, { topics: null })],
    ['SaslAuthenticate', (client: RawClient) => client.send(SaslAuthenticateRequest, { authBytes: new TextEncoder().encode(plainToken('alice')) })],
  ])('closes the connection of a client that begins with %s', (_name, send) => {
    const tested = securedCluster();
    const client = new RawClient(tested, 1);
    send(client);
    settled(client, () => tested.run(10));
    expect(client.closed).toBe(true);
    expect(client.answers).toEqual([]);
  });

  it('names its mechanisms to a client that chose another, and closes the connection', () => {
    const tested = securedCluster();
    const client = new RawClient(tested, 1);
    expect(handshake(client, 'GSSAPI')).toEqual({ errorCode: ErrorCode.UNSUPPORTED_SASL_MECHANISM, mechanisms: ['PLAIN', 'SCRAM-SHA-512', 'SCRAM-SHA-256'] });
    expect(settled(client, () => tested.run(10)).closed).toBe(true);
  });

  it('answers what comes amid an exchange with ILLEGAL_SASL_STATE, and closes the connection', () => {
    const tested = securedCluster();
    const client = new RawClient(tested, 1);
    handshake(client, 'PLAIN');
    expect(client.ask(MetadataRequest, MetadataResponse, { topics: null })).toMatchObject({ errorCode: ErrorCode.ILLEGAL_SASL_STATE, brokers: [], topics: [] });
    expect(settled(client, () => tested.run(10)).closed).toBe(true);
  });

  it('says after connection.failed.authentication.delay.ms that somebody is not known, and handles nothing of what waits', () => {
    const tested = securedCluster();
    const client = new RawClient(tested, 1);
    handshake(client, 'PLAIN');
    const sentUs = tested.world.state.timeUs;
    const correlationId = client.send(SaslAuthenticateRequest, { authBytes: new TextEncoder().encode(plainToken('alice', 'wrong')) });
    client.send(MetadataRequest, { topics: null });
    settled(client, () => tested.run(99));
    expect(client.find(correlationId)).toBeUndefined();
    settled(client, () => tested.run(2));
    expect(client.find(correlationId)).toMatchObject({ body: { errorCode: ErrorCode.SASL_AUTHENTICATION_FAILED, errorMessage: 'Authentication failed: Invalid username or password' } });
    expect(tested.world.state.timeUs - sentUs).toBeGreaterThan(100_000);
    expect(client.answers).toHaveLength(2);
    expect(client.closed).toBe(true);
    expect(tested.world.state.nodes.get('broker/1')?.state).toMatchObject({ authentications: new Map(), connections: new Map() });
  });

  it('takes a token of sasl.server.max.receive.size and no longer one', () => {
    const tested = securedCluster({ settings: { 'sasl.server.max.receive.size': '64' } });
    const client = new RawClient(tested, 1);
    handshake(client, 'PLAIN');
    client.send(SaslAuthenticateRequest, { authBytes: new Uint8Array(65) });
    expect(settled(client, () => tested.run(10)).closed).toBe(true);
  });

  it('calls a second authentication illegal, and leaves the first one as it is', () => {
    const tested = securedCluster();
    const client = loggedIn(tested, 'admin');
    expect(handshake(client, 'PLAIN')).toEqual({ errorCode: ErrorCode.ILLEGAL_SASL_STATE, mechanisms: [] });
    expect(authenticate(client, plainToken('admin')).errorCode).toBe(ErrorCode.ILLEGAL_SASL_STATE);
    expect(client.ask(MetadataRequest, MetadataResponse, { topics: null }).errorCode).toBe(ErrorCode.NONE);
  });

  it('forgets who a client was when its connection ends', () => {
    const tested = securedCluster();
    const client = loggedIn(tested, 'alice');
    const authentications = () => brokerStateOf(tested.world, 1)?.authentications.size;
    expect(authentications()).toBe(1);
    client.close();
    tested.run(10);
    expect(authentications()).toBe(0);
  });
});

describe('tokens without a frame, after version 0 of the handshake', () => {
  const begun = (mechanism: string) => {
    const tested = securedCluster();
    const client = new RawClient(tested, 1);
    expect(client.ask(SaslHandshakeRequest, SaslHandshakeResponse, { mechanism }, 0).errorCode).toBe(ErrorCode.NONE);
    const say = (token: string): string | undefined => {
      expect(expectsSaslToken(tested.world, client.connectionId)).toBe(true);
      receiveSaslToken(tested.world, client.connectionId, new TextEncoder().encode(token));
      tested.run(200);
      const answer = client.find(bareTokenCorrelationId)?.body as SaslAuthenticateResponse | undefined;
      return answer === undefined ? undefined : new TextDecoder('utf-8').decode(answer.authBytes);
    };
    return { tested, client, say };
  };

  it('let a user of PLAIN in, who then speaks in frames', () => {
    const { tested, client, say } = begun('PLAIN');
    expect(say(plainToken('admin'))).toBe('');
    expect(expectsSaslToken(tested.world, client.connectionId)).toBe(false);
    expect(client.ask(MetadataRequest, MetadataResponse, { topics: null }).errorCode).toBe(ErrorCode.NONE);
  });

  it('are answered with those of SCRAM', () => {
    const { tested, say } = begun('SCRAM-SHA-256');
    loggedIn(tested, 'admin').ask(AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse, { upsertions: [upsertion('carol', 'SCRAM-SHA-256', 'pencil')] });
    tested.run(1000);
    expect(say('n,,n=carol,r=abc')).toMatch(/^r=abc.+,s=.+,i=4096$/);
  });

  it('that are wrong end the connection without a word', () => {
    const { client, say } = begun('PLAIN');
    expect(say(plainToken('admin', 'wrong'))).toBeUndefined();
    expect(client.closed).toBe(true);
  });
});

describe('a session with an end (KIP-368)', () => {
  const limited = { 'connections.max.reauth.ms': '5000' };

  it('is told its length, and is over after it', () => {
    const tested = securedCluster({ settings: limited });
    const client = new RawClient(tested, 1);
    handshake(client, 'PLAIN');
    expect(authenticate(client, plainToken('admin')).sessionLifetimeMs).toBe(5000n);
    tested.run(4900);
    expect(client.ask(MetadataRequest, MetadataResponse, { topics: null }).errorCode).toBe(ErrorCode.NONE);
    tested.run(200);
    client.send(MetadataRequest, { topics: null });
    expect(settled(client, () => tested.run(10)).closed).toBe(true);
  });

  it('is lengthened by the same user and the same mechanism, but not twice within a second', () => {
    const tested = securedCluster({ settings: limited });
    const client = loggedIn(tested, 'admin');
    tested.run(4900);
    expect(handshake(client, 'PLAIN').errorCode).toBe(ErrorCode.NONE);
    expect(authenticate(client, plainToken('admin')).sessionLifetimeMs).toBe(5000n);
    expect(handshake(client, 'PLAIN').errorCode).toBe(ErrorCode.ILLEGAL_SASL_STATE);
    tested.run(4900);
    expect(client.ask(MetadataRequest, MetadataResponse, { topics: null }).errorCode).toBe(ErrorCode.NONE);
  });

  it('ends for a client that comes back as somebody else', () => {
    const tested = securedCluster({ settings: limited });
    const client = loggedIn(tested, 'alice');
    handshake(client, 'PLAIN');
    expect(authenticate(client, plainToken('bob'))).toMatchObject({
      errorCode: ErrorCode.SASL_AUTHENTICATION_FAILED,
      errorMessage: 'Cannot change principals during re-authentication from User.alice: User.bob',
    });
    expect(settled(client, () => tested.run(10)).closed).toBe(true);
  });

  it('ends for a client that comes back by another mechanism', () => {
    const tested = securedCluster({ settings: limited });
    const client = loggedIn(tested, 'alice');
    expect(handshake(client, 'SCRAM-SHA-256').errorCode).toBe(ErrorCode.NONE);
    client.send(SaslAuthenticateRequest, { authBytes: new TextEncoder().encode('n,,n=alice,r=abc') });
    expect(settled(client, () => tested.run(200)).closed).toBe(true);
  });
});

function upsertion(name: string, mechanism: ScramMechanism, password: string, iterations = 4096) {
  const salt = new TextEncoder().encode('salt');
  const saltedPassword = nodeCryptography.pbkdf2(hashOf(mechanism), new TextEncoder().encode(password), salt, iterations);
  return { name, mechanism: mechanism === 'SCRAM-SHA-256' ? 1 : 2, iterations, salt, saltedPassword };
}

describe('SCRAM', () => {
  it.each<ScramMechanism>(['SCRAM-SHA-256', 'SCRAM-SHA-512'])('lets a user in by %s with the password of its credentials, on every broker, and only with it', (mechanism) => {
    const tested = securedCluster({ brokers: 3 });
    const { results } = loggedIn(tested, 'admin').ask(AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse, { upsertions: [upsertion('carol', mechanism, 'pencil')] });
    expect(results).toEqual([{ user: 'carol', errorCode: ErrorCode.NONE, errorMessage: null }]);
    tested.run(1000);
    for (const broker of [1, 2, 3]) {
      const client = new RawClient(tested, broker);
      handshake(client, mechanism);
      expect(scramLogin(client, mechanism, 'carol', 'pencil').errorCode).toBe(ErrorCode.NONE);
    }
    for (const [user, password] of [['carol', 'pen'], ['nobody', 'pencil']] as const) {
      const client = new RawClient(tested, 1);
      handshake(client, mechanism);
      expect(scramLogin(client, mechanism, user, password)).toMatchObject({
        errorCode: ErrorCode.SASL_AUTHENTICATION_FAILED,
        errorMessage: `Authentication failed during authentication due to invalid credentials with SASL mechanism ${mechanism}`,
      });
    }
  });

  it('knows the user of its login module from the birth of the cluster on', () => {
    const login = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="first";';
    const tested = cluster({ brokers: 1, settings: { ...saslSettings, 'listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config': login } });
    const client = new RawClient(tested, 1);
    handshake(client, 'SCRAM-SHA-256');
    expect(scramLogin(client, 'SCRAM-SHA-256', 'admin', 'first').errorCode).toBe(ErrorCode.NONE);
  });
});

describe('SCRAM credentials', () => {
  it('are checked as Kafka checks them, one change a user', () => {
    const client = new RawClient(cluster({ brokers: 1 }), 1);
    const alter = (body: object) =>
      client.ask(AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse, body).results.map(({ user, errorCode, errorMessage }) => [user, errorCode, errorMessage]);
    const good = upsertion('carol', 'SCRAM-SHA-256', 'x');
    expect(alter({ upsertions: [good] })).toEqual([['carol', ErrorCode.NONE, null]]);
    expect(alter({ upsertions: [{ ...good, iterations: 4095 }] })).toEqual([['carol', ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Too few iterations']]);
    expect(alter({ upsertions: [{ ...good, iterations: 16_385 }] })).toEqual([['carol', ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Too many iterations']]);
    expect(alter({ upsertions: [{ ...good, mechanism: 3 }] })).toEqual([['carol', ErrorCode.UNSUPPORTED_SASL_MECHANISM, 'Unknown SCRAM mechanism']]);
    expect(alter({ upsertions: [{ ...good, name: '' }] })).toEqual([['', ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Username must not be empty']]);
    expect(alter({ upsertions: [good, { ...good, mechanism: 2 }] })).toEqual([['carol', ErrorCode.DUPLICATE_RESOURCE, 'A user credential cannot be altered twice in the same request']]);
    expect(alter({ deletions: [{ name: 'carol', mechanism: 2 }] })).toEqual([['carol', ErrorCode.RESOURCE_NOT_FOUND, 'Attempt to delete a user credential that does not exist']]);
  });

  it('are described without what they are made of, and gone when they are deleted', () => {
    const tested = cluster({ brokers: 1 });
    const client = new RawClient(tested, 1);
    const alter = (body: object) => {
      client.ask(AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse, body);
      tested.run(1000);
    };
    const describeUsers = (users: { name: string }[] | null) =>
      client.ask(DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse, { users }).results.map(({ user, errorCode, credentialInfos }) => [user, errorCode, credentialInfos]);
    alter({ upsertions: [upsertion('carol', 'SCRAM-SHA-256', 'x'), upsertion('dave', 'SCRAM-SHA-512', 'y', 8192)] });
    alter({ upsertions: [upsertion('carol', 'SCRAM-SHA-512', 'z')] });
    expect(describeUsers(null)).toEqual([
      ['carol', ErrorCode.NONE, [{ mechanism: 1, iterations: 4096 }, { mechanism: 2, iterations: 4096 }]],
      ['dave', ErrorCode.NONE, [{ mechanism: 2, iterations: 8192 }]],
    ]);
    alter({ deletions: [{ name: 'carol', mechanism: 1 }] });
    expect(describeUsers([{ name: 'carol' }, { name: 'eve' }, { name: 'dave' }, { name: 'dave' }])).toEqual([
      ['carol', ErrorCode.NONE, [{ mechanism: 2, iterations: 4096 }]],
      ['eve', ErrorCode.RESOURCE_NOT_FOUND, []],
      ['dave', ErrorCode.DUPLICATE_RESOURCE, []],
    ]);
  });
});

it('a run in which clients log in is the same with messages as objects and as bytes', () => {
  const hashOfRun = (wire: WireMode): string => {
    const tested = securedCluster({ brokers: 3, wire, seed: 7 });
    const admin = loggedIn(tested, 'admin');
    admin.ask(AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse, { upsertions: [upsertion('carol', 'SCRAM-SHA-256', 'pencil')] });
    tested.run(1000);
    const client = new RawClient(tested, 2);
    handshake(client, 'SCRAM-SHA-256');
    expect(scramLogin(client, 'SCRAM-SHA-256', 'carol', 'pencil').errorCode).toBe(ErrorCode.NONE);
    return stateHash(tested.world);
  };
  expect(hashOfRun('bytes')).toBe(hashOfRun('objects'));
});

it('a listener that asks for nothing calls a handshake illegal', () => {
  const client = new RawClient(cluster({ brokers: 1 }), 1);
  expect(handshake(client, 'PLAIN')).toEqual({ errorCode: ErrorCode.ILLEGAL_SASL_STATE, mechanisms: [] });
  expect(client.send(SaslHandshakeRequest, { mechanism: 'PLAIN' })).toBeGreaterThan(0);
});
