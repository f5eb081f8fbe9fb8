// kafkajs. Its codecs other than gzip are the user's to bring: snappy and lz4 from @platformatic/wasm-utils, zstd from Node.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { Absent, behind, serve, text } from './driver-loop.mjs';

const require = createRequire(import.meta.url);
const { Kafka, logLevel, CompressionTypes, CompressionCodecs, ConfigResourceTypes } = require('kafkajs');

const codec = (compress, decompress) => () => ({ compress: async ({ buffer }) => compress(buffer), decompress: async (buffer) => decompress(buffer) });
CompressionCodecs[CompressionTypes.ZSTD] = codec(zstdCompressSync, zstdDecompressSync);
const packages = process.env.TERRARIUM_CLIENTS;
if (packages !== '') {
  const { lz4Compress, lz4Decompress, snappyCompress, snappyDecompress } = createRequire(join(packages, 'package.json'))('@platformatic/wasm-utils');
  CompressionCodecs[CompressionTypes.Snappy] = codec(snappyCompress, snappyDecompress);
  CompressionCodecs[CompressionTypes.LZ4] = codec(lz4Compress, lz4Decompress);
}

const compressions = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP, snappy: CompressionTypes.Snappy, lz4: CompressionTypes.LZ4, zstd: CompressionTypes.ZSTD };
/** A consumer that stops waits for its last fetch. */
const maxWaitTimeInMs = 300;
const members = new Map();
let kafka;
let admin;
let load;

function recordOf(partition, { offset, key, value, headers, timestamp }) {
  const told = Object.fromEntries(Object.entries(headers ?? {}).map(([name, bytes]) => [name, text(bytes)]));
  return { partition, offset: Number(offset), key: text(key), value: text(value), headers: told, timestamp: Number(timestamp) };
}

async function produce(producer, { topic, acks, compression, records }) {
  if (['snappy', 'lz4'].includes(compression) && packages === '') throw new Absent('brings no codec for it, and none is installed');
  const messages = records.map(({ timestamp, ...rest }) => ({ ...rest, ...(timestamp === undefined ? {} : { timestamp: String(timestamp) }) }));
  const answers = await producer.send({ topic, acks, compression: compressions[compression], messages });
  const next = new Map((answers ?? []).map((answer) => [answer.partition, Number(answer.baseOffset ?? answer.offset ?? -1)]));
  return records.map(({ partition }) => {
    const offset = next.get(partition) ?? -1;
    if (offset >= 0) next.set(partition, offset + 1);
    return offset;
  });
}

function watch(consumer, member, topic) {
  const view = { assignment: [], records: [], revoked: [], assignments: 0 };
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    view.assignments += 1;
    view.assignment = payload.memberAssignment[topic] ?? [];
  });
  consumer.on(consumer.events.REBALANCING, () => {
    view.revoked.push(view.assignment);
    view.assignment = [];
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    // What it recovers from by itself is told as a crash, too.
    if (!payload.restart) view.failure = payload.error.message;
  });
  members.set(member, { consumer, view, topic });
  return view;
}

serve({
  absent: {
    describeLogDirs: 'no describe log dirs in its admin client',
    lag: 'tells no lag of a group',
    deleteOffsets: 'no delete offsets in its admin client',
  },
  async open({ bootstrap }) {
    kafka = new Kafka({ clientId: 'matrix', brokers: bootstrap.split(','), logLevel: logLevel.NOTHING, retry: { retries: 30, initialRetryTime: 100, maxRetryTime: 1000 } });
    admin = kafka.admin();
    await admin.connect();
    return { version: require('kafkajs/package.json').version };
  },
  async metadata() {
    const { brokers } = await admin.describeCluster();
    const { topics } = await admin.fetchTopicMetadata();
    return { brokers: brokers.map((broker) => broker.nodeId), topics: Object.fromEntries(topics.map((topic) => [topic.name, topic.partitions.length])) };
  },
  async describeCluster() {
    const { clusterId, brokers } = await admin.describeCluster();
    return { clusterId, brokers: brokers.map((broker) => broker.nodeId) };
  },
  async createTopic({ topic, partitions, replicas, configs }) {
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ topics: [{ topic, numPartitions: partitions, replicationFactor: replicas, configEntries }] });
  },
  async produce(args) {
    const producer = kafka.producer({ idempotent: args.idempotent, ...(args.idempotent ? { maxInFlightRequests: 1 } : {}) });
    await producer.connect();
    try {
      return { offsets: await produce(producer, args) };
    } finally {
      await producer.disconnect();
    }
  },
  /** kafkajs cannot read without a group; one of its own, never used again, comes nearest. */
  async consume({ topic, partitions, from, offset, count }) {
    const consumer = kafka.consumer({ groupId: `${topic}-reader-${process.hrtime.bigint()}`, maxWaitTimeInMs });
    const records = [];
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: from !== 'latest' });
    await new Promise((done, fail) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => fail(payload.error));
      void consumer.run({
        eachMessage: async ({ partition, message }) => {
          records.push(recordOf(partition, message));
          if (records.length >= count) done();
        },
      });
      if (from === 'offset') for (const partition of partitions) consumer.seek({ topic, partition, offset: String(offset) });
    });
    await consumer.disconnect();
    return { records };
  },
  async listOffsets({ topic }) {
    const found = await admin.fetchTopicOffsets(topic);
    const by = (name) => Object.fromEntries(found.map((one) => [one.partition, Number(one[name])]));
    return { earliest: by('low'), latest: by('high') };
  },
  async join({ member, group, topic, strategy, instanceId }) {
    if (strategy !== 'any' && strategy !== 'roundrobin') throw new Absent(`no ${strategy} assignor`);
    if (instanceId !== undefined) throw new Absent('no group.instance.id');
    const consumer = kafka.consumer({ groupId: group, sessionTimeout: 10_000, heartbeatInterval: 500, maxWaitTimeInMs });
    const view = watch(consumer, member, topic);
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => void view.records.push(recordOf(partition, message)),
    });
  },
  async view({ member }) {
    const { view } = members.get(member);
    if (view.failure !== undefined) throw new Error(view.failure);
    return view;
  },
  async commit({ member, metadata }) {
    const { consumer, view, topic } = members.get(member);
    await consumer.commitOffsets([...behind(view.records)].map(([partition, offset]) => ({ topic, partition, offset: String(offset), ...(metadata === undefined ? {} : { metadata }) })));
  },
  async leave({ member }) {
    const { consumer } = members.get(member);
    members.delete(member);
    await consumer.disconnect();
  },
  async offsetForTime({ topic, partition, timestamp }) {
    const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, timestamp);
    return { offset: Number(offsets.find((one) => one.partition === partition).offset) };
  },
  async describeConfigs({ topic }) {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }] });
    return { configs: Object.fromEntries(resources[0].configEntries.map((entry) => [entry.configName, entry.configValue])) };
  },
  async alterConfigs({ topic, configs }) {
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
    await admin.alterConfigs({ validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }] });
  },
  createPartitions: ({ topic, total }) => admin.createPartitions({ topicPartitions: [{ topic, count: total }] }),
  async deleteRecords({ topic, partition, before }) {
    // It looks for the leader in the metadata that it has already; asking for offsets brings the topic's.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] });
  },
  deleteTopic: ({ topic }) => admin.deleteTopics({ topics: [topic] }),
  listGroups: async () => ({ groups: (await admin.listGroups()).groups.map((group) => group.groupId) }),
  async describeGroup({ group }) {
    const { groups } = await admin.describeGroups([group]);
    return { state: groups[0].state, members: groups[0].members.length };
  },
  async committed({ group, topic }) {
    const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    return { offsets: Object.fromEntries(found.partitions.map((one) => [one.partition, Number(one.offset)])) };
  },
  resetOffsets: ({ group, topic, offsets }) => admin.setOffsets({ groupId: group, topic, partitions: Object.entries(offsets).map(([partition, offset]) => ({ partition: Number(partition), offset: String(offset) })) }),
  deleteGroup: ({ group }) => admin.deleteGroups([group]),
  async loadStart({ topic, partitions }) {
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    load = { isOn: true, acknowledged: [], failed: [] };
    load.over = (async () => {
      for (let index = 0; load.isOn; index += 10) {
        const partition = (index / 10) % partitions;
        const records = Array.from({ length: 10 }, (_, at) => ({ partition, key: null, value: `load ${index + at}` }));
        try {
          const offsets = await produce(producer, { topic, acks: -1, compression: 'none', records });
          offsets.forEach((offset, at) => load.acknowledged.push({ index: index + at, partition, offset }));
        } catch (error) {
          load.failed.push(error.message);
        }
      }
      await producer.disconnect();
    })();
  },
  loadStatus: async () => ({ acknowledged: load.acknowledged.length }),
  async loadStop() {
    load.isOn = false;
    await load.over;
    return { acknowledged: load.acknowledged, failed: load.failed };
  },
});
