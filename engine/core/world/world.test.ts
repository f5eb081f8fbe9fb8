import { expect, test } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { executeCommand } from '#engine/core/world/commands/execute-command.ts';
import type { WorldCommand } from '#engine/core/world/commands/command.ts';
import { createWorld } from '#engine/core/world/create-world.ts';
import { closeConnection, openConnection, receiveRequest, takeOutbox } from '#engine/core/world/door.ts';
import { messagesInFlight } from '#engine/core/world/inspect.ts';
import { addNode, queueStart } from '#engine/core/world/node-life.ts';
import { restoreWorld, snapshotWorld } from '#engine/core/world/snapshot.ts';
import { stateHash } from '#engine/core/world/state-hash.ts';
import { handle } from '#engine/core/world/handle.ts';
import { nextDueUs, runUntil, step } from '#engine/core/world/step.ts';
import { askingClient, echoBroker, testSpec } from '#engine/core/world/test-nodes.ts';
import type { AskingClientState, EchoBrokerState } from '#engine/core/world/test-nodes.ts';
import type { EventRecord, NodeRow, WireMode, World } from '#engine/core/world/world-state.ts';
import { create } from '#engine/protocol/message.ts';
import { HeartbeatRequest } from '#engine/protocol/messages/12-heartbeat.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';

const behaviours = { broker: echoBroker, producer: askingClient };

interface Options {
  seed?: number;
  network?: { latencyMs: number; jitterMs: number };
  wire?: WireMode;
}

/** Two brokers and one client, all started, at virtual time 0. */
function start(options: Options = {}): World {
  const world = createWorld({ seed: options.seed ?? 1, spec: testSpec(2, options.network), diskFor: () => new MemoryDisk(), behaviours, wire: options.wire });
  queueStart(world, addNode(world, 'producer/p', 'producer', 'p', {}));
  runUntil(world, 0);
  return world;
}

function row(world: World, id: string): NodeRow {
  return world.state.nodes.get(id)!;
}
function outcomes(world: World): string[] {
  return (row(world, 'producer/p').state as AskingClientState).outcomes;
}
function brokerState(world: World, id: number): EchoBrokerState {
  return row(world, `broker/${id}`).state as EchoBrokerState;
}

/** The client asks now. */
function ask(world: World, what: string, fields: Record<string, unknown> = {}): void {
  const client = row(world, 'producer/p');
  const record: EventRecord = { id: ++world.state.eventId, timeUs: world.state.timeUs, node: client.id, input: { type: 'command', command: { kind: 'ask' } }, causeId: 0, facts: [], sent: [], held: false };
  handle(world, client, record, () => askingClient.onCommand(client.state as AskingClientState, { kind: 'ask', to: 'broker/1', what, ...fields }, world.context));
}

function command(world: World, ...commands: WorldCommand[]): void {
  for (const item of commands) executeCommand(world, item);
}

function runMs(world: World, ms: number): void {
  runUntil(world, ms * 1000);
}

test('a request is answered after one latency each way, and nothing else happens', () => {
  const world = start();
  ask(world, 'a');
  expect(nextDueUs(world)).toBe(1000);
  runMs(world, 10);
  expect(outcomes(world)).toEqual(['a: answered at 2']);
  expect(nextDueUs(world)).toBeUndefined();
  expect(world.state.timeUs).toBe(10_000);
});

test('an event names the event that caused it', () => {
  const world = start();
  ask(world, 'a');
  const asking = world.state.eventId;
  const arrival = step(world)!;
  const answer = step(world)!;
  expect([arrival.causeId, arrival.node, answer.causeId, answer.node]).toEqual([asking, 'broker/1', arrival.id, 'producer/p']);
});

test('later requests on one connection never overtake earlier ones, whatever the jitter', () => {
  const world = start({ network: { latencyMs: 1, jitterMs: 50 } });
  const asked = Array.from({ length: 30 }, (_, i) => `r${i}`);
  for (const what of asked) ask(world, what);
  runMs(world, 500);
  expect(brokerState(world, 1).handled).toEqual(asked);
  expect(outcomes(world).map((text) => text.split(':')[0])).toEqual(asked);
});

test('the slow disk holds back what a writing request answers, one write after the other', () => {
  const world = start();
  command(world, { kind: 'disk.slow', broker: 1, latencyMs: 10 });
  ask(world, 'write 1');
  ask(world, 'write 2');
  runMs(world, 100);
  expect(outcomes(world)).toEqual(['write 1: answered at 12', 'write 2: answered at 22']);
  command(world, { kind: 'disk.slow', broker: 1, latencyMs: 0 });
  expect(world.state.faults).toEqual([]);
});

test('a broker that crashes before its slow disk is done never sent the answer', () => {
  const world = start();
  command(world, { kind: 'disk.slow', broker: 1, latencyMs: 10 });
  ask(world, 'write');
  runMs(world, 5);
  command(world, { kind: 'broker.crash', broker: 1 });
  runMs(world, 100);
  expect(outcomes(world)).toEqual(['write: disconnected at 6']);
});

test('a crash resets connections: a request that waits fails after one latency', () => {
  const world = start();
  ask(world, 'park');
  runMs(world, 5);
  command(world, { kind: 'broker.crash', broker: 1 });
  expect(row(world, 'broker/1').state).toBeNull();
  runMs(world, 200);
  expect(outcomes(world)).toEqual(['park: disconnected at 6']);
});

test('a request to a crashed broker is refused after a round trip', () => {
  const world = start();
  command(world, { kind: 'broker.crash', broker: 1 });
  ask(world, 'a');
  runMs(world, 10);
  expect(outcomes(world)).toEqual(['a: disconnected at 2']);
});

test('a request that is on its way while the broker restarts is refused: its connection belongs to the former process', () => {
  const world = start();
  ask(world, 'first');
  runMs(world, 5);
  ask(world, 'second');
  command(world, { kind: 'broker.crash', broker: 1 }, { kind: 'broker.restart', broker: 1 });
  runMs(world, 20);
  expect(outcomes(world)).toEqual(['first: answered at 2', 'second: disconnected at 6']);
  expect(brokerState(world, 1).handled).toEqual([]);
  ask(world, 'third');
  runMs(world, 40);
  expect(brokerState(world, 1).handled).toEqual(['third']);
});

test('a power loss says nothing to anyone: requests time out, and go through after the restart', () => {
  const world = start();
  ask(world, 'park');
  runMs(world, 5);
  command(world, { kind: 'broker.powerLoss', broker: 1 });
  ask(world, 'into the dark', { timeoutMs: 50 });
  runMs(world, 60);
  // One timeout closes the connection, so the other request on it fails with it.
  expect(outcomes(world)).toEqual(['into the dark: timeout at 55', 'park: disconnected at 55']);
  command(world, { kind: 'broker.restart', broker: 1 });
  ask(world, 'again');
  runMs(world, 70);
  expect(outcomes(world).at(-1)).toBe('again: answered at 62');
  expect(row(world, 'broker/1').incarnation).toBe(2);
});

test('a crash keeps what the disk was given, a power loss only what was flushed', () => {
  for (const [kind, kept] of [['broker.crash', 'flushed'.length + 'write 2'.length], ['broker.powerLoss', 'flushed'.length]] as const) {
    const world = start();
    ask(world, 'flushed');
    ask(world, 'write 2');
    runMs(world, 5);
    command(world, { kind, broker: 1 });
    expect(world.disks.get(1)!.inner.listSegments('t-0')[0]!.sizeBytes).toBe(kept);
  }
});

test('a cut link loses what is on it and stalls the connection until the request times out', () => {
  const world = start();
  ask(world, 'lost', { timeoutMs: 30 });
  command(world, { kind: 'link.cut', from: 'producer/p', to: 1 });
  runMs(world, 5);
  command(world, { kind: 'link.heal', from: 'producer/p', to: 1 });
  ask(world, 'behind it', { timeoutMs: 1000 });
  runMs(world, 40);
  expect(outcomes(world)).toEqual(['lost: timeout at 30', 'behind it: disconnected at 30']);
  expect(brokerState(world, 1).handled).toEqual([]);
  ask(world, 'anew');
  runMs(world, 50);
  expect(outcomes(world).at(-1)).toBe('anew: answered at 42');
  expect(world.state.links.size).toBe(0);
});

test('a one-way cut lets requests through and loses the answers', () => {
  const world = start();
  command(world, { kind: 'link.cut', from: 1, to: 'producer/p', oneWay: true });
  ask(world, 'a', { timeoutMs: 20 });
  runMs(world, 50);
  expect(brokerState(world, 1).handled).toEqual(['a']);
  expect(outcomes(world)).toEqual(['a: timeout at 20']);
});

test('a node cut from everyone can be healed towards one node alone', () => {
  const world = start();
  command(world, { kind: 'link.cut', from: 'producer/p' }, { kind: 'link.heal', from: 'producer/p', to: 2 });
  ask(world, 'to 1', { to: 'broker/1', timeoutMs: 20 });
  ask(world, 'to 2', { to: 'broker/2', timeoutMs: 20 });
  runMs(world, 50);
  expect(outcomes(world)).toEqual(['to 2: answered at 2', 'to 1: timeout at 20']);
});

test('bandwidth delays by size, one message after the other', () => {
  const world = start({ network: { latencyMs: 0, jitterMs: 0 } });
  command(world, { kind: 'link.shape', from: 'producer/p', to: 1, bandwidth: 1000 });
  ask(world, 'x'.repeat(300));
  ask(world, 'x'.repeat(300));
  runMs(world, 2000);
  const [first, second] = outcomes(world).map((text) => Number(text.split(' at ')[1]));
  expect(first).toBeGreaterThan(300);
  expect(second).toBeCloseTo(first! * 2, 5);
});

test('loss drops messages, and a duplicate is handled twice and answered once', () => {
  const world = start();
  command(world, { kind: 'link.shape', from: 'producer/p', to: 1, loss: 1 });
  ask(world, 'lost', { timeoutMs: 10 });
  runMs(world, 20);
  command(world, { kind: 'link.shape', from: 'producer/p', to: 1, duplicate: 1 });
  ask(world, 'twice');
  runMs(world, 40);
  expect(brokerState(world, 1).handled).toEqual(['twice', 'twice']);
  expect(outcomes(world)).toEqual(['lost: timeout at 10', 'twice: answered at 22']);
});

test('a paused broker handles what it missed in order when it wakes, its timers too', () => {
  const world = start();
  ask(world, 'park');
  runMs(world, 50);
  command(world, { kind: 'broker.pause', broker: 1 });
  ask(world, 'a');
  ask(world, 'b');
  runMs(world, 300);
  expect(outcomes(world)).toEqual([]);
  command(world, { kind: 'broker.resume', broker: 1 });
  runMs(world, 400);
  expect(brokerState(world, 1).handled).toEqual(['park', 'a', 'b']);
  expect(outcomes(world)).toEqual(['a: answered at 301', 'b: answered at 301', 'park: answered at 301']);
  expect(world.state.faults).toEqual([]);
});

test('a client that gives up tells the broker, whose connection is then gone', () => {
  const world = start();
  ask(world, 'park', { timeoutMs: 20 });
  runMs(world, 50);
  expect(brokerState(world, 1).peersGone).toEqual(['producer/p']);
  expect(world.state.connections.size).toBe(0);
  runMs(world, 200);
  expect(outcomes(world)).toEqual(['park: timeout at 20']);
});

test('a request that is forgotten is not told of, and still ends its stalled connection', () => {
  const world = start();
  command(world, { kind: 'link.cut', from: 'producer/p', to: 1 });
  ask(world, 'lost', { timeoutMs: 20 });
  ask(world, '', { kind: 'forget', correlationId: 0 });
  command(world, { kind: 'link.heal' });
  ask(world, 'stalled', { timeoutMs: 1000 });
  runMs(world, 30);
  ask(world, 'anew');
  runMs(world, 50);
  expect(outcomes(world)).toEqual(['stalled: disconnected at 20', 'anew: answered at 32']);
});

test('a broker that closes a connection fails what the client still waits for', () => {
  const world = start();
  ask(world, 'park');
  ask(world, 'close');
  runMs(world, 50);
  expect(outcomes(world)).toEqual(['park: disconnected at 2', 'close: disconnected at 2']);
});

test('a broker that halts answers first and runs no more', () => {
  const world = start();
  ask(world, 'halt');
  runMs(world, 50);
  expect(outcomes(world)).toEqual(['halt: answered at 2']);
  expect(row(world, 'broker/1').status).toBe('stopped');
  expect(row(world, 'broker/1').timers.size).toBe(0);
});

test('a timer that is armed again fires once, at its new time', () => {
  const world = start();
  for (const delayMs of [5, 20]) ask(world, 'x', { kind: 'arm', delayMs });
  runMs(world, 10);
  expect(outcomes(world)).toEqual([]);
  runMs(world, 30);
  expect(outcomes(world)).toEqual(['alarm x']);
});

test('a client outside is answered without network latency, and learns when its broker dies', () => {
  const world = start();
  const connectionId = openConnection(world, 1, '127.0.0.1')!;
  const request = { apiKey: ApiKey.Heartbeat, apiVersion: 4, clientId: 'kcat', body: create(HeartbeatRequest, { groupId: 'a' }) };
  expect(receiveRequest(world, connectionId, { ...request, correlationId: 7 })).toBe(true);
  runMs(world, 0);
  expect(takeOutbox(world)).toMatchObject([{ type: 'response', connectionId, correlationId: 7 }]);
  command(world, { kind: 'broker.crash', broker: 1 });
  expect(takeOutbox(world)).toEqual([{ type: 'closed', connectionId, reason: 'broker 1 is gone' }]);
  expect(receiveRequest(world, connectionId, { ...request, correlationId: 8 })).toBe(false);
  expect(openConnection(world, 1, '127.0.0.1')).toBeUndefined();
  expect(takeOutbox(world)).toEqual([]);
});

test('a client outside that hangs up is gone for the broker', () => {
  const world = start();
  const connectionId = openConnection(world, 2, '127.0.0.1')!;
  closeConnection(world, connectionId);
  runMs(world, 0);
  expect(brokerState(world, 2).peersGone).toEqual([`external/${connectionId}`]);
  expect(world.state.connections.size).toBe(0);
});

test('a broker cut from the outside is silent to clients outside', () => {
  const world = start();
  const connectionId = openConnection(world, 1, '127.0.0.1')!;
  command(world, { kind: 'link.cut', from: 1, to: 'external/*' });
  receiveRequest(world, connectionId, { apiKey: ApiKey.Heartbeat, apiVersion: 4, clientId: null, correlationId: 1, body: create(HeartbeatRequest, { groupId: 'a' }) });
  runMs(world, 10);
  expect(takeOutbox(world)).toEqual([]);
  expect(brokerState(world, 1).handled).toEqual([]);
});

test('a command that names something unknown is refused with the nearest name, and nothing changes', () => {
  const world = start();
  const before = stateHash(world);
  expect(() => command(world, { kind: 'broker.crash', broker: 4 })).toThrow('there is no broker 4; the nearest is 2 (brokers: 1, 2)');
  expect(() => command(world, { kind: 'link.cut', from: 'producer/q' })).toThrow('there is no node "producer/q"; did you mean "producer/p"?');
  expect(() => command(world, { kind: 'broker.restart', broker: 1 })).toThrow('broker/1 is running: crash it or shut it down before a restart');
  expect(() => command(world, { kind: 'consumer.crash', consumer: 'c' })).toThrow('there is no consumer "c"; there is no consumer at all');
  expect(stateHash(world)).toBe(before);
});

test('every fault that is active says what undoes it, and undoing it ends it', () => {
  const faults: WorldCommand[] = [
    { kind: 'broker.crash', broker: 1 },
    { kind: 'broker.powerLoss', broker: 1 },
    { kind: 'broker.pause', broker: 1 },
    { kind: 'link.cut', from: 1 },
    { kind: 'link.cut', from: 1, to: 2 },
    { kind: 'link.cut', from: 1, to: 2, oneWay: true },
    { kind: 'link.shape', from: 1, to: 2, latencyMs: 5 },
    { kind: 'link.shape', from: 1, loss: 0.5 },
    { kind: 'disk.slow', broker: 1, latencyMs: 5 },
    { kind: 'disk.full', broker: 1 },
    { kind: 'disk.fail', broker: 1 },
    { kind: 'clock.skew', broker: 1, skewMs: -5000 },
  ];
  for (const fault of faults) {
    const world = start();
    command(world, fault);
    expect(world.state.faults.map(({ command: { kind } }) => kind)).toEqual([fault.kind]);
    const inverse = world.state.faults[0]!.inverse;
    command(world, inverse as WorldCommand);
    expect(world.state.faults).toEqual([]);
    expect(world.state.links.size).toBe(0);
    expect(world.state.disks.get(1)).toMatchObject({ slowMs: 0, full: false, failing: false });
    expect(row(world, 'broker/1')).toMatchObject({ status: 'running', skewMs: 0 });
  }
});

/** A busy stretch with chance in it: jitter, draws, a crash, a pause. */
function busy(world: World): void {
  for (let i = 0; i < 20; i++) {
    ask(world, `draw ${i}`, { to: `broker/${1 + (i % 2)}` });
    ask(world, `write ${i}`, { to: `broker/${1 + (i % 2)}` });
    runUntil(world, world.state.timeUs + 700);
    if (i === 5) command(world, { kind: 'broker.crash', broker: 1 });
    if (i === 9) command(world, { kind: 'broker.restart', broker: 1 }, { kind: 'broker.pause', broker: 2 });
    if (i === 14) command(world, { kind: 'broker.resume', broker: 2 });
  }
}

test('one seed gives one hash, another seed another, and the encoded wire the same as the objects', () => {
  const hashes = [{ seed: 5 }, { seed: 5 }, { seed: 5, wire: 'bytes' as const }, { seed: 6 }].map((options) => {
    const world = start({ network: { latencyMs: 1, jitterMs: 2 }, ...options });
    busy(world);
    return stateHash(world);
  });
  expect(hashes[1]).toBe(hashes[0]);
  expect(hashes[2]).toBe(hashes[0]);
  expect(hashes[3]).not.toBe(hashes[0]);
});

test('a world restored from a snapshot in mid-flight goes on as the first one does', () => {
  const world = start({ network: { latencyMs: 1, jitterMs: 2 } });
  ask(world, 'park');
  busy(world);
  expect(messagesInFlight(world).length).toBeGreaterThan(0);
  const snapshot = snapshotWorld(world);
  const twin = restoreWorld(snapshot, { behaviours, diskFor: () => new MemoryDisk() });
  expect(stateHash(twin)).toBe(stateHash(world));
  for (const one of [world, twin]) {
    busy(one);
    runUntil(one, one.state.timeUs + 500_000);
  }
  expect(stateHash(twin)).toBe(stateHash(world));
  expect(stateHash(restoreWorld(snapshot, { behaviours, diskFor: () => new MemoryDisk() }))).not.toBe(stateHash(world));
});
