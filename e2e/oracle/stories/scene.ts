/** Topics whose replicas are where the stories say, and the internal topic of offsets, on both sides alike. */
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { Body, Session } from '../session.ts';
import type { Story } from './story.ts';

/** The structs of a list in an answer; none when it is not there. */
export function bodiesIn(body: Body | undefined, name: string): Body[] {
  const found = body?.[name];
  return Array.isArray(found) ? (found as Body[]) : [];
}

/** Partition p of a topic made here is led by broker p % 3 + 1. */
export async function createTopic(session: Session, name: string, partitions: number, configs: Record<string, string> = {}): Promise<void> {
  await createTopics(session, { [name]: configs }, partitions);
}

/** Several topics at once, with their settings: each request asks for all, which is far quicker than one after the other. */
export async function createTopics(session: Session, configsByName: Record<string, Record<string, string>>, partitions: number): Promise<void> {
  const assignments = Array.from({ length: partitions }, (_, partitionIndex) => ({ partitionIndex, brokerIds: [0, 1, 2].map((step) => ((partitionIndex + step) % 3) + 1) }));
  const topics = Object.entries(configsByName).map(([name, configs]) => ({
    name,
    numPartitions: -1,
    replicationFactor: -1,
    assignments,
    configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
  }));
  const answer = await session.call('CreateTopics', 7, { topics, timeoutMs: 10_000 });
  for (const topic of bodiesIn(answer, 'topics')) {
    if (topic['errorCode'] !== ErrorCode.NONE) throw new Error(`${session.side} did not create ${String(topic['name'])}: ${JSON.stringify(topic)}`);
  }
  await untilAllLed(session, Object.keys(configsByName), partitions);
  await untilAllServed(session, Object.keys(configsByName), partitions);
}

/** Until each leader serves its partition: a broker knows of its leadership before it takes it up. */
async function untilAllServed(session: Session, names: string[], partitions: number): Promise<void> {
  for (const broker of session.ports.keys()) {
    const led = Array.from({ length: partitions }, (_, partitionIndex) => partitionIndex).filter((index) => (index % 3) + 1 === broker);
    if (led.length === 0) continue;
    const body = { replicaId: -1, topics: names.map((name) => ({ name, partitions: led.map((partitionIndex) => ({ partitionIndex, timestamp: -1n })) })) };
    await until(session, `broker ${broker} serves ${names.join(', ')}`, async () => {
      const topics = bodiesIn(await session.call('ListOffsets', 7, body, { broker }), 'topics');
      return topics.every((topic) => bodiesIn(topic, 'partitions').every((one) => one['errorCode'] === 0));
    });
  }
}

export async function untilLed(session: Session, name: string, partitions: number): Promise<void> {
  await untilAllLed(session, [name], partitions);
}

/** Until every broker knows leaders and full ISRs of all partitions. */
async function untilAllLed(session: Session, names: string[], partitions: number): Promise<void> {
  for (const broker of session.ports.keys()) {
    await until(session, `${names.join(', ')} are led, says broker ${broker}`, async () => {
      const topics = bodiesIn(await session.call('Metadata', 12, { topics: names.map((name) => ({ name })), allowAutoTopicCreation: false }, { broker }), 'topics');
      return topics.every((topic) => topic['errorCode'] === 0 && areLed(bodiesIn(topic, 'partitions'), partitions));
    });
  }
}

function areLed(known: Body[], partitions: number): boolean {
  return known.length === partitions && known.every((one) => (one['leaderId'] as number) > 0 && (one['isrNodes'] as number[]).length === (one['replicaNodes'] as number[]).length);
}

/** Asks again until it holds; each round is a request, so it does not spin faster than the cluster answers. */
export async function until(session: Session, what: string, holds: () => Promise<boolean>, boundMs = 30_000): Promise<void> {
  const giveUp = Date.now() + boundMs;
  while (!(await holds())) if (Date.now() > giveUp) throw new Error(`${session.side}: never happened within ${boundMs} ms: ${what}`);
}

/** The broker that coordinates the group. */
export async function coordinatorOf(session: Session, group: string): Promise<number> {
  let broker = -1;
  await until(session, `a coordinator for ${group}`, async () => {
    const answer = await session.call('FindCoordinator', 3, { key: group, keyType: 0 });
    broker = answer['errorCode'] === 0 ? (answer['nodeId'] as number) : -1;
    return broker > 0;
  });
  return broker;
}

export async function topicIdOf(session: Session, name: string): Promise<string> {
  const [topic] = (await session.call('Metadata', 12, { topics: [{ name }], allowAutoTopicCreation: false }))['topics'] as Body[];
  return topic?.['topicId'] as string;
}

export const sceneStory: Story = {
  name: 'scene',
  async tell(session) {
    // As the broker creates it, but with its leaders where both sides have them.
    await createTopic(session, '__consumer_offsets', 50, { 'cleanup.policy': 'compact', 'compression.type': 'producer', 'segment.bytes': '104857600' });
    // A broker of Kafka that has no block of producer ids yet says that it is loading.
    for (const broker of session.ports.keys()) {
      await until(session, `broker ${broker} has producer ids`, async () => {
        const answer = await session.call('InitProducerId', 4, { transactionalId: null, transactionTimeoutMs: 60_000, producerId: -1n, producerEpoch: -1 }, { broker });
        return answer['errorCode'] === ErrorCode.NONE;
      });
    }
    // A coordinator loads its partitions when it is elected; it is ready when it answers for a group of each broker.
    for (let index = 0; index < 30; index += 1) {
      const group = `scene-${index}`;
      const broker = await coordinatorOf(session, group);
      await until(session, `${group} is loaded`, async () => (await session.call('Heartbeat', 4, { groupId: group, generationId: 1, memberId: 'nobody' }, { broker }))['errorCode'] === ErrorCode.UNKNOWN_MEMBER_ID);
    }
  },
};
