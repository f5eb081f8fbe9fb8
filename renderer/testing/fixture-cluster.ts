/**
 * An invented cluster that moves, for work on the drawing alone: plausible offsets, pulls, high watermarks and elections, none
 * of it Kafka. Only tests and the development page use it. Deterministic for one seed.
 */
export interface FixtureReplica {
  broker: number;
  logEndOffset: number;
  highWatermark: number;
  inSync: boolean;
  fetchDueUs: number;
  leaderEpoch: number;
  epochs: { epoch: number; startOffset: number }[];
  believesLeader: boolean;
  /** Refuses what it fetches: falls behind for good. */
  stuck: boolean;
}
export interface FixturePartition {
  topic: number;
  partition: number;
  replicas: FixtureReplica[];
  leader: number;
  leaderEpoch: number;
  partitionEpoch: number;
  committed: number;
  lastStable: number | undefined;
}
export interface FixtureBroker {
  id: number;
  rack: string;
  running: boolean;
  paused: boolean;
  fenced: boolean;
  sessionDueUs: number;
  metadataEnd: number;
}
export interface FixtureFlight {
  id: number;
  from: number;
  to: number;
  sentUs: number;
  dueUs: number;
  apiKey: number;
  flags: number;
  partition: number;
  records: number;
  fetchOffset: number;
}
export interface FixtureProducer {
  client: number;
  topic: number;
  perSecond: number;
  sent: number;
  acknowledged: number;
  inFlight: number;
  nextUs: number;
  retries: number;
}
export interface FixtureSpec {
  brokers: number;
  topics: { name: string; partitions: number; internal?: boolean }[];
  producers: { name: string; topic: number; perSecond: number; acks: string }[];
  members: number;
  latencyUs: number;
}
export interface FixtureFact {
  timeUs: number;
  node: string;
  command: string | undefined;
  facts: { kind: string; payload: Record<string, unknown> }[];
}

export const classroom: FixtureSpec = {
  brokers: 3,
  topics: [{ name: 'orders', partitions: 3 }, { name: 'payments', partitions: 2 }, { name: '__consumer_offsets', partitions: 4, internal: true }],
  producers: [{ name: 'mobile', topic: 0, perSecond: 5.2, acks: '1' }, { name: 'checkout', topic: 0, perSecond: 6.4, acks: 'all' }, { name: 'settle', topic: 1, perSecond: 3, acks: 'all' }],
  members: 3,
  latencyUs: 130_000,
};

const sessionUs = 9_000_000;
const clientBase = 0x8000_0000;
const none = 0xffff_ffff;

export type FixtureCluster = ReturnType<typeof createFixtureCluster>;

export function createFixtureCluster(spec: FixtureSpec, seed: number) {
  let random = seed >>> 0;
  let nowUs = 0;
  let eventId = 0;
  let flightId = 0;
  const queue: { dueUs: number; run: () => void }[] = [];
  const flights: FixtureFlight[] = [];
  const facts: FixtureFact[] = [];
  const brokers: FixtureBroker[] = Array.from({ length: spec.brokers }, (_, at) => ({ id: at + 1, rack: 'abcdefghij'.charAt(at % 10), running: true, paused: false, fenced: false, sessionDueUs: sessionUs, metadataEnd: 2231 }));
  const partitions: FixturePartition[] = spec.topics.flatMap((topic, topicIndex) => Array.from({ length: topic.partitions }, (_, number) => makePartition(topicIndex, number)));
  const producers: FixtureProducer[] = spec.producers.map((producer, client) => ({ client, topic: producer.topic, perSecond: producer.perSecond, sent: 0, acknowledged: 0, inFlight: 0, nextUs: 0, retries: 0 }));
  const counts = { acknowledged: 0, appended: 0 };

  function next(): number {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    return random / 0x1_0000_0000;
  }

  function makePartition(topic: number, number: number): FixturePartition {
    const start = spec.topics[topic]?.internal === true ? 200 : 560 + Math.floor(next() * 700);
    const seam = start - 4 - Math.floor(next() * 12);
    const order = Array.from({ length: Math.min(3, spec.brokers) }, (_, at) => ((number + topic + at) % spec.brokers) + 1);
    const epoch = 3 + number;
    const replicas = order.map((broker, at): FixtureReplica => ({
      broker, logEndOffset: start, highWatermark: start, inSync: true, fetchDueUs: at === 0 ? -1 : 0, leaderEpoch: epoch, believesLeader: at === 0, stuck: false,
      epochs: [{ epoch: epoch - 1, startOffset: 0 }, { epoch, startOffset: seam }],
    }));
    return { topic, partition: number, replicas, leader: order[0] ?? 1, leaderEpoch: epoch, partitionEpoch: 8 + number, committed: start - 2, lastStable: undefined };
  }

  function at(dueUs: number, run: () => void): void {
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((queue[middle]?.dueUs ?? 0) > dueUs) high = middle;
      else low = middle + 1;
    }
    queue.splice(low, 0, { dueUs, run });
  }

  function send(from: number, to: number, apiKey: number, flags: number, partition: number, records: number, fetchOffset: number, arrive: () => void): void {
    const dueUs = nowUs + spec.latencyUs * (0.8 + next() * 0.4);
    flights.push({ id: ++flightId, from, to, sentUs: nowUs, dueUs, apiKey, flags, partition, records, fetchOffset });
    at(dueUs, arrive);
  }

  const brokerOf = (id: number): FixtureBroker | undefined => brokers.find((broker) => broker.id === id);
  const lives = (id: number): boolean => brokerOf(id)?.running === true && brokerOf(id)?.paused !== true;
  const replicaOn = (partition: FixturePartition, broker: number): FixtureReplica | undefined => partition.replicas.find((replica) => replica.broker === broker);

  function produce(producer: FixtureProducer): void {
    at(nowUs + (0.6 + next() * 0.8) * (1e6 / producer.perSecond), () => produce(producer));
    const choices = partitions.filter((partition) => partition.topic === producer.topic);
    const partition = choices[Math.floor(next() * choices.length)];
    const leader = partition === undefined ? undefined : replicaOn(partition, partition.leader);
    if (partition === undefined || leader === undefined || producer.inFlight >= 5) return;
    if (!lives(partition.leader)) {
      producer.retries++;
      return;
    }
    producer.inFlight++;
    producer.sent++;
    send(clientBase + producer.client, leader.broker, 0, 16, partitions.indexOf(partition), 1, 0, () => {
      if (!lives(leader.broker)) {
        producer.inFlight--;
        return;
      }
      leader.logEndOffset++;
      counts.appended++;
      const offset = leader.logEndOffset;
      const answer = (): void => {
        if (leader.highWatermark < offset && spec.producers[producer.client]?.acks !== '1' && lives(leader.broker)) return at(nowUs + 40_000, answer);
        send(leader.broker, clientBase + producer.client, 0, 17, partitions.indexOf(partition), 0, 0, () => {
          producer.inFlight--;
          producer.acknowledged++;
          counts.acknowledged++;
        });
      };
      answer();
    });
  }

  function fetch(partition: FixturePartition, follower: FixtureReplica): void {
    const again = (delayUs: number): void => {
      follower.fetchDueUs = nowUs + delayUs;
      at(nowUs + delayUs, () => fetch(partition, follower));
    };
    const leader = replicaOn(partition, partition.leader);
    if (leader === undefined || leader === follower || !lives(follower.broker) || !lives(leader.broker)) return again(1_000_000);
    const index = partitions.indexOf(partition);
    follower.fetchDueUs = nowUs + 2 * spec.latencyUs;
    const offset = follower.logEndOffset;
    send(follower.broker, leader.broker, 1, 8, index, 0, offset, () => {
      if (!lives(leader.broker)) return again(500_000);
      const inSync = partition.replicas.filter((replica) => replica.inSync);
      if (!follower.inSync && leader.logEndOffset - offset < 2 && lives(follower.broker)) changeIsr(partition, follower.broker, true);
      const shortest = Math.min(...inSync.map((replica) => (replica === follower ? offset : replica.logEndOffset)));
      leader.highWatermark = Math.max(leader.highWatermark, shortest);
      const answered = leader.logEndOffset;
      const watermark = leader.highWatermark;
      send(leader.broker, follower.broker, 1, answered > offset ? 9 : 73, index, answered - offset, offset, () => {
        if (!lives(follower.broker) || follower.stuck) return again(1_000_000);
        follower.logEndOffset = Math.max(follower.logEndOffset, answered);
        follower.highWatermark = Math.min(watermark, follower.logEndOffset);
        follower.leaderEpoch = partition.leaderEpoch;
        again(answered > offset ? 30_000 + next() * 100_000 : 380_000);
      });
    });
  }

  function changeIsr(partition: FixturePartition, broker: number, inSync: boolean): void {
    const before = partition.replicas.filter((replica) => replica.inSync).map((replica) => replica.broker);
    const replica = replicaOn(partition, broker);
    if (replica === undefined || replica.inSync === inSync) return;
    replica.inSync = inSync;
    partition.partitionEpoch++;
    for (const each of brokers) if (each.running) each.metadataEnd++;
    const to = partition.replicas.filter((each) => each.inSync).map((each) => each.broker);
    report('broker/3', undefined, [{ kind: 'partition.isrChanged', payload: { topic: spec.topics[partition.topic]?.name, partition: partition.partition, from: before, to, leaderEpoch: partition.leaderEpoch, partitionEpoch: partition.partitionEpoch } }]);
  }

  function consume(partition: FixturePartition, member: number): void {
    at(nowUs + 500_000 + next() * 1_200_000, () => consume(partition, member));
    const leader = replicaOn(partition, partition.leader);
    if (leader === undefined || !lives(leader.broker)) return;
    const client = clientBase + spec.producers.length + member;
    const index = partitions.indexOf(partition);
    send(client, leader.broker, 1, 32, index, 0, partition.committed, () => {
      const records = leader.highWatermark - partition.committed;
      send(leader.broker, client, 1, records > 0 ? 33 : 97, index, records, 0, () => {
        at(nowUs + 400_000, () => {
          partition.committed = Math.max(partition.committed, Math.min(leader.highWatermark, partition.committed + Math.ceil(records * next())));
        });
      });
    });
  }

  function beat(broker: FixtureBroker): void {
    at(nowUs + 2_000_000, () => beat(broker));
    const controller = controllerId();
    if (!lives(broker.id) || controller < 0) return;
    if (broker.id === controller) {
      broker.sessionDueUs = nowUs + sessionUs;
      return;
    }
    send(broker.id, controller, 63, 4, none, 0, 0, () => {
      if (!lives(controller)) return;
      broker.sessionDueUs = nowUs + sessionUs;
      if (broker.fenced) broker.fenced = false;
      send(controller, broker.id, 63, 5, none, 0, 0, () => undefined);
    });
  }

  const controllerId = (): number => [3, 2, 1].find((id) => lives(id)) ?? -1;

  function checkSessions(): void {
    at(nowUs + 200_000, checkSessions);
    for (const broker of brokers) if (!broker.fenced && broker.sessionDueUs < nowUs) fence(broker);
  }

  function fence(broker: FixtureBroker): void {
    broker.fenced = true;
    report('broker/3', undefined, [{ kind: 'broker.fenced', payload: { broker: broker.id } }]);
    for (const partition of partitions) {
      if (partition.leader === broker.id) elect(partition, broker.id);
      changeIsr(partition, broker.id, false);
    }
  }

  function elect(partition: FixturePartition, previous: number): void {
    const heir = partition.replicas.find((replica) => replica.inSync && replica.broker !== previous && lives(replica.broker));
    if (heir === undefined) {
      partition.leader = -1;
      return;
    }
    partition.leader = heir.broker;
    partition.leaderEpoch++;
    for (const replica of partition.replicas) replica.believesLeader = replica === heir || (replica.broker === previous && replica.believesLeader);
    heir.leaderEpoch = partition.leaderEpoch;
    heir.epochs.push({ epoch: partition.leaderEpoch, startOffset: heir.logEndOffset });
    report('broker/3', undefined, [{ kind: 'partition.leaderElected', payload: { topic: spec.topics[partition.topic]?.name, partition: partition.partition, leader: heir.broker, leaderEpoch: partition.leaderEpoch, previousLeader: previous } }]);
  }

  function report(node: string, command: string | undefined, list: FixtureFact['facts']): void {
    facts.push({ timeUs: nowUs, node, command, facts: list });
  }

  for (const producer of producers) at(next() * 400_000, () => produce(producer));
  for (const partition of partitions) {
    for (const replica of partition.replicas) at(next() * 300_000, () => fetch(partition, replica));
    if (spec.topics[partition.topic]?.internal !== true && spec.members > 0) at(next() * 800_000, () => consume(partition, partitions.indexOf(partition) % spec.members));
  }
  for (const broker of brokers) at(next() * 2_000_000, () => beat(broker));
  checkSessions();

  return {
    spec, brokers, partitions, producers, counts,
    nowUs: () => nowUs,
    eventId: () => eventId,
    controllerId,
    takeFlights: () => flights.splice(0),
    takeFacts: () => facts.splice(0),
    runUntil(untilUs: number): void {
      for (let head = queue[0]; head !== undefined && head.dueUs <= untilUs; head = queue[0]) {
        queue.shift();
        nowUs = head.dueUs;
        eventId++;
        head.run();
      }
      nowUs = Math.max(nowUs, untilUs);
    },
    setRunning(id: number, running: boolean): void {
      const broker = brokerOf(id);
      if (broker === undefined) return;
      broker.running = running;
      report('world', JSON.stringify({ kind: running ? 'broker.restart' : 'broker.crash', broker: id }), []);
      if (!running) return;
      for (const partition of partitions) for (const replica of partition.replicas) if (replica.broker === id && partition.leader !== id) replica.believesLeader = false;
    },
    setPaused(id: number, paused: boolean): void {
      const broker = brokerOf(id);
      if (broker !== undefined) broker.paused = paused;
    },
    dropFromIsr(index: number, broker: number, behind: number): void {
      const partition = partitions[index];
      const replica = partition === undefined ? undefined : replicaOn(partition, broker);
      if (partition === undefined || replica === undefined) return;
      replica.logEndOffset -= behind;
      replica.highWatermark = replica.logEndOffset - 2;
      replica.stuck = true;
      changeIsr(partition, broker, false);
    },
  };
}
