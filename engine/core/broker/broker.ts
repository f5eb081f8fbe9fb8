/**
 * The broker process (Kafka: BrokerServer, SharedServer, KafkaRequestHandler): one node that serves clients and followers,
 * follows other leaders, and holds a part of the quorum, each behind its own door. Here inputs are only handed on.
 *
 * Requests of the listener CONTROLLER, and what begins with "quorum." or "controller.", are the controller node's; "group."
 * is the group coordinator's; the rest is the broker's own. After each handling committed metadata is put into effect, then
 * what it set free is followed up (`BrokerContext.drain`).
 * Invariant: when the disk refuses, the process ends, as a Kafka broker does when its only log directory fails.
 */
import {
  onControllerFailure,
  onControllerRequest,
  onControllerResponse,
  onControllerTimer,
  startControllerNode,
} from '#engine/core/controller/controller-node.ts';
import { onGroupTimer, startGroupCoordinator } from '#engine/core/group/coordinator.ts';
import { emptyImage } from '#engine/core/metadata/image.ts';
import { resolveBrokerSecurity } from '#engine/core/security/broker-security.ts';
import { mergedBrokerTexts, resolveBrokerSettings } from '#engine/core/settings/resolve-settings.ts';
import { staticBrokerOverrides } from '#engine/core/settings/presets.ts';
import { accepts, handlerOf } from '#engine/core/broker/api/registry.ts';
import { admit, completeAnswer } from '#engine/core/broker/access/admission.ts';
import { isAuthenticated } from '#engine/core/broker/authentication.ts';
import { BrokerContext, type BrokerHooks } from '#engine/core/broker/broker-context.ts';
import { onBrokerAnswer } from '#engine/core/broker/answers.ts';
import { coordinatorHost } from '#engine/core/broker/coordinator-host.ts';
import { beginControlledShutdown, communicate, newLifecycle } from '#engine/core/broker/lifecycle.ts';
import { openReplicas } from '#engine/core/broker/log-maintenance.ts';
import { openLogDirectory, takeCleanShutdownMark } from '#engine/core/broker/meta-properties.ts';
import { publishCommitted } from '#engine/core/broker/metadata-publisher.ts';
import { forgetPeer } from '#engine/core/broker/peer-gone.ts';
import { settle } from '#engine/core/broker/settle.ts';
import { staticOverridesOf } from '#engine/core/broker/static-settings.ts';
import { armPeriodicTimers, onBrokerTimer } from '#engine/core/broker/timers.ts';
import type { BrokerConfig, BrokerState } from '#engine/core/broker/state.ts';
import type { NodeBehaviour, NodeContext, RequestMessage } from '#engine/core/node.ts';
import { assert } from '#engine/ports/assert.ts';
import { DiskError } from '#engine/ports/disk.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';

/** Null: the process could not even start, for its disk refused; it has halted. */
export const brokerBehaviour: NodeBehaviour<BrokerState | null, BrokerConfig> = {
  kind: 'broker',
  start(config, context) {
    let state: BrokerState | null = null;
    guardDisk(config.brokerId, context, () => {
      state = startBroker(config, context);
    });
    return state;
  },
  onRequest(state, request, context) {
    run(state, context, (broker, brokerContext) => {
      if (request.listener === 'CONTROLLER') onControllerRequest(broker.controllerNode, request, context);
      else brokerContext.receive(request);
    });
  },
  onResponse(state, pending, body, context) {
    run(state, context, (broker, brokerContext) => {
      if (isControllerKind(pending.kind)) onControllerResponse(broker.controllerNode, pending, body, context);
      else onBrokerAnswer(broker, pending, body, brokerContext);
    });
  },
  onFailure(state, pending, failure, context) {
    run(state, context, (broker, brokerContext) => {
      if (isControllerKind(pending.kind)) onControllerFailure(broker.controllerNode, pending, failure, context);
      else onBrokerAnswer(broker, pending, undefined, brokerContext);
    });
  },
  onPeerGone(state, _peer, context, connectionId) {
    run(state, context, (broker, brokerContext) => forgetPeer(broker, connectionId, brokerContext));
  },
  onTimer(state, kind, key, context) {
    run(state, context, (broker, brokerContext) => {
      if (isControllerKind(kind)) onControllerTimer(broker.controllerNode, kind, key, context);
      else if (kind.startsWith('group.')) onGroupTimer(broker.groupCoordinator, kind, key, coordinatorHost(broker, brokerContext), brokerContext);
      else onBrokerTimer(broker, kind, key, brokerContext);
    });
  },
  onCommand(state, command, context) {
    assert(command.kind === 'broker.shutdown', `a broker has no command ${command.kind}`);
    run(state, context, (broker, brokerContext) => beginControlledShutdown(broker, brokerContext));
  },
};

function isControllerKind(kind: string): boolean {
  return kind.startsWith('quorum.') || kind.startsWith('controller.');
}

function startBroker(config: BrokerConfig, context: NodeContext): BrokerState {
  const overrides = staticOverridesOf(config);
  const settings = resolveBrokerSettings(overrides, config.preset);
  const security = resolveBrokerSecurity(mergedBrokerTexts(overrides, config.preset), settings);
  const logDirectoryId = openLogDirectory(context.disk, config, context.random);
  const lifecycle = newLifecycle(logDirectoryId, takeCleanShutdownMark(context.disk), context);
  const { brokerId, clusterId, voters } = config;
  const staticSettings = staticBrokerOverrides(overrides, config.preset);
  const state: BrokerState = {
    kind: 'broker',
    config,
    brokerId,
    settings,
    security,
    lifecycle,
    controllerNode: startControllerNode({ brokerId, clusterId, voters, settings, staticSettings, scramLogins: security.listener.scramLogins }, context),
    image: emptyImage(),
    imageOffset: -1n,
    eligibleBrokers: new Map(),
    imagePublished: false,
    partitions: new Map(),
    fetchers: new Map(),
    purgatory: { produce: new Map(), fetch: new Map(), deleteRecords: new Map(), watchers: new Map() },
    fetchSessions: { sessions: new Map(), watchers: new Map() },
    connections: new Map(),
    authentications: new Map(),
    refusedParts: new Map(),
    forwarded: new Map(),
    alterPartition: { queue: [], inFlight: -1, sent: [] },
    producerIds: { next: 0n, end: 0n, inFlight: -1, waiting: [] },
    topicsBeingCreated: new Map(),
    groupCoordinator: startGroupCoordinator(),
    logCleaner: null,
    coordinatorWaits: new Map(),
  };
  openReplicas(state, context.disk, context.nowMs);
  brokerContext.aim(state, context);
  armPeriodicTimers(state, brokerContext);
  publishCommitted(state, brokerContext);
  communicate(state, brokerContext);
  brokerContext.drain();
  return state;
}

const hooks: BrokerHooks = { handle: handleRequest, settle, completeAnswer };
/** Handlings never overlap: one context serves every broker. */
const brokerContext = new BrokerContext(hooks);

function handleRequest(state: BrokerState, request: RequestMessage, context: BrokerContext): void {
  const handler = handlerOf(request.apiKey);
  const isTaken = handler !== undefined && (accepts(request.apiKey, request.apiVersion) || request.apiKey === ApiKey.ApiVersions);
  if (!isTaken) {
    context.refuse(request);
    return;
  }
  const admitted = isAuthenticated(state, request, context) ? admit(state, request, context) : undefined;
  if (admitted !== undefined) handler.handle(state, admitted, context);
}

function run(state: BrokerState | null, context: NodeContext, handling: (state: BrokerState, context: BrokerContext) => void): void {
  assert(state !== null, `${context.node} has halted`);
  guardDisk(state.brokerId, context, () => {
    handling(state, brokerContext.aim(state, context));
    publishCommitted(state, brokerContext);
    brokerContext.drain();
  });
}

function guardDisk(brokerId: number, context: NodeContext, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    context.publish('disk.failed', { broker: brokerId, code: error.code, message: error.message }, { rule: 'logDirectory.failed' });
    context.halt(`the log directory failed: ${error.message}`);
  }
}
