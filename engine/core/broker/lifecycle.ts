/**
 * How a broker process joins the cluster, stays in it, and leaves (Kafka: BrokerLifecycleManager; KIP-631, KIP-966).
 *
 * starting: it registers, then beats until the controller finds its metadata caught up. recovery: the metadata is taken into
 * use, and it asks to be unfenced. running: it beats every broker.heartbeat.interval.ms. pendingControlledShutdown: it asks
 * to go, and waits until the controller has moved its leaders. shuttingDown: the last handling of the process.
 * Invariant: one registration or heartbeat under way at a time.
 */
import { requestController } from '#engine/core/broker/controller-channel.ts';
import { publishFirstImage } from '#engine/core/broker/metadata-publisher.ts';
import { securityProtocolNumbers } from '#engine/core/security/broker-security.ts';
import { shutDown } from '#engine/core/broker/shutdown.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState, LifecycleState } from '#engine/core/broker/state.ts';
import { supportedFeatures } from '#engine/core/metadata/supported-features.ts';
import type { NodeContext } from '#engine/core/node.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { BrokerRegistrationRequest, BrokerRegistrationResponse } from '#engine/protocol/messages/62-broker-registration.ts';
import type { BrokerHeartbeatRequest, BrokerHeartbeatResponse } from '#engine/protocol/messages/63-broker-heartbeat.ts';

export const registrationKind = 'brokerRegistration';
export const heartbeatKind = 'brokerHeartbeat';
export const lifecycleTimer = 'broker.lifecycle';
export const shutdownDeadlineTimer = 'broker.shutdownDeadline';

const controllerUnknownMs = 20;
const catchingUpMs = 10;
const firstShutdownBeatMs = 50;
const retryBackoffMs = 100;
const shutdownDeadlineMs = 300_000;

export function newLifecycle(logDirectoryId: string, previousBrokerEpoch: bigint, context: NodeContext): LifecycleState {
  return {
    state: 'starting',
    incarnationId: context.random.uuid(),
    logDirectoryId,
    brokerEpoch: -1n,
    previousBrokerEpoch,
    fenced: true,
    inFlight: -1,
    readyToUnfence: false,
    failedAttempts: 0,
    startedMs: context.nowMs,
    gotControlledShutdownAnswer: false,
  };
}

/** The timer's work: the next registration or heartbeat. */
export function communicate(state: BrokerState, context: BrokerContext): void {
  const { lifecycle } = state;
  if (lifecycle.inFlight !== -1 || lifecycle.state === 'shuttingDown') return;
  if (lifecycle.brokerEpoch === -1n && context.nowMs - lifecycle.startedMs > state.settings['initial.broker.registration.timeout.ms']) {
    context.halt('the controller did not register this broker within initial.broker.registration.timeout.ms');
    return;
  }
  const correlationId = lifecycle.brokerEpoch === -1n ? sendRegistration(state, context) : sendHeartbeat(state, context);
  if (correlationId === -1) context.arm(lifecycleTimer, '', controllerUnknownMs);
  else lifecycle.inFlight = correlationId;
}

function sendRegistration(state: BrokerState, context: BrokerContext): number {
  const { config, lifecycle } = state;
  const { listener } = state.security;
  const body: BrokerRegistrationRequest = {
    brokerId: config.brokerId,
    clusterId: config.clusterId,
    incarnationId: lifecycle.incarnationId,
    listeners: [{ name: listener.name, host: config.host, port: config.port, securityProtocol: securityProtocolNumbers[listener.protocol] }],
    features: supportedFeatures.map(({ name, min, max }) => ({ name, minSupportedVersion: min, maxSupportedVersion: max })),
    rack: config.rack,
    isMigratingZkBroker: false,
    logDirs: [lifecycle.logDirectoryId],
    previousBrokerEpoch: lifecycle.previousBrokerEpoch,
  };
  const timeoutMs = state.settings['broker.session.timeout.ms'] / 2;
  return requestController(state, { apiKey: ApiKey.BrokerRegistration, body, kind: registrationKind, key: '', timeoutMs }, context);
}

function sendHeartbeat(state: BrokerState, context: BrokerContext): number {
  const { lifecycle } = state;
  const body: BrokerHeartbeatRequest = {
    brokerId: state.brokerId,
    brokerEpoch: lifecycle.brokerEpoch,
    currentMetadataOffset: state.imageOffset,
    wantFence: !lifecycle.readyToUnfence,
    wantShutDown: lifecycle.state === 'pendingControlledShutdown',
    offlineLogDirs: [],
    cordonedLogDirs: null,
  };
  const timeoutMs = state.settings['broker.session.timeout.ms'] / 2;
  return requestController(state, { apiKey: ApiKey.BrokerHeartbeat, body, kind: heartbeatKind, key: '', timeoutMs }, context);
}

export function onRegistrationAnswer(state: BrokerState, correlationId: number, answer: BrokerRegistrationResponse | undefined, context: BrokerContext): void {
  const { lifecycle } = state;
  if (lifecycle.inFlight !== correlationId) return;
  lifecycle.inFlight = -1;
  if (answer === undefined || answer.errorCode !== ErrorCode.NONE) {
    retryLater(state, context);
    return;
  }
  lifecycle.brokerEpoch = answer.brokerEpoch;
  lifecycle.failedAttempts = 0;
  communicate(state, context);
}

export function onHeartbeatAnswer(state: BrokerState, correlationId: number, answer: BrokerHeartbeatResponse | undefined, context: BrokerContext): void {
  const { lifecycle } = state;
  if (lifecycle.inFlight !== correlationId) return;
  lifecycle.inFlight = -1;
  if (answer === undefined || answer.errorCode !== ErrorCode.NONE) {
    retryLater(state, context);
    return;
  }
  lifecycle.failedAttempts = 0;
  lifecycle.fenced = answer.isFenced;
  const intervalMs = state.settings['broker.heartbeat.interval.ms'];
  switch (lifecycle.state) {
    case 'starting':
      if (answer.isCaughtUp) beginRecovery(state, context);
      else context.arm(lifecycleTimer, '', catchingUpMs);
      return;
    case 'recovery':
      if (!answer.isFenced) lifecycle.state = 'running';
      context.arm(lifecycleTimer, '', intervalMs);
      return;
    case 'running':
      context.arm(lifecycleTimer, '', intervalMs);
      return;
    case 'pendingControlledShutdown':
      if (answer.shouldShutDown) shutDown(state, 'controlled shutdown', context);
      else context.arm(lifecycleTimer, '', lifecycle.gotControlledShutdownAnswer ? intervalMs : firstShutdownBeatMs);
      lifecycle.gotControlledShutdownAnswer = true;
      return;
    case 'shuttingDown':
      return;
  }
}

/** The metadata has caught up: only now is it taken into use, for what it says of the past must not be acted on again. */
function beginRecovery(state: BrokerState, context: BrokerContext): void {
  state.lifecycle.state = 'recovery';
  publishFirstImage(state, context);
  state.lifecycle.readyToUnfence = true;
  communicate(state, context);
}

/** Doubles from 100 ms on, up to the session timeout. */
function retryLater(state: BrokerState, context: BrokerContext): void {
  const { lifecycle } = state;
  const delayMs = Math.min(retryBackoffMs * 2 ** Math.min(lifecycle.failedAttempts, 20), state.settings['broker.session.timeout.ms']);
  lifecycle.failedAttempts++;
  context.arm(lifecycleTimer, '', delayMs);
}

export function beginControlledShutdown(state: BrokerState, context: BrokerContext): void {
  const { lifecycle } = state;
  if (lifecycle.state === 'pendingControlledShutdown') return;
  if (lifecycle.state !== 'running' || !state.settings['controlled.shutdown.enable']) {
    shutDown(state, 'shutdown', context);
    return;
  }
  lifecycle.state = 'pendingControlledShutdown';
  context.arm(shutdownDeadlineTimer, '', shutdownDeadlineMs);
  communicate(state, context);
}
