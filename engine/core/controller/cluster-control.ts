/**
 * Brokers: registration, heartbeats, fencing, controlled shutdown (Kafka: ClusterControlManager, BrokerHeartbeatManager,
 * ReplicationControlManager.processBrokerHeartbeat; KIP-631).
 *
 * A broker's epoch is the offset of its registration record; a request with another epoch is from another life of it. A
 * broker registers fenced, is unfenced when it has read the log up to its registration, and is fenced when it has been
 * silent for broker.session.timeout.ms or wants to go. While it goes, it leads nothing and is in no ISR.
 */
import { isMutated } from '#engine/core/mutations.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { BrokerRegistrationRequest, BrokerRegistrationResponse } from '#engine/protocol/messages/62-broker-registration.ts';
import type { BrokerHeartbeatRequest, BrokerHeartbeatResponse } from '#engine/protocol/messages/63-broker-heartbeat.ts';
import type { UnregisterBrokerRequest, UnregisterBrokerResponse } from '#engine/protocol/messages/64-unregister-broker.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import type { BrokerRegistration } from '#engine/core/metadata/image.ts';
import { metadataRecord, type MetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { decide, decideAndAnswer, nextOffset, type ActiveController, type BrokerHeartbeatState } from '#engine/core/controller/active-controller.ts';
import { hasLeaderships, updateLeadersAndIsrs } from '#engine/core/controller/leadership.ts';
import { isElrEnabled } from '#engine/core/controller/topic-policy.ts';

export const sessionTimer = 'controller.session';

/** In BrokerRegistrationChangeRecord. */
const becomesTrue = 1;
const becomesFalse = -1;

function sessionTimeoutMs(active: ActiveController): number {
  return active.settings['broker.session.timeout.ms'];
}

/** A new controller knows nothing of the sessions of the one before: every broker that is not fenced gets a whole one. */
export function startSessions(active: ActiveController, context: NodeContext): void {
  for (const broker of active.image.brokers.values()) {
    if (!broker.fenced) touch(active, broker.id, broker.epoch, context);
  }
}

export function stopSessions(active: ActiveController, context: NodeContext): void {
  for (const brokerId of active.heartbeats.keys()) context.disarm(sessionTimer, String(brokerId));
}

function touch(active: ActiveController, brokerId: number, brokerEpoch: bigint, context: NodeContext): BrokerHeartbeatState {
  let state = active.heartbeats.get(brokerId);
  if (state === undefined || state.brokerEpoch !== brokerEpoch) {
    state = { brokerEpoch, metadataOffset: -1n, lastContactUs: context.nowUs, shutdownOffset: -1n };
    active.heartbeats.set(brokerId, state);
  }
  state.lastContactUs = context.nowUs;
  context.arm(sessionTimer, String(brokerId), sessionTimeoutMs(active));
  return state;
}

function hasValidSession(active: ActiveController, broker: BrokerRegistration, context: NodeContext): boolean {
  const state = active.heartbeats.get(broker.id);
  return state !== undefined && state.brokerEpoch === broker.epoch && context.nowUs - state.lastContactUs < sessionTimeoutMs(active) * 1000;
}

export function registerBroker(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const body = request.body as BrokerRegistrationRequest;
  if (body.clusterId !== active.quorum.clusterId) return context.respond(request, registrationAnswer(ErrorCode.INCONSISTENT_CLUSTER_ID, -1n));
  const existing = active.image.brokers.get(body.brokerId);
  const isSameLife = existing !== undefined && existing.incarnationId === body.incarnationId;
  if (existing !== undefined && !isSameLife && hasValidSession(active, existing, context)) {
    return context.respond(request, registrationAnswer(ErrorCode.DUPLICATE_BROKER_REGISTRATION, -1n));
  }
  const brokerEpoch = isSameLife ? existing.epoch : nextOffset(active);
  const records = [registrationRecord(body, brokerEpoch, isSameLife ? existing : { fenced: true, inControlledShutdown: false })];
  if (existing !== undefined && !isSameLife) addShutdownOf(active, existing, body, records, context);
  if (!isSameLife) {
    // A registration is no heartbeat: the session begins with the first of those.
    active.heartbeats.set(body.brokerId, { brokerEpoch, metadataOffset: -1n, lastContactUs: -sessionTimeoutMs(active) * 1000, shutdownOffset: -1n });
    context.disarm(sessionTimer, String(body.brokerId));
  }
  context.publish('broker.registered', { broker: body.brokerId, brokerEpoch }, { rule: 'broker.epochIsRegistrationOffset' });
  decideAndAnswer(active, request, records, registrationAnswer(ErrorCode.NONE, brokerEpoch), context);
}

function registrationAnswer(errorCode: number, brokerEpoch: bigint): BrokerRegistrationResponse {
  return { throttleTimeMs: 0, errorCode, brokerEpoch };
}

/** A life that registers again, for its request came twice, stays what it is: fenced now, it would be so in the ISRs that it is in. */
function registrationRecord(body: BrokerRegistrationRequest, brokerEpoch: bigint, { fenced, inControlledShutdown }: Pick<BrokerRegistration, 'fenced' | 'inControlledShutdown'>): MetadataRecord {
  return metadataRecord('RegisterBrokerRecord', {
    brokerId: body.brokerId,
    incarnationId: body.incarnationId,
    brokerEpoch,
    endPoints: body.listeners,
    features: body.features,
    rack: body.rack,
    fenced,
    inControlledShutdown,
    logDirs: body.logDirs.toSorted(),
  });
}

/** What the end of the broker's life before means for its partitions; it ended well when the broker knows its last epoch. */
function addShutdownOf(active: ActiveController, existing: BrokerRegistration, body: BrokerRegistrationRequest, records: MetadataRecord[], context: NodeContext): void {
  const isClean = body.previousBrokerEpoch === existing.epoch;
  if (isElrEnabled(active.image) && !isClean) {
    updateLeadersAndIsrs(active, { rule: 'broker.uncleanShutdown', uncleanShutdown: body.brokerId }, records, context);
  } else {
    updateLeadersAndIsrs(active, { rule: 'broker.restarted', leaving: body.brokerId }, records, context);
  }
}

type BrokerControlState = 'fenced' | 'unfenced' | 'controlledShutdown' | 'shutdownNow';

export function heartbeat(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const body = request.body as BrokerHeartbeatRequest;
  const broker = active.image.brokers.get(body.brokerId);
  if (broker === undefined || broker.epoch !== body.brokerEpoch) {
    const refusal: BrokerHeartbeatResponse = { throttleTimeMs: 0, errorCode: ErrorCode.STALE_BROKER_EPOCH, isCaughtUp: false, isFenced: true, shouldShutDown: false };
    return context.respond(request, refusal);
  }
  const state = touch(active, broker.id, broker.epoch, context);
  const current = currentState(broker);
  const next = nextState(active, broker, state, current, body);
  const records: MetadataRecord[] = [];
  if (next !== current) addTransition(active, broker, next, records, context);
  if (next === 'controlledShutdown' && state.shutdownOffset < 0n) state.shutdownOffset = nextOffset(active) + BigInt(records.length);
  state.metadataOffset = body.currentMetadataOffset;
  const answer: BrokerHeartbeatResponse = {
    throttleTimeMs: 0,
    errorCode: ErrorCode.NONE,
    isCaughtUp: body.currentMetadataOffset >= broker.epoch,
    isFenced: next === 'fenced' || next === 'shutdownNow',
    shouldShutDown: next === 'shutdownNow',
  };
  decideAndAnswer(active, request, records, answer, context);
}

function currentState(broker: BrokerRegistration): BrokerControlState {
  if (broker.fenced) return 'fenced';
  return broker.inControlledShutdown ? 'controlledShutdown' : 'unfenced';
}

function nextState(
  active: ActiveController,
  broker: BrokerRegistration,
  state: BrokerHeartbeatState,
  current: BrokerControlState,
  body: BrokerHeartbeatRequest,
): BrokerControlState {
  switch (current) {
    case 'fenced':
      if (body.wantShutDown) return 'shutdownNow';
      return !body.wantFence && body.currentMetadataOffset >= broker.epoch ? 'unfenced' : 'fenced';
    case 'unfenced':
      if (body.wantFence) return body.wantShutDown ? 'shutdownNow' : 'fenced';
      if (!body.wantShutDown) return 'unfenced';
      return hasLeaderships(active.image, broker.id) ? 'controlledShutdown' : 'shutdownNow';
    default: {
      if (hasLeaderships(active.image, broker.id)) return 'controlledShutdown';
      return state.shutdownOffset <= lowestMetadataOffset(active, broker.id) ? 'shutdownNow' : 'controlledShutdown';
    }
  }
}

/** The least that a live broker has read: until then somebody may still send clients to the one that goes. */
function lowestMetadataOffset(active: ActiveController, except: number): bigint {
  let lowest = nextOffset(active);
  for (const broker of active.image.brokers.values()) {
    if (broker.id === except || broker.fenced || broker.inControlledShutdown) continue;
    const offset = active.heartbeats.get(broker.id)?.metadataOffset ?? -1n;
    if (offset < lowest) lowest = offset;
  }
  return lowest;
}

function addTransition(active: ActiveController, broker: BrokerRegistration, next: BrokerControlState, records: MetadataRecord[], context: NodeContext): void {
  switch (next) {
    case 'fenced':
    case 'shutdownNow':
      if (!broker.fenced) addFencing(active, broker, 'broker.wantsFence', records, context);
      return;
    case 'unfenced':
      records.push(registrationChange(broker, { fenced: becomesFalse }));
      updateLeadersAndIsrs(active, { rule: 'broker.unfenced', joining: broker.id }, records, context);
      context.publish('broker.unfenced', { broker: broker.id, brokerEpoch: broker.epoch }, { rule: 'broker.caughtUpWithMetadata' });
      return;
    case 'controlledShutdown':
      records.push(registrationChange(broker, { inControlledShutdown: becomesTrue }));
      updateLeadersAndIsrs(active, { rule: 'broker.controlledShutdown', leaving: broker.id }, records, context);
  }
}

function registrationChange(broker: BrokerRegistration, change: { fenced?: number; inControlledShutdown?: number }): MetadataRecord {
  return metadataRecord('BrokerRegistrationChangeRecord', { brokerId: broker.id, brokerEpoch: broker.epoch, ...change });
}

function addFencing(active: ActiveController, broker: BrokerRegistration, rule: string, records: MetadataRecord[], context: NodeContext): void {
  if (!isMutated('fenced-stays-in-isr')) updateLeadersAndIsrs(active, { rule, leaving: broker.id }, records, context);
  records.push(registrationChange(broker, { fenced: becomesTrue }));
  context.publish('broker.fenced', { broker: broker.id, brokerEpoch: broker.epoch }, { rule, settings: { 'broker.session.timeout.ms': sessionTimeoutMs(active) } });
}

/** A broker was silent for a whole session. */
export function expireSession(active: ActiveController, brokerId: number, context: NodeContext): void {
  const broker = active.image.brokers.get(brokerId);
  if (broker === undefined || broker.fenced) return;
  const records: MetadataRecord[] = [];
  addFencing(active, broker, 'broker.sessionTimedOut', records, context);
  decide(active, records, context);
}

export function unregisterBroker(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const { brokerId } = request.body as UnregisterBrokerRequest;
  const broker = active.image.brokers.get(brokerId);
  if (broker === undefined) {
    const refusal: UnregisterBrokerResponse = { throttleTimeMs: 0, errorCode: ErrorCode.BROKER_ID_NOT_REGISTERED, errorMessage: `Broker ID ${brokerId} is not currently registered` };
    return context.respond(request, refusal);
  }
  const records: MetadataRecord[] = [];
  updateLeadersAndIsrs(active, { rule: 'broker.unregistered', leaving: brokerId }, records, context);
  records.push(metadataRecord('UnregisterBrokerRecord', { brokerId, brokerEpoch: broker.epoch }));
  active.heartbeats.delete(brokerId);
  context.disarm(sessionTimer, String(brokerId));
  const answer: UnregisterBrokerResponse = { throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: null };
  decideAndAnswer(active, request, records, answer, context);
}
