/** kafkajs logs in to `serve` by each mechanism, and may do what access control entries let it do, as with a Kafka that asks. */
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes, type AclEntry, type SASLOptions } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServedCluster } from './served-cluster.ts';

const modules = 'org.apache.kafka.common.security';
const serveArguments = [
  '--brokers', '3', '--port', '0', '--memory', '--topic', 'orders:3:3', '--topic', 'secrets:1:3',
  '--set', 'listeners=SASL_PLAINTEXT://:9092',
  '--set', 'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
  '--set', `listener.name.sasl_plaintext.plain.sasl.jaas.config=${modules}.plain.PlainLoginModule required user_admin="admin-secret" user_alice="alice-secret";`,
  '--set', `listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config=${modules}.scram.ScramLoginModule required username="carol" password="carol-secret";`,
  '--set', `listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config=${modules}.scram.ScramLoginModule required username="dave" password="dave-secret";`,
  '--set', 'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  '--set', 'super.users=User:admin',
  '--set', 'group.initial.rebalance.delay.ms=0',
];

const plain = (username: string, password = `${username}-secret`): SASLOptions => ({ mechanism: 'plain', username, password });
const carol: SASLOptions = { mechanism: 'scram-sha-256', username: 'carol', password: 'carol-secret' };
const dave: SASLOptions = { mechanism: 'scram-sha-512', username: 'dave', password: 'dave-secret' };

const allow = { permissionType: AclPermissionTypes.ALLOW, resourcePatternType: ResourcePatternTypes.LITERAL, host: '*' };
const mayWrite: AclEntry = { ...allow, principal: 'User:carol', resourceType: AclResourceTypes.TOPIC, resourceName: 'orders', operation: AclOperationTypes.WRITE };
const mayRead: AclEntry = { ...allow, principal: 'User:dave', resourceType: AclResourceTypes.TOPIC, resourceName: 'orders', operation: AclOperationTypes.READ };
const mayJoin: AclEntry = { ...allow, principal: 'User:dave', resourceType: AclResourceTypes.GROUP, resourceName: 'readers', operation: AclOperationTypes.READ };

describe('kafkajs and a listener that asks for SASL', () => {
  let cluster: ServedCluster;
  beforeAll(async () => {
    cluster = await ServedCluster.start(serveArguments);
    const admin = as(plain('admin')).admin();
    await admin.connect();
    await admin.createAcls({ acl: [mayWrite, mayRead, mayJoin] });
    await admin.disconnect();
  }, 60_000);
  afterAll(() => cluster.kill());

  function as(sasl: SASLOptions, retries = 5): Kafka {
    return new Kafka({ clientId: 'sasl', brokers: cluster.brokers, sasl, logLevel: logLevel.NOTHING, retry: { retries, initialRetryTime: 50 } });
  }

  async function topicsOf(sasl: SASLOptions): Promise<string[]> {
    const admin = as(sasl).admin();
    await admin.connect();
    const topics = await admin.listTopics();
    await admin.disconnect();
    return topics.toSorted();
  }

  it.each([['plain', plain('alice', 'wrong')], ['scram-sha-256', { ...carol, password: 'wrong' }], ['scram-sha-512', { ...dave, password: 'wrong' }], ['scram-sha-512', { ...dave, username: 'nobody' }]] as const)(
    'does not get in by %s with a password or name that is wrong',
    async (_mechanism, sasl) => {
      const admin = as(sasl as SASLOptions, 0).admin();
      await expect(admin.connect()).rejects.toThrow(/authentication failed/i);
      await admin.disconnect();
    },
    30_000,
  );

  it('does not get in at all without saying who it is', async () => {
    const admin = new Kafka({ clientId: 'nobody', brokers: cluster.brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
    await expect(admin.connect().then(() => admin.listTopics())).rejects.toThrow(/connection|closed|disconnect/i);
    await admin.disconnect();
  }, 30_000);

  it('sees the topics of which somebody may do anything, and no other', async () => {
    expect(await topicsOf(plain('admin'))).toEqual(expect.arrayContaining(['orders', 'secrets']));
    expect(await topicsOf(plain('alice'))).toEqual([]);
    expect(await topicsOf(carol)).toEqual(['orders']);
    expect(await topicsOf(dave)).toEqual(['orders']);
  }, 30_000);

  it('writes as who may write, reads as who may read, and neither the other way round', async () => {
    const writer = as(carol).producer();
    await writer.connect();
    await writer.send({ topic: 'orders', messages: Array.from({ length: 100 }, (_, index) => ({ key: String(index), value: `order ${index}` })) });
    await expect(writer.send({ topic: 'secrets', messages: [{ value: 'x' }] })).rejects.toThrow(/not authorized/i);
    await writer.disconnect();

    const values: string[] = [];
    const reader = as(dave).consumer({ groupId: 'readers' });
    await reader.connect();
    await reader.subscribe({ topic: 'orders', fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      reader.on(reader.events.CRASH, ({ payload }) => reject(payload.error));
      void reader.run({
        eachMessage: async ({ message }) => {
          values.push(message.value?.toString() ?? '');
          if (values.length === 100) resolve();
        },
      });
    });
    await reader.disconnect();
    expect(values.toSorted()).toEqual(Array.from({ length: 100 }, (_, index) => `order ${index}`).toSorted());

    const forbidden = as(dave, 0).producer();
    await forbidden.connect();
    await expect(forbidden.send({ topic: 'orders', messages: [{ value: 'x' }] })).rejects.toThrow(/not authorized/i);
    await forbidden.disconnect();
  }, 60_000);

  it('makes, finds and takes away access control entries as an administrator only', async () => {
    const admin = as(plain('admin')).admin();
    await admin.connect();
    const found = await admin.describeAcls({ resourceType: AclResourceTypes.TOPIC, resourcePatternType: ResourcePatternTypes.MATCH, resourceName: 'orders', operation: AclOperationTypes.ANY, permissionType: AclPermissionTypes.ANY });
    expect(found.resources.flatMap(({ acls }) => acls.map(({ principal, operation }) => [principal, operation])).toSorted()).toEqual([
      ['User:carol', AclOperationTypes.WRITE],
      ['User:dave', AclOperationTypes.READ],
    ]);
    const filter = { resourceType: AclResourceTypes.TOPIC, resourcePatternType: ResourcePatternTypes.LITERAL, resourceName: 'secrets', operation: AclOperationTypes.ANY, permissionType: AclPermissionTypes.ANY };
    await admin.createAcls({ acl: [{ ...mayRead, principal: 'User:eve', resourceName: 'secrets' }] });
    const { filterResponses } = await admin.deleteAcls({ filters: [filter] });
    expect(filterResponses.map(({ matchingAcls }) => matchingAcls.map(({ principal }) => principal))).toEqual([['User:eve']]);
    await admin.disconnect();

    const alice = as(plain('alice'), 0).admin();
    await alice.connect();
    await expect(alice.createAcls({ acl: [mayWrite] })).rejects.toThrow('Cluster authorization failed');
    await alice.disconnect();
  }, 30_000);
});
