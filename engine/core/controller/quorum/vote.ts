/**
 * Elections: Vote with and without pre-vote, as candidate and as voter (Kafka: KafkaRaftClient.handleVoteRequest and
 * handleVoteResponse, EpochState.canGrantVote; KIP-595, KIP-996).
 *
 * A vote goes only to a log that is at least as long as one's own (last epoch, then end offset), and only once per epoch.
 * A pre-vote binds nobody and is granted by all who do not hear from a leader.
 */
import { ErrorCode } from '#engine/protocol/errors.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { VoteRequest, VoteResponse } from '#engine/protocol/messages/52-vote.ts';
import { isMutated } from '#engine/core/mutations.ts';
import type { NodeContext, PendingRequest, RequestMessage } from '#engine/core/node.ts';
import { latestEpoch } from '#engine/core/log/log.ts';
import { learnFromAnswer } from '#engine/core/controller/quorum/learn.ts';
import { becomeCandidate, becomeFollower, becomeLeader, becomeUnattached, noteVote } from '#engine/core/controller/quorum/transitions.ts';
import { isInFlight, noteAnswer, sendToPeer, backoffMs, retryTimerOf } from '#engine/core/controller/quorum/requests.ts';
import {
  isVoter,
  knownLeader,
  majorityOf,
  metadataTopic,
  nobody,
  otherVoters,
  type CandidateRole,
  type ProspectiveRole,
  type QuorumState,
} from '#engine/core/controller/quorum/quorum-state.ts';

const voteVersion = 2;

type Nominee = CandidateRole | ProspectiveRole;

function nominee(state: QuorumState): Nominee | undefined {
  return state.role.name === 'candidate' || state.role.name === 'prospective' ? state.role : undefined;
}

/** Asks every voter that has not answered yet. */
export function sendVoteRequests(state: QuorumState, context: NodeContext): void {
  for (const voter of otherVoters(state)) sendVoteRequest(state, voter, context);
}

export function sendVoteRequest(state: QuorumState, voter: number, context: NodeContext): void {
  const role = nominee(state);
  if (role === undefined || role.granted.includes(voter) || role.rejected.includes(voter) || isInFlight(state, 'quorum.vote', voter)) return;
  const body: VoteRequest = {
    clusterId: state.clusterId,
    voterId: voter,
    topics: [
      {
        topicName: metadataTopic,
        partitions: [
          {
            partitionIndex: 0,
            replicaEpoch: state.epoch,
            replicaId: state.nodeId,
            replicaDirectoryId: zeroUuid,
            voterDirectoryId: zeroUuid,
            lastOffsetEpoch: Math.max(0, latestEpoch(state.log)),
            lastOffset: state.log.logEndOffset,
            preVote: role.name === 'prospective',
          },
        ],
      },
    ],
  };
  sendToPeer(state, 'quorum.vote', voter, ApiKey.Vote, voteVersion, body, context);
}

type VotePartition = VoteRequest['topics'][number]['partitions'][number];

export function handleVoteRequest(state: QuorumState, request: RequestMessage, context: NodeContext): void {
  const body = request.body as VoteRequest;
  if (body.clusterId !== null && body.clusterId !== state.clusterId) {
    const refusal: VoteResponse = { errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID, topics: [], nodeEndpoints: [] };
    return context.respond(request, refusal);
  }
  const partition = body.topics[0]?.partitions[0];
  if (partition === undefined || body.topics[0]?.topicName !== metadataTopic) {
    const refusal: VoteResponse = { errorCode: ErrorCode.INVALID_REQUEST, topics: [], nodeEndpoints: [] };
    return context.respond(request, refusal);
  }
  if (partition.replicaEpoch < state.epoch) return respond(state, request, ErrorCode.FENCED_LEADER_EPOCH, false, context);
  if (!isVoter(state) || (body.voterId !== -1 && body.voterId !== state.nodeId)) {
    return respond(state, request, ErrorCode.INCONSISTENT_VOTER_SET, false, context);
  }
  if (partition.replicaEpoch > state.epoch) becomeUnattached(state, partition.replicaEpoch, nobody, context);
  const granted = canGrantVote(state, partition);
  const { role } = state;
  if (granted && !partition.preVote && (role.name === 'unattached' || role.name === 'prospective') && role.votedFor === nobody) {
    noteVote(state, partition.replicaId, context);
  }
  if (!partition.preVote) {
    context.publish('quorum.voted', { broker: state.nodeId, candidate: partition.replicaId, epoch: partition.replicaEpoch, granted }, { rule: voteRule(state, partition, granted) });
  }
  respond(state, request, ErrorCode.NONE, granted, context);
}

function isLogUpToDate(state: QuorumState, candidate: VotePartition): boolean {
  const ownEpoch = Math.max(0, latestEpoch(state.log));
  if (candidate.lastOffsetEpoch !== ownEpoch) return candidate.lastOffsetEpoch > ownEpoch;
  return candidate.lastOffset >= state.log.logEndOffset;
}

function canGrantVote(state: QuorumState, candidate: VotePartition): boolean {
  const { role } = state;
  const upToDate = isLogUpToDate(state, candidate);
  switch (role.name) {
    case 'leader':
      return false;
    case 'candidate':
    case 'resigned':
      return (candidate.preVote || isMutated('two-votes-an-epoch')) && upToDate;
    case 'follower':
      return candidate.preVote && upToDate && !role.hasFetched;
    case 'unattached':
    case 'prospective':
      if (candidate.preVote) return upToDate;
      if (isMutated('two-votes-an-epoch')) return upToDate;
      if (role.votedFor !== nobody) return role.votedFor === candidate.replicaId;
      return role.leaderId === nobody && upToDate;
  }
}

function voteRule(state: QuorumState, candidate: VotePartition, granted: boolean): string {
  if (granted) return 'quorum.firstVoteOfEpochToUpToDateLog';
  return isLogUpToDate(state, candidate) ? 'quorum.oneVotePerEpoch' : 'quorum.logBehindVoter';
}

function respond(state: QuorumState, request: RequestMessage, errorCode: number, voteGranted: boolean, context: NodeContext): void {
  const body: VoteResponse = {
    errorCode: ErrorCode.NONE,
    topics: [{ topicName: metadataTopic, partitions: [{ partitionIndex: 0, errorCode, leaderId: knownLeader(state), leaderEpoch: state.epoch, voteGranted }] }],
    nodeEndpoints: [],
  };
  context.respond(request, body);
}

export function handleVoteResponse(state: QuorumState, pending: PendingRequest, body: VoteResponse, context: NodeContext): void {
  const voter = Number(pending.key);
  noteAnswer(state, pending, true);
  const partition = body.topics[0]?.partitions[0];
  if (body.errorCode !== ErrorCode.NONE || partition === undefined) return retryLater(state, voter, context);
  if (learnFromAnswer(state, partition.errorCode, partition.leaderId, partition.leaderEpoch, context)) return;
  const asked = (pending.body as VoteRequest).topics[0]?.partitions[0];
  const role = nominee(state);
  // An answer to the pre-vote says nothing to the candidate that it made of this node, and the other way round.
  if (role === undefined || asked?.replicaEpoch !== state.epoch || asked.preVote !== (role.name === 'prospective')) return;
  if (partition.voteGranted) countGranted(state, role, voter, context);
  else countRejected(state, role, voter, context);
}

export function handleVoteFailure(state: QuorumState, pending: PendingRequest, context: NodeContext): void {
  noteAnswer(state, pending, false);
  retryLater(state, Number(pending.key), context);
}

function retryLater(state: QuorumState, voter: number, context: NodeContext): void {
  if (nominee(state) !== undefined) context.arm(retryTimerOf('quorum.vote'), String(voter), backoffMs(state, voter));
}

function countGranted(state: QuorumState, role: Nominee, voter: number, context: NodeContext): void {
  if (!role.granted.includes(voter)) role.granted.push(voter);
  if (role.granted.length < majorityOf(state)) return;
  if (role.name === 'candidate') becomeLeader(state, context);
  else becomeCandidate(state, { rule: 'quorum.majorityOfPreVotes', settings: { granted: role.granted.length, voters: state.voters.length } }, context);
}

/** A candidate that cannot win any more waits for its timer; a prospective goes back to where it came from at once. */
function countRejected(state: QuorumState, role: Nominee, voter: number, context: NodeContext): void {
  if (!role.rejected.includes(voter)) role.rejected.push(voter);
  const canStillWin = state.voters.length - role.rejected.length >= majorityOf(state);
  if (!canStillWin && role.name === 'prospective') leaveProspective(state, role, context);
}

/** A prospective that found no majority believes in the leader it knew, or waits for one. */
export function leaveProspective(state: QuorumState, role: ProspectiveRole, context: NodeContext): void {
  if (role.leaderId !== nobody && role.leaderId !== state.nodeId) becomeFollower(state, state.epoch, role.leaderId, context);
  else becomeUnattached(state, state.epoch, nobody, context);
}
