/**
 * Two tiny node kinds for the world's own tests: a broker that writes what it is asked and echoes it, and a client that asks
 * on command and remembers what became of it.
 */
import type { NodeBehaviour, NodeCommand, RequestMessage } from '#engine/core/node.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { create } from '#engine/protocol/message.ts';
import { HeartbeatRequest, HeartbeatResponse } from '#engine/protocol/messages/12-heartbeat.ts';
import type { WorldSpec } from '#engine/core/world/world-spec.ts';

export interface EchoBrokerState {
  handled: string[];
  peersGone: string[];
  parked: RequestMessage[];
}

/** What it does is in the group id of the heartbeat: "write …", "park …", "halt …", "close …", "draw …". */
export const echoBroker: NodeBehaviour<EchoBrokerState, { brokerId: number }> = {
  kind: 'broker',
  start: (_config, context) => {
    context.disk.createDirectory('t-0');
    if (context.disk.listSegments('t-0').length === 0) context.disk.createSegment('t-0/00000000000000000000.log');
    return { handled: [], peersGone: [], parked: [] };
  },
  onRequest(state, request, context) {
    const { groupId } = request.body as { groupId: string };
    state.handled.push(groupId);
    if (groupId.startsWith('write') || groupId.startsWith('flush')) context.disk.append('t-0/00000000000000000000.log', new TextEncoder().encode(groupId));
    if (groupId.startsWith('flush')) context.disk.flush('t-0/00000000000000000000.log');
    if (groupId.startsWith('park')) {
      state.parked.push(request);
      context.arm('park', String(request.id), 100);
      return;
    }
    if (groupId.startsWith('close')) {
      context.closeConnection(request.from);
      return;
    }
    if (groupId.startsWith('draw')) state.handled.push(String(context.random.next()));
    context.respond(request, create(HeartbeatResponse, { throttleTimeMs: state.handled.length }));
    if (groupId.startsWith('halt')) context.halt('told to');
  },
  onResponse() {},
  onFailure() {},
  onPeerGone(state, peer) {
    state.peersGone.push(peer);
  },
  onTimer(state, _kind, key, context) {
    const request = state.parked.find(({ id }) => String(id) === key);
    if (request !== undefined) context.respond(request, create(HeartbeatResponse));
  },
  onCommand() {},
};

export interface AskingClientState {
  /** "what: answered" or "what: timeout at 12.5". */
  outcomes: string[];
}

export const askingClient: NodeBehaviour<AskingClientState, object> = {
  kind: 'producer',
  start: () => ({ outcomes: [] }),
  onRequest() {},
  onResponse(state, pending, _body, context) {
    state.outcomes.push(`${pending.key}: answered at ${context.nowUs / 1000}`);
  },
  onFailure(state, pending, failure, context) {
    state.outcomes.push(`${pending.key}: ${failure} at ${context.nowUs / 1000}`);
  },
  onPeerGone() {},
  onTimer(state, kind, key) {
    state.outcomes.push(`${kind} ${key}`);
  },
  onCommand(_state, command, context) {
    ask(command, context);
  },
};

function ask(command: NodeCommand, context: Parameters<NonNullable<(typeof askingClient)['onCommand']>>[2]): void {
  const what = String(command['what']);
  if (command.kind === 'arm') {
    context.arm('alarm', what, Number(command['delayMs']));
    return;
  }
  if (command.kind === 'forget') {
    context.forget(Number(command['correlationId']));
    return;
  }
  context.request({
    to: String(command['to']),
    listener: 'PLAINTEXT',
    apiKey: ApiKey.Heartbeat,
    apiVersion: 4,
    body: create(HeartbeatRequest, { groupId: what }),
    kind: 'ask',
    key: what,
    timeoutMs: Number(command['timeoutMs'] ?? 1000),
    expectsResponse: command['expectsResponse'] !== false,
  });
}

/** One millisecond each way, without jitter, unless told otherwise. */
export function testSpec(brokers = 2, network = { latencyMs: 1, jitterMs: 0 }): WorldSpec {
  return {
    brokers: Array.from({ length: brokers }, (_, i) => ({ id: i + 1, host: '127.0.0.1', port: 0 })),
    preset: 'kafka',
    settings: {},
    topics: [],
    producers: [],
    consumers: [],
    network,
    startEpochMs: 1_000_000,
  };
}
