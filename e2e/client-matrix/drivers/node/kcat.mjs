// kcat (librdkafka), by its command line: every operation is a run of it, a member of a group is one that goes on.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Absent, serve } from './driver-loop.mjs';

const adminOperations = [
  'describeCluster', 'describeLogDirs', 'createTopic', 'createPartitions', 'deleteTopic', 'describeConfigs', 'alterConfigs', 'deleteRecords',
  'listGroups', 'describeGroup', 'committed', 'lag', 'resetOffsets', 'deleteOffsets', 'deleteGroup',
];
const acksNames = { '-1': 'all', 0: '0', 1: '1' };
const members = new Map();
let bootstrap = '';
let load;

const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

function start(args) {
  const child = spawn('kcat', ['-b', bootstrap, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  children.add(child);
  child.on('close', () => children.delete(child));
  return child;
}

async function run(args, input = '') {
  const child = start(args);
  let [output, complaints] = ['', ''];
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (complaints += data));
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  if (code !== 0 || /Delivery failed/.test(complaints)) throw new Error(`kcat ${args.join(' ')} ended with ${code}: ${complaints.slice(-400)}`);
  return output;
}

const settings = (map) => Object.entries(map).flatMap(([name, value]) => ['-X', `${name}=${value}`]);

function recordOf({ partition, offset, key, payload, headers = [], ts }) {
  const told = Object.fromEntries(headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]]] : [])));
  return { partition, offset, key, value: payload, headers: told, timestamp: ts };
}

async function offsetAt(topic, partition, timestamp) {
  const text = await run(['-Q', '-t', `${topic}:${partition}:${timestamp}`]);
  return Number(/offset (-?\d+)/.exec(text)?.[1]);
}

/**
 * "rebalanced (…): assigned: t [0], t [1]", "… revoked: …", and of a cooperative member "incremental assignment of 2 partition(s) (…): …",
 * "incremental revoke of …".
 */
function noteRebalance(view, line, isCooperative) {
  const told = /rebalanced.*?(assign|revoke)/.exec(line);
  if (told === null) return;
  const list = [...line.matchAll(/ \[(\d+)\]/g)].map((found) => Number(found[1]));
  if (told[1] === 'assign') {
    view.assignments += 1;
    view.assignment = [...new Set([...(isCooperative ? view.assignment : []), ...list])];
  } else {
    view.revoked.push(list);
    view.assignment = view.assignment.filter((one) => !list.includes(one));
  }
}

serve({
  absent: Object.fromEntries(adminOperations.map((op) => [op, 'no admin commands'])),
  async open(args) {
    bootstrap = args.bootstrap;
    const text = spawnSync('kcat', ['-V'], { encoding: 'utf8' }).stdout;
    return { version: `${/Version (\S+)/.exec(text)?.[1]} (librdkafka ${/librdkafka (\S+)/.exec(text)?.[1]})` };
  },
  async metadata() {
    const { brokers, topics } = JSON.parse(await run(['-L', '-J']));
    return { brokers: brokers.map((broker) => broker.id), topics: Object.fromEntries(topics.map((topic) => [topic.topic, topic.partitions.length])) };
  },
  async produce({ topic, acks, idempotent, compression, records }) {
    if (records.some((record) => record.timestamp !== undefined)) throw new Absent('cannot set timestamps of records');
    const how = settings({ acks: acksNames[acks], 'enable.idempotence': idempotent, 'compression.type': compression });
    for (const partition of new Set(records.map((record) => record.partition))) {
      const mine = records.filter((record) => record.partition === partition);
      const headers = Object.entries(mine[0].headers ?? {}).flatMap(([name, value]) => ['-H', `${name}=${value}`]);
      // With -Z an empty key or value is Kafka's null.
      await run(['-P', '-t', topic, '-p', String(partition), '-K', '\t', '-Z', ...headers, ...how], mine.map(({ key, value }) => `${key ?? ''}\t${value ?? ''}\n`).join(''));
    }
    return { offsets: records.map(() => -1) };
  },
  async consume({ topic, partitions, from, offset, count }) {
    const start = { earliest: 'beginning', latest: 'end', offset: String(offset) }[from];
    const only = partitions.length === 1 ? ['-p', String(partitions[0])] : [];
    const text = await run(['-C', '-t', topic, ...only, '-o', start, '-c', String(count), '-q', '-J']);
    const lines = text.split('\n').filter((line) => line !== '');
    return { records: lines.map((line) => JSON.parse(line)).map(recordOf) };
  },
  async listOffsets({ topic, partitions }) {
    const ask = async (timestamp) => Object.fromEntries(await Promise.all(partitions.map(async (partition) => [partition, await offsetAt(topic, partition, timestamp)])));
    return { earliest: await ask(-2), latest: await ask(-1) };
  },
  async join({ member, group, topic, strategy, instanceId }) {
    if (strategy === 'sticky') throw new Absent('librdkafka has no eager sticky assignor');
    const view = { assignment: [], records: [], revoked: [], assignments: 0 };
    const how = settings({
      'auto.offset.reset': 'earliest',
      'session.timeout.ms': 10_000,
      'heartbeat.interval.ms': 500,
      ...(strategy === 'any' ? {} : { 'partition.assignment.strategy': strategy }),
      ...(instanceId === undefined ? {} : { 'group.instance.id': instanceId }),
    });
    const child = start(['-G', group, ...how, '-E', '-f', '%p\t%o\t%s\n', '-u', topic]);
    let complaints = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [partition, offset, value] = line.split('\t');
      view.records.push({ partition: Number(partition), offset: Number(offset), value });
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      complaints = `${complaints} / ${line}`.slice(-400);
      noteRebalance(view, line, strategy === 'cooperative-sticky');
    });
    child.on('close', () => (view.failure ??= `kcat ended:${complaints}`));
    members.set(member, { child, view });
  },
  async view({ member }) {
    const { view } = members.get(member);
    if (view.failure !== undefined) throw new Error(view.failure);
    return view;
  },
  /** kcat commits by itself, at the latest when it leaves. */
  async commit({ metadata }) {
    if (metadata !== undefined) throw new Absent('cannot commit metadata');
  },
  async leave({ member }) {
    const { child } = members.get(member);
    members.delete(member);
    const gone = once(child, 'close');
    child.kill('SIGINT');
    await gone;
  },
  offsetForTime: async ({ topic, partition, timestamp }) => ({ offset: await offsetAt(topic, partition, timestamp) }),
  async loadStart({ topic, partitions }) {
    load = { isOn: true, sent: 0, complaints: '' };
    const writer = start(['-P', '-t', topic, ...settings({ acks: 'all', 'enable.idempotence': true, 'message.timeout.ms': 60_000, 'linger.ms': 5 }), '-K', '\t']);
    writer.stderr.on('data', (data) => (load.complaints += data));
    load.written = once(writer, 'close');
    load.timer = setInterval(() => {
      // Keys spread over the partitions by their hash.
      for (let count = 0; count < 10; count += 1, load.sent += 1) writer.stdin.write(`${load.sent % (partitions * 7)}\tload ${load.sent}\n`);
    }, 50);
    load.writer = writer;
  },
  /** What has been handed to kcat; it tells only at its end whether all was acknowledged. */
  loadStatus: async () => ({ acknowledged: load.sent }),
  async loadStop() {
    clearInterval(load.timer);
    load.writer.stdin.end();
    const [code] = await load.written;
    const failed = load.complaints.split('\n').filter((line) => /Delivery failed/.test(line));
    if (code !== 0) failed.push(`kcat ended with ${code}`);
    return { acknowledged: Array.from({ length: load.sent }, (_, index) => ({ index, partition: -1, offset: -1 })), failed };
  },
});
