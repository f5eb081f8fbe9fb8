/**
 * A broker's part in the control of the cluster: a replica of the metadata log and, while its node leads the quorum, the
 * active controller (Kafka: ControllerServer, QuorumController, SharedServer in combined mode; KIP-500, KIP-631).
 *
 * This is the door for the broker that runs in the same process. A voter keeps the image of what is committed; when it wins
 * the quorum it waits until everything before its epoch is committed, and only then is the active controller. When it loses
 * the quorum, whoever waits for an answer is told NOT_CONTROLLER: what was decided may commit all the same, or never.
 * Left out: separate controller processes, snapshots of the metadata, RegisterController records.
 */
import { assert } from '#engine/ports/assert.ts';
import type { NodeContext, PendingRequest, RequestFailure, RequestMessage } from '#engine/core/node.ts';
import { emptyImage, type ClusterImage } from '#engine/core/metadata/image.ts';
import { replay } from '#engine/core/metadata/replay.ts';
import type { ScramLogin } from '#engine/core/security/broker-security.ts';
import type { BrokerSettings } from '#engine/core/settings/broker-settings.ts';
import { answerCommitted, decide, startActive, type ActiveController } from '#engine/core/controller/active-controller.ts';
import { bootstrapRecords } from '#engine/core/controller/bootstrap.ts';
import { firstCredentials } from '#engine/core/controller/scram-control.ts';
import { expireSession, sessionTimer, startSessions, stopSessions } from '#engine/core/controller/cluster-control.ts';
import { armPeriodicTasks, disarmPeriodicTasks, isPeriodicTask, runPeriodicTask } from '#engine/core/controller/periodic-tasks.ts';
import { handleControllerRequest, notControllerAnswer } from '#engine/core/controller/controller-requests.ts';
import {
  onQuorumFailure,
  onQuorumRequest,
  onQuorumResponse,
  onQuorumTimer,
  resignQuorum,
  startQuorum,
  takeCommittedRecords,
} from '#engine/core/controller/quorum/quorum.ts';
import { isVoter, knownLeader, nobody, otherVoters, type CommittedRecord, type QuorumState } from '#engine/core/controller/quorum/quorum-state.ts';

export type { CommittedRecord } from '#engine/core/controller/quorum/quorum-state.ts';

export interface ControllerNodeConfig {
  brokerId: number;
  clusterId: string;
  voters: readonly number[];
  settings: BrokerSettings;
  /** What server.properties holds (see staticBrokerOverrides); CreateTopics tells clients where a value comes from. */
  staticSettings?: Readonly<Record<string, string>>;
  /** Users that a new cluster is made with. */
  scramLogins?: readonly ScramLogin[];
}

export interface ControllerNodeState {
  brokerId: number;
  settings: BrokerSettings;
  staticSettings: Readonly<Record<string, string>>;
  scramLogins: readonly ScramLogin[];
  quorum: QuorumState;
  /** Everything committed, on a voter; an observer leaves it empty. */
  image: ClusterImage;
  active: ActiveController | null;
  /** Committed records for the broker of this process. */
  outbox: CommittedRecord[];
}

export function startControllerNode(config: ControllerNodeConfig, context: NodeContext): ControllerNodeState {
  const { brokerId, clusterId, voters, settings } = config;
  const quorum = startQuorum({ nodeId: brokerId, clusterId, voters, settings }, context);
  const state: ControllerNodeState = {
    brokerId,
    settings,
    staticSettings: config.staticSettings ?? {},
    scramLogins: config.scramLogins ?? [],
    quorum,
    image: emptyImage(),
    active: null,
    outbox: [],
  };
  followQuorum(state, context);
  return state;
}

export function onControllerRequest(state: ControllerNodeState, request: RequestMessage, context: NodeContext): void {
  if (!onQuorumRequest(state.quorum, request, context)) {
    if (state.active !== null) handleControllerRequest(state.active, request, context);
    else context.respond(request, notControllerAnswer(request));
  }
  followQuorum(state, context);
}

export function onControllerResponse(state: ControllerNodeState, pending: PendingRequest, body: unknown, context: NodeContext): void {
  onQuorumResponse(state.quorum, pending, body, context);
  followQuorum(state, context);
}

export function onControllerFailure(state: ControllerNodeState, pending: PendingRequest, failure: RequestFailure, context: NodeContext): void {
  onQuorumFailure(state.quorum, pending, failure, context);
  followQuorum(state, context);
}

export function onControllerTimer(state: ControllerNodeState, kind: string, key: string, context: NodeContext): void {
  if (kind.startsWith('quorum.')) onQuorumTimer(state.quorum, kind, key, context);
  else {
    assert(state.active !== null, `timer ${kind} of a controller that is not active`);
    if (isPeriodicTask(kind)) runPeriodicTask(state.active, kind, context);
    else {
      assert(kind === sessionTimer, `the controller has no timer ${kind}`);
      expireSession(state.active, Number(key), context);
    }
  }
  followQuorum(state, context);
}

/**
 * The process ends in an orderly way: a leader names its successors. It should live on until `hasHandedOver`, as Kafka's does
 * for up to five seconds, because the successor needs its pre-vote while the other voters still believe in it.
 */
export function shutdownControllerNode(state: ControllerNodeState, context: NodeContext): void {
  resignQuorum(state.quorum, context);
  followQuorum(state, context);
}

/** Nobody waits for this node any more: another leads, or there is nobody else. */
export function hasHandedOver(state: ControllerNodeState): boolean {
  const { quorum } = state;
  const leader = knownLeader(quorum);
  return (leader !== nobody && leader !== state.brokerId) || otherVoters(quorum).length === 0 || !isVoter(quorum);
}

/** Records committed since the last call, in the order of the log. */
export function takeCommitted(state: ControllerNodeState): CommittedRecord[] {
  const taken = state.outbox;
  state.outbox = [];
  return taken;
}

/** The quorum's leader as this node believes; -1 when it knows none. */
export function quorumLeader(state: ControllerNodeState): { leaderId: number; epoch: number } {
  return { leaderId: knownLeader(state.quorum), epoch: state.quorum.epoch };
}

export function isActiveController(state: ControllerNodeState): boolean {
  return state.active !== null;
}

/** After every input: what has become committed is replayed and answered, and the office is taken up or laid down. */
function followQuorum(state: ControllerNodeState, context: NodeContext): void {
  const { quorum } = state;
  const committed = takeCommittedRecords(quorum);
  if (isVoter(quorum)) for (const { record } of committed) replay(state.image, record);
  state.outbox.push(...committed);
  const { role } = quorum;
  const leads = role.name === 'leader';
  if (state.active !== null && (!leads || state.active.epoch !== quorum.epoch)) layDown(state, state.active, context);
  if (state.active !== null) answerCommitted(state.active, quorum.highWatermark, context);
  if (leads && state.active === null && quorum.nextCommittedOffset > role.epochStartOffset) takeUp(state, context);
}

function takeUp(state: ControllerNodeState, context: NodeContext): void {
  const { quorum } = state;
  const active = startActive(quorum.epoch, state.image, state.settings, state.staticSettings, quorum);
  state.active = active;
  startSessions(active, context);
  armPeriodicTasks(active, context);
  if (active.image.features.size === 0) decide(active, bootstrapRecords(state.settings, firstCredentials(state.scramLogins, context)), context);
}

function layDown(state: ControllerNodeState, active: ActiveController, context: NodeContext): void {
  state.active = null;
  stopSessions(active, context);
  disarmPeriodicTasks(context);
  for (const { request } of active.answers) context.respond(request, notControllerAnswer(request));
}
