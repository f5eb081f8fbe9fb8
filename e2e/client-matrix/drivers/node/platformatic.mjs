// @platformatic/kafka: JavaScript, streams and promises.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Absent, behind, problemOf, serve, text } from './driver-loop.mjs';

const packages = join(process.env.TERRARIUM_CLIENTS, 'package.json');
const entry = createRequire(packages).resolve('@platformatic/kafka');
const { Admin, Consumer, Producer, ListOffsetTimestamps, ConfigResourceTypes, stringSerializers } = await import(pathToFileURL(entry).href);

const topicType = ConfigResourceTypes.TOPIC;
const setOperation = 0;
const reopenedMax = 10;
/** A fetch that fails for good is soon over; a send is tried until a new leader is there. */
const consumerRetries = 20;
const members = new Map();
let base;
let admin;
let load;

function recordOf({ partition, offset, key, value, headerEntries, timestamp }) {
  const told = Object.fromEntries(headerEntries.map(([name, bytes]) => [text(name), text(bytes)]));
  return { partition, offset: Number(offset), key: text(key), value: text(value), headers: told, timestamp: Number(timestamp) };
}

function producerFor(idempotent) {
  return new Producer({ ...base, serializers: stringSerializers, idempotent, ...(idempotent ? { maxInflights: 1 } : {}) });
}

async function produce(producer, { topic, acks, idempotent, compression, records }) {
  const messages = records.map(({ partition, key, value, headers, timestamp }) => ({
    topic,
    partition,
    key: key ?? undefined,
    value: value ?? undefined,
    headers: headers ?? {},
    ...(timestamp === undefined ? {} : { timestamp: BigInt(timestamp) }),
  }));
  const { offsets } = await producer.send({ messages, acks, idempotent, compression });
  const next = new Map((offsets ?? []).map((one) => [one.partition, Number(one.offset)]));
  return records.map(({ partition }) => {
    const offset = next.get(partition) ?? -1;
    if (offset >= 0) next.set(partition, offset + 1);
    return offset;
  });
}

function sizeOf({ results }) {
  const partitions = results.flatMap((one) => one.topics).flatMap((one) => one.partitions);
  return partitions.reduce((sum, one) => sum + Number(one.partitionSize), 0);
}

async function offsetsAt(topic, partitions, timestamp) {
  const [found] = await admin.listOffsets({ topics: [{ name: topic, partitions: partitions.map((partitionIndex) => ({ partitionIndex, timestamp })) }] });
  return Object.fromEntries(found.partitions.map((one) => [one.partitionIndex, Number(one.offset)]));
}

/**
 * A fetch that meets a broker which has just left the metadata destroys the stream ("Cannot find broker with node id 2"), and so do two
 * fetches that race for one session after leadership has moved: an application has to open it again, from what was committed.
 */
async function openStream(member) {
  member.stream = await member.consumer.consume({ topics: [member.topic], mode: 'committed', fallbackMode: 'earliest' });
  member.stream.on('data', (message) => member.view.records.push(recordOf(message)));
  member.stream.on('error', (error) => {
    member.reopened += 1;
    const again = member.reopened > reopenedMax ? Promise.reject(error) : openStream(member);
    again.catch((problem) => (member.view.failure = problemOf(problem).error));
  });
}

serve({
  absent: { lag: 'tells a lag only to a member of the group' },
  async open({ bootstrap }) {
    base = { clientId: 'matrix', bootstrapBrokers: bootstrap.split(','), retries: 120, retryDelay: 250 };
    admin = new Admin(base);
    return { version: JSON.parse(readFileSync(join(entry, '../../package.json'), 'utf8')).version };
  },
  async metadata() {
    const topics = await admin.listTopics();
    const found = await admin.metadata({ topics, forceUpdate: true });
    return { brokers: [...found.brokers.keys()], topics: Object.fromEntries([...found.topics].map(([name, topic]) => [name, topic.partitionsCount])) };
  },
  async describeCluster() {
    const { id, brokers } = await admin.metadata({ topics: [], forceUpdate: true });
    return { clusterId: id, brokers: [...brokers.keys()] };
  },
  async describeLogDirs({ topic }) {
    const found = await admin.describeLogDirs({ topics: [{ name: topic, partitions: [0, 1] }] });
    return { bytes: Object.fromEntries(found.map((one) => [one.broker, sizeOf(one)])) };
  },
  async createTopic({ topic, partitions, replicas, configs }) {
    await admin.createTopics({ topics: [topic], partitions, replicas, configs: Object.entries(configs).map(([name, value]) => ({ name, value })) });
  },
  createPartitions: ({ topic, total }) => admin.createPartitions({ topics: [{ name: topic, count: total, assignments: null }] }),
  deleteTopic: ({ topic }) => admin.deleteTopics({ topics: [topic] }),
  async describeConfigs({ topic }) {
    const [found] = await admin.describeConfigs({ resources: [{ resourceType: topicType, resourceName: topic }] });
    return { configs: Object.fromEntries(found.configs.map((one) => [one.name, one.value])) };
  },
  async alterConfigs({ topic, configs }) {
    const changes = Object.entries(configs).map(([name, value]) => ({ name, value, configOperation: setOperation }));
    await admin.incrementalAlterConfigs({ resources: [{ resourceType: topicType, resourceName: topic, configs: changes }] });
  },
  async produce(args) {
    const producer = producerFor(args.idempotent);
    try {
      return { offsets: await produce(producer, args) };
    } finally {
      await producer.close();
    }
  },
  /** A consumer with offsets given by hand reads without joining; the client has no other way. */
  async consume({ topic, partitions, from, offset, count }) {
    const consumer = new Consumer({ ...base, groupId: `${topic}-reader-${process.hrtime.bigint()}`, autocommit: false, maxWaitTime: 500 });
    const mode = { earliest: 'earliest', latest: 'latest', offset: 'manual' }[from];
    const offsets = from === 'offset' ? { offsets: partitions.map((partition) => ({ topic, partition, offset: BigInt(offset) })) } : {};
    const stream = await consumer.consume({ topics: [topic], mode, ...offsets });
    const records = [];
    for await (const message of stream) {
      records.push(recordOf(message));
      if (records.length >= count) break;
    }
    await consumer.close(true);
    return { records };
  },
  async listOffsets({ topic, partitions }) {
    return { earliest: await offsetsAt(topic, partitions, ListOffsetTimestamps.EARLIEST), latest: await offsetsAt(topic, partitions, ListOffsetTimestamps.LATEST) };
  },
  offsetForTime: async ({ topic, partition, timestamp }) => ({ offset: (await offsetsAt(topic, [partition], BigInt(timestamp)))[partition] }),
  deleteRecords: ({ topic, partition, before }) => admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition, offset: BigInt(before) }] }] }).then(() => ({})),
  async join({ member, group, topic, strategy, instanceId }) {
    if (strategy === 'sticky' || strategy === 'range') throw new Absent(`no ${strategy} assignor`);
    if (instanceId !== undefined) throw new Absent('leaves its group when it closes, as a static member too');
    // Its assignors are round robin and cooperative sticky, and the first is its default.
    const protocols = [{ name: strategy === 'cooperative-sticky' ? strategy : 'roundrobin', version: 1 }];
    const consumer = new Consumer({ ...base, retries: consumerRetries, groupId: group, autocommit: false, sessionTimeout: 10_000, heartbeatInterval: 500, maxWaitTime: 500, protocols });
    const view = { assignment: [], records: [], revoked: [], assignments: 0 };
    consumer.on('consumer:group:join', ({ assignments }) => {
      const now = (assignments ?? []).filter((one) => one.topic === topic).flatMap((one) => one.partitions);
      const lost = view.assignment.filter((one) => !now.includes(one));
      if (lost.length > 0) view.revoked.push(lost);
      view.assignments += 1;
      view.assignment = now;
    });
    const joined = { consumer, view, topic, reopened: 0 };
    await openStream(joined);
    members.set(member, joined);
  },
  async view({ member }) {
    const { view } = members.get(member);
    if (view.failure !== undefined) throw new Error(view.failure);
    return view;
  },
  async commit({ member, metadata }) {
    if (metadata !== undefined) throw new Absent('cannot commit metadata');
    const { consumer, view, topic } = members.get(member);
    await consumer.commit({ offsets: [...behind(view.records)].map(([partition, offset]) => ({ topic, partition, offset: BigInt(offset), leaderEpoch: -1 })) });
  },
  async leave({ member }) {
    const { consumer, stream } = members.get(member);
    members.delete(member);
    await stream.close();
    await consumer.close(true);
  },
  listGroups: async () => ({ groups: [...(await admin.listGroups()).keys()] }),
  async describeGroup({ group }) {
    const found = (await admin.describeGroups({ groups: [group] })).get(group);
    return { state: found.state, members: found.members.size };
  },
  async committed({ group, topic, partitions }) {
    const [found] = await admin.listConsumerGroupOffsets({ groups: [{ groupId: group, topics: [{ name: topic, partitionIndexes: partitions }] }] });
    return { offsets: Object.fromEntries(found.topics[0].partitions.map((one) => [one.partitionIndex, Number(one.committedOffset)])) };
  },
  async resetOffsets({ group, topic, offsets }) {
    const partitionOffsets = Object.entries(offsets).map(([partition, offset]) => ({ partition: Number(partition), offset: BigInt(offset) }));
    await admin.alterConsumerGroupOffsets({ groupId: group, topics: [{ name: topic, partitionOffsets }] });
  },
  deleteOffsets: ({ group, topic, partitions }) => admin.deleteConsumerGroupOffsets({ groupId: group, topics: [{ name: topic, partitionIndexes: partitions }] }),
  deleteGroup: ({ group }) => admin.deleteGroups({ groups: [group] }),
  async loadStart({ topic, partitions }) {
    const producer = producerFor(true);
    load = { isOn: true, acknowledged: [], failed: [] };
    load.over = (async () => {
      for (let index = 0; load.isOn; index += 10) {
        const partition = (index / 10) % partitions;
        const records = Array.from({ length: 10 }, (_, at) => ({ partition, key: null, value: `load ${index + at}` }));
        try {
          const offsets = await produce(producer, { topic, acks: -1, idempotent: true, compression: 'none', records });
          offsets.forEach((offset, at) => load.acknowledged.push({ index: index + at, partition, offset }));
        } catch (error) {
          load.failed.push(error.message);
        }
      }
      await producer.close();
    })();
  },
  loadStatus: async () => ({ acknowledged: load.acknowledged.length }),
  async loadStop() {
    load.isOn = false;
    await load.over;
    return { acknowledged: load.acknowledged, failed: load.failed };
  },
});
