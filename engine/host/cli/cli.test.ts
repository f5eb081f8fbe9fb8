import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = join(import.meta.dirname, 'main.ts');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrarium-cli-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

async function terrarium(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TERRARIUM_CONTROL: undefined, TERRARIUM_TOKEN: undefined } });
  let out = '';
  let err = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

interface Ready {
  bootstrap: string;
  control: string;
  controlToken: string;
  data: string | null;
  startMs: number;
}

async function whileServing(args: string[], use: (ready: Ready) => Promise<void>): Promise<number | null> {
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let err = '';
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const line = await Promise.race([once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>, ended.then(() => [''] as [string])]);
  if (line[0] === '') throw new Error(`serve ended before it was ready: ${err}`);
  try {
    await use(JSON.parse(line[0]) as Ready);
  } finally {
    child.kill('SIGTERM');
  }
  return (await ended)[0];
}

const oneLine = /^terrarium: [^\n]+\n$/;

/** Two producers into one partition, and how many acknowledged ones are expected to be lost. */
function scenario(lost: number): string {
  return `name: short
seed: 3
until: 3s
cluster:
  brokers: [{ id: 1 }, { id: 2 }, { id: 3 }]
  topics: [{ name: t, partitions: 1, replicationFactor: 3 }]
  producers: [{ id: p, topic: t }]
steps:
  - at: 1s
    do: { kind: producer.start, producer: { id: q, topic: t } }
expect:
  - acknowledgedLost: ${lost}
`;
}

async function whileListening(use: (port: number) => Promise<void>): Promise<void> {
  const server: Server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

describe('wrong usage', () => {
  it.each([
    [['sevre'], /Did you mean serve\?/],
    [['serve', '--brokres', '3'], /Did you mean --brokers\?/],
    [['serve', '--brokers', '0'], /whole number from 1 to 1000/],
    [['serve', '--memory', '--data', 'x'], /cannot be used with option/],
    [['serve', '--memory', '--set', 'log.retenton.ms=3'], /did you mean log\.retention\.ms\?/],
    [['serve', '--memory', '--set', 'log.retention.ms=soon'], /log\.retention\.ms/],
    [['serve', '--memory', '--topic', 'a:b'], /name:partitions:replicationFactor/],
    [['serve', '--memory', '--topic', 'a:1:5'], /replication factor 5 needs as many brokers, there are 3/],
    [['serve', '--memory', '--port', '65535'], /leaves no room for 3 brokers/],
    [['serve', '--memory', '--host', '0.0.0.0'], /the address by which they reach this machine/],
    [['run', 'missing.yaml'], /there is no file missing\.yaml/],
    [['replay', 'missing.run'], /there is no file missing\.run/],
    [['describe', 'topcs'], /topics, groups, quorum, brokers/],
    [['describe', 'topics'], /TERRARIUM_CONTROL/],
    [['inject', 'broker.crash', 'broker', '--control', 'http://127.0.0.1:1', '--token', 'x'], /"broker" is not field=value/],
    [['bench', 'disc'], /did you mean "disk"\?/],
    [['check', '--seeds', '5..1'], /1\.\.1000/],
    [['check', '--mutation', 'acks-all-awaited'], /acks-all-not-awaited/],
    [['check', '--write', 'page.md'], /--write goes with --mutations/],
    [['check', '--mutations', '--write', 'missing.md'], /missing\.md/],
    [['serve', '--memory', '--mutation', 'acks-all-not-awaited'], /unknown option/],
    [['open', 'missing.yaml', '--address'], /there is no file .*missing\.yaml/],
  ] as [string[], RegExp][])('%j is exit code 2 and one line that says what to do', async (args, says) => {
    const { code, out, err } = await terrarium(...args);
    expect(err).toMatch(says);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('has help on every verb, with the exit codes', async () => {
    for (const verb of ['open', 'serve', 'run', 'check', 'replay', 'inject', 'describe', 'bench']) {
      const { code, out } = await terrarium(verb, '--help');
      expect(code).toBe(0);
      expect(out).toContain(`terrarium ${verb}`);
      expect(out).toMatch(/--json|serve/);
      expect(out).toContain('Exit codes:');
    }
  });
});

describe('malformed files', () => {
  it('names line and nearest field of a scenario', async () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, 'name: x\nseed: 1\nuntil: 1s\ncluster:\n  brokers: [{ id: 1 }]\nstesp: []\n');
    const { code, err } = await terrarium('run', file);
    expect(err).toMatch(oneLine);
    expect(err).toMatch(/wrong\.yaml:6: .*did you mean "steps"\?/);
    expect(code).toBe(2);
  });

  it('names the line of a recorded run', async () => {
    const file = join(folder, 'wrong.run');
    writeFileSync(file, 'not json\n');
    const { code, err } = await terrarium('replay', file);
    expect(err).toMatch(/wrong\.run, line 1: not JSON/);
    expect(code).toBe(2);
  });

  it('refuses a folder that is not ours and writes nothing into it', async () => {
    const foreign = join(folder, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'letter.txt'), 'dear');
    const { code, err } = await terrarium('serve', '--port', '0', '--data', foreign);
    expect(err).toMatch(/is not a Terrarium folder \(it holds letter\.txt\)/);
    expect(code).toBe(2);
    expect(readdirSync(foreign)).toEqual(['letter.txt']);
  });

  it('refuses a file where a folder is wanted, and a description that is not ours', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await terrarium('serve', '--port', '0', '--data', file)).toMatchObject({ code: 2, err: expect.stringContaining('is a file; give a folder') });
    const damaged = join(folder, 'damaged');
    mkdirSync(damaged);
    writeFileSync(join(damaged, 'terrarium.json'), '{"format":"other"}');
    expect(await terrarium('serve', '--port', '0', '--data', damaged)).toMatchObject({ code: 2, err: expect.stringContaining('description is not one of ours') });
  });
});

describe('a machine that says no', () => {
  it('has the port in use: exit code 3 and which broker wanted it', async () => {
    await whileListening(async (port) => {
      const { code, err } = await terrarium('serve', '--memory', '--port', String(port), '--brokers', '1');
      expect(err).toMatch(/broker 1 cannot listen on .*: the port is in use; choose another/);
      expect(code).toBe(3);
      const control = await terrarium('serve', '--memory', '--port', '0', '--brokers', '1', '--control-port', String(port));
      expect(control).toMatchObject({ code: 3, out: '', err: expect.stringContaining('--control-port') });
    });
  });

  it('has no room for a folder: exit code 3', async () => {
    const { code, err } = await terrarium('serve', '--port', '0', '--data', '/proc/terrarium/data');
    expect(err).toMatch(/cannot be used/);
    expect(code).toBe(3);
  });

  it('has no cluster at the control address: exit code 3', async () => {
    const { code, err } = await terrarium('inject', 'broker.crash', 'broker=1', '--control', 'http://127.0.0.1:9', '--token', 'x');
    expect(err).toMatch(/no cluster answers at http:\/\/127\.0\.0\.1:9 .*is serve still running\?/);
    expect(code).toBe(3);
  });
});

describe('a served cluster', () => {
  it('is told to and asked by inject and describe, and ends in order', async () => {
    const code = await whileServing(['--memory', '--topic', 'orders:2:3'], async ({ bootstrap, control, controlToken, data }) => {
      expect(bootstrap.split(',')).toHaveLength(3);
      expect(data).toBeNull();
      const access = ['--control', control, '--token', controlToken];
      const topics = await terrarium('describe', 'topics', 'orders', ...access);
      expect(topics.out).toMatch(/Topic: orders\tTopicId: \S{22}\tPartitionCount: 2\tReplicationFactor: 3/);
      const json = await terrarium('describe', 'brokers', '--json', ...access);
      expect(json.out.trim().split('\n').map((line) => (JSON.parse(line) as { id: number }).id)).toEqual([1, 2, 3]);

      expect(await terrarium('inject', 'broker.crash', 'broker=2', ...access)).toMatchObject({ code: 0, out: expect.stringMatching(/^done, event \d+\n$/) });
      const crashed = await terrarium('describe', 'brokers', '--json', ...access);
      expect(crashed.out.split('\n').map((line) => (line === '' ? '' : (JSON.parse(line) as { status: string }).status))).toEqual(['running', 'crashed', 'running', '']);

      expect(await terrarium('inject', '{"kind":"broker.crahs","broker":2}', ...access)).toMatchObject({ code: 2, err: expect.stringContaining('did you mean "broker.crash"?') });
      expect(await terrarium('inject', 'broker.crash', 'borker=2', ...access)).toMatchObject({ code: 2, err: expect.stringContaining('did you mean "broker"?') });
      expect(await terrarium('inject', '{"kind":', ...access)).toMatchObject({ code: 2, err: expect.stringContaining('not JSON') });
      expect(await terrarium('describe', 'topics', 'ordres', ...access)).toMatchObject({ code: 2, err: expect.stringContaining('did you mean "orders"?') });
      expect(await terrarium('describe', 'topics', '--control', control, '--token', 'wrong')).toMatchObject({ code: 2, err: expect.stringContaining('bearer token') });
    });
    expect(code).toBe(0);
  });

  it('gives an added broker a listener and its place in the metadata', async () => {
    await whileServing(['--memory', '--brokers', '1'], async ({ control, controlToken }) => {
      const access = ['--control', control, '--token', controlToken];
      expect(await terrarium('inject', '{"kind":"broker.add","broker":{"id":2}}', ...access)).toMatchObject({ code: 0 });
      const { out } = await terrarium('describe', 'brokers', '--json', ...access);
      const added = out.split('\n').map((line) => (line === '' ? undefined : (JSON.parse(line) as { id: number; port: number }))).find((broker) => broker?.id === 2);
      expect(added?.port).toBeGreaterThan(0);
      expect(await terrarium('inject', '{"kind":"broker.add","broker":{"id":2}}', ...access)).toMatchObject({ code: 2, err: expect.stringContaining('there is a broker 2 already') });
    });
  });

  it('keeps its folder to itself, and goes on with its brokers and topics when it is started again', async () => {
    const data = join(folder, 'kept');
    await whileServing(['--data', data, '--brokers', '2', '--topic', 'kept:1:2'], async () => {
      expect(await terrarium('serve', '--port', '0', '--data', data)).toMatchObject({ code: 3, err: expect.stringContaining('in use by another process') });
    });
    await whileServing(['--data', data], async ({ bootstrap, control, controlToken }) => {
      expect(bootstrap.split(',')).toHaveLength(2);
      const { out } = await terrarium('describe', 'topics', '--control', control, '--token', controlToken);
      expect(out).toMatch(/Topic: kept\t/);
    });
    expect(await terrarium('serve', '--port', '0', '--data', data, '--brokers', '5')).toMatchObject({ code: 2, err: expect.stringContaining('holds a cluster of the brokers 1, 2') });
  });

  it('records a run that replays to the same hash, also on SQLite, and never over a file', async () => {
    const run = join(folder, 'some.run');
    expect(
      await whileServing(['--memory', '--brokers', '1', '--record', run, '--seed', '7'], async ({ control, controlToken }) => {
        await terrarium('inject', '{"kind":"producer.start","producer":{"id":"p","topic":"t"}}', '--control', control, '--token', controlToken);
      }),
    ).toBe(0);
    const memory = await terrarium('replay', run, '--json');
    expect(memory).toMatchObject({ code: 0, err: '' });
    const sqlite = await terrarium('replay', run, '--json', '--data', join(folder, 'replayed'));
    expect(sqlite.out).toBe(memory.out);
    expect(JSON.parse(memory.out)).toMatchObject({ same: true, inputs: expect.any(Number) });
    expect(await terrarium('serve', '--memory', '--port', '0', '--record', run)).toMatchObject({ code: 2, err: expect.stringContaining('writes over nothing') });
  });
});

describe('headless runs', () => {
  it('checks the expectations of a scenario and prints one hash for both kinds of disk', async () => {
    const file = join(folder, 'short.yaml');
    writeFileSync(file, scenario(0));
    const memory = await terrarium('run', file);
    expect(memory).toMatchObject({ code: 0, err: '' });
    const hash = /state hash ([0-9a-f]{16})/.exec(memory.out)?.[1];
    expect(hash).toBeDefined();
    const sqlite = await terrarium('run', file, '--json', '--data', join(folder, 'run-disks'));
    expect(JSON.parse(sqlite.out.trim().split('\n').at(-1)!)).toMatchObject({ ok: true, stateHash: hash });
    expect(await terrarium('run', file, '--data', join(folder, 'run-disks'))).toMatchObject({ code: 2, err: expect.stringContaining('is not empty') });
  });

  it('answers exit code 1 when an expectation fails, and says which and what was found', async () => {
    const file = join(folder, 'fails.yaml');
    writeFileSync(file, scenario(5));
    const { code, out, err } = await terrarium('run', file);
    expect(out).toMatch(/FAIL .*lost 5; found: lost 0/);
    expect(err).toMatch(/1 of 1 expectations failed/);
    expect(code).toBe(1);
  });

  it('simulates seeds in processes of their own', async () => {
    const { code, out } = await terrarium('check', '--seeds', '1..2', '--faults-ms', '2000', '--json');
    const lines = out.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.slice(0, 2).map((line) => line['seed'])).toEqual(expect.arrayContaining([1, 2]));
    expect(lines[2]).toMatchObject({ seeds: 2, failed: [] });
    expect(code).toBe(0);
  });

  it('tells of a seed that notices a bug with the command that repeats it', async () => {
    const { code, out } = await terrarium('check', '--seeds', '1', '--mutation', 'fenced-stays-in-isr');
    expect(out).toMatch(/^FAIL {2}seed 1: NoFencedInIsr is broken at event \d+/);
    expect(out).toContain('again: terrarium check --seeds 1 --faults-ms 60000 --mutation fenced-stays-in-isr\n');
    expect(code).toBe(1);
  });
});
