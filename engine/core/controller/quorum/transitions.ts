/**
 * How a node changes its role in the quorum (Kafka: QuorumState.transitionTo… and KafkaRaftClient's methods of those names).
 *
 * Every change is written to the election file first, ends what the old role had under way (requests, timers, parked
 * fetches), and starts what the new role needs. A node that drops to a later epoch without a leader keeps the time that was
 * left of its patience, so that a flood of epochs cannot keep it silent for ever.
 */
import { assert } from '#engine/ports/assert.ts';
import type { NodeContext } from '#engine/core/node.ts';
import type { Why } from '#engine/core/facts.ts';
import { appendLeaderChange } from '#engine/core/controller/quorum/append.ts';
import { writeElection } from '#engine/core/controller/quorum/election-file.ts';
import { sendEndQuorumEpoch, scheduleBeginQuorumEpoch } from '#engine/core/controller/quorum/epoch-messages.ts';
import { fetchFromQuorum } from '#engine/core/controller/quorum/follower-fetch.ts';
import { refuseParkedFetches } from '#engine/core/controller/quorum/leader-fetch.ts';
import { forgetRequests } from '#engine/core/controller/quorum/requests.ts';
import { sendVoteRequests } from '#engine/core/controller/quorum/vote.ts';
import {
  isVoter,
  knownLeader,
  majorityOf,
  nobody,
  otherVoters,
  votedFor,
  type LeaderRole,
  type QuorumRole,
  type QuorumState,
  type ReplicaProgress,
} from '#engine/core/controller/quorum/quorum-state.ts';

export const electionTimer = 'quorum.election';
export const fetchTimer = 'quorum.fetchTimeout';
export const checkQuorumTimer = 'quorum.checkQuorum';

/** A leader gives up when no majority has fetched from it for this many fetch timeouts. */
const checkQuorumFactor = 1.5;

export function checkQuorumTimeoutMs(state: QuorumState): number {
  return state.timings.fetchTimeoutMs * checkQuorumFactor;
}

/** Between one and two election timeouts, so that voters rarely run at the same moment. */
export function randomElectionTimeoutMs(state: QuorumState, context: NodeContext): number {
  return state.timings.electionTimeoutMs + context.random.integer(Math.max(1, state.timings.electionTimeoutMs));
}

/** To a later epoch, or out of a lost election in this one; `leaderId` when the epoch's leader is known but not followed. */
export function becomeUnattached(state: QuorumState, epoch: number, leaderId: number, context: NodeContext): void {
  assert(epoch >= state.epoch, `quorum epoch cannot fall from ${state.epoch} to ${epoch}`);
  const patienceMs = remainingPatienceMs(state, context);
  const vote = epoch === state.epoch ? votedFor(state) : nobody;
  enterRole(state, epoch, { name: 'unattached', leaderId, votedFor: vote }, context);
  if (isVoter(state)) context.arm(electionTimer, '', patienceMs);
  fetchFromQuorum(state, context);
}

/** Notes a vote that this node gives, before it is told to anybody. */
export function noteVote(state: QuorumState, candidate: number, context: NodeContext): void {
  const { role } = state;
  assert(role.name === 'unattached' || role.name === 'prospective', `a node that is ${role.name} cannot vote`);
  role.votedFor = candidate;
  persistElection(state, context);
}

export function becomeProspective(state: QuorumState, why: Why, context: NodeContext): void {
  assert(isVoter(state), `node ${state.nodeId} is no voter and cannot stand for election`);
  const role: QuorumRole = { name: 'prospective', leaderId: knownLeader(state), votedFor: votedFor(state), granted: [state.nodeId], rejected: [] };
  enterRole(state, state.epoch, role, context);
  context.publish('quorum.candidate', { broker: state.nodeId, epoch: state.epoch, preVote: true }, why);
  context.arm(electionTimer, '', randomElectionTimeoutMs(state, context));
  if (role.granted.length >= majorityOf(state)) becomeCandidate(state, { rule: 'quorum.onlyVoter' }, context);
  else sendVoteRequests(state, context);
}

/** Raises the epoch and votes for itself. */
export function becomeCandidate(state: QuorumState, why: Why, context: NodeContext): void {
  const role: QuorumRole = { name: 'candidate', granted: [state.nodeId], rejected: [] };
  enterRole(state, state.epoch + 1, role, context);
  context.publish('quorum.candidate', { broker: state.nodeId, epoch: state.epoch, preVote: false }, why);
  context.arm(electionTimer, '', randomElectionTimeoutMs(state, context));
  if (role.granted.length >= majorityOf(state)) becomeLeader(state, context);
  else sendVoteRequests(state, context);
}

/** After a restart in the middle of its own election: the same epoch, the vote for itself stands. */
export function resumeCandidate(state: QuorumState, context: NodeContext): void {
  enterRole(state, state.epoch, { name: 'candidate', granted: [state.nodeId], rejected: [] }, context);
  context.arm(electionTimer, '', randomElectionTimeoutMs(state, context));
  sendVoteRequests(state, context);
}

export function becomeLeader(state: QuorumState, context: NodeContext): void {
  assert(state.role.name === 'candidate', `only a candidate becomes leader, this node is ${state.role.name}`);
  const granting = state.role.granted;
  const voters = new Map(state.voters.map((voter): [number, ReplicaProgress] => [voter, noProgress(context.nowMs)]));
  const role: LeaderRole = { name: 'leader', epochStartOffset: state.log.logEndOffset, voters, observers: new Map(), fetchedSinceCheck: [] };
  enterRole(state, state.epoch, role, context);
  state.nextAppendOffset = state.log.logEndOffset;
  context.publish('quorum.leader', { broker: state.nodeId, epoch: state.epoch }, { rule: 'quorum.majorityOfVotes', settings: { granted: granting.length, voters: state.voters.length } });
  appendLeaderChange(state, role, granting, context);
  if (otherVoters(state).length === 0) return;
  context.arm(checkQuorumTimer, '', checkQuorumTimeoutMs(state));
  scheduleBeginQuorumEpoch(state, 0, context);
}

export function becomeFollower(state: QuorumState, epoch: number, leaderId: number, context: NodeContext): void {
  assert(epoch >= state.epoch, `quorum epoch cannot fall from ${state.epoch} to ${epoch}`);
  assert(leaderId !== state.nodeId, `node ${state.nodeId} cannot follow itself`);
  const known = knownLeader(state);
  assert(epoch > state.epoch || known === nobody || known === leaderId, `epoch ${epoch} of the quorum has two leaders: ${known} and ${leaderId}`);
  const vote = epoch === state.epoch ? votedFor(state) : nobody;
  enterRole(state, epoch, { name: 'follower', leaderId, votedFor: vote, hasFetched: false }, context);
  if (isVoter(state)) context.arm(fetchTimer, '', state.timings.fetchTimeoutMs);
  fetchFromQuorum(state, context);
}

/** The leader of this epoch stops leading it: cut off from its voters, shut down, or found so after a restart. */
export function becomeResigned(state: QuorumState, preferredSuccessors: number[], why: Why, context: NodeContext): void {
  enterRole(state, state.epoch, { name: 'resigned', preferredSuccessors, unacknowledged: otherVoters(state) }, context);
  context.publish('quorum.resigned', { broker: state.nodeId, epoch: state.epoch }, why);
  context.arm(electionTimer, '', randomElectionTimeoutMs(state, context));
  sendEndQuorumEpoch(state, context);
}

function enterRole(state: QuorumState, epoch: number, role: QuorumRole, context: NodeContext): void {
  const wasLeader = state.role.name === 'leader';
  for (const kind of [electionTimer, fetchTimer, checkQuorumTimer, 'quorum.beginEpoch', 'quorum.linger', 'quorum.fetchRetry']) context.disarm(kind, '');
  forgetRequests(state, context);
  state.epoch = epoch;
  state.role = role;
  state.accumulated = [];
  persistElection(state, context);
  if (wasLeader) refuseParkedFetches(state, context);
}

function persistElection(state: QuorumState, context: NodeContext): void {
  // A leader that resigned stays the epoch's leader on its disk: after a restart it must not lead the epoch again.
  const leaderId = state.role.name === 'resigned' ? state.nodeId : knownLeader(state);
  writeElection(context.disk, { epoch: state.epoch, leaderId, votedFor: votedFor(state) }, state.voters);
}

function remainingPatienceMs(state: QuorumState, context: NodeContext): number {
  const dueUs = context.armedAtUs(electionTimer, '') ?? context.armedAtUs(fetchTimer, '');
  return dueUs === undefined ? randomElectionTimeoutMs(state, context) : Math.max(0, (dueUs - context.nowUs) / 1000);
}

export function noProgress(nowMs: number): ReplicaProgress {
  return { endOffset: -1n, lastFetchMs: -1, lastCaughtUpMs: nowMs, lastFetchLeaderEndOffset: -1n };
}
