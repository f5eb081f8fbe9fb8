/**
 * BeginQuorumEpoch, by which a leader tells voters that they may fetch from it, and EndQuorumEpoch, by which it hands over
 * (Kafka: KafkaRaftClient, the handlers of those names; KIP-595).
 *
 * A leader repeats BeginQuorumEpoch every half fetch timeout to those voters that have not fetched since. Who is first in
 * EndQuorumEpoch's list stands at once; the others wait, each longer than the one before, so that they do not collide.
 */
import { ErrorCode } from '#engine/protocol/errors.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { BeginQuorumEpochRequest, BeginQuorumEpochResponse } from '#engine/protocol/messages/53-begin-quorum-epoch.ts';
import type { EndQuorumEpochRequest, EndQuorumEpochResponse } from '#engine/protocol/messages/54-end-quorum-epoch.ts';
import type { NodeContext, PendingRequest, RequestMessage } from '#engine/core/node.ts';
import { learn, learnFromAnswer } from '#engine/core/controller/quorum/learn.ts';
import { fetchTimer } from '#engine/core/controller/quorum/transitions.ts';
import { backoffMs, isInFlight, noteAnswer, retryTimerOf, sendToPeer } from '#engine/core/controller/quorum/requests.ts';
import { knownLeader, metadataTopic, otherVoters, type QuorumState } from '#engine/core/controller/quorum/quorum-state.ts';

const epochMessageVersion = 1;
export const beginEpochTimer = 'quorum.beginEpoch';

export function scheduleBeginQuorumEpoch(state: QuorumState, delayMs: number, context: NodeContext): void {
  if (delayMs > 0) return context.arm(beginEpochTimer, '', delayMs);
  sendBeginQuorumEpoch(state, context);
}

export function sendBeginQuorumEpoch(state: QuorumState, context: NodeContext): void {
  const { role } = state;
  if (role.name !== 'leader') return;
  const intervalMs = state.timings.fetchTimeoutMs / 2;
  for (const voter of otherVoters(state)) {
    const lastFetchMs = role.voters.get(voter)?.lastFetchMs ?? -1;
    const isSilent = lastFetchMs < 0 || context.nowMs - lastFetchMs >= intervalMs;
    if (!isSilent || isInFlight(state, 'quorum.beginEpoch', voter)) continue;
    const body: BeginQuorumEpochRequest = {
      clusterId: state.clusterId,
      voterId: voter,
      topics: [
        { topicName: metadataTopic, partitions: [{ partitionIndex: 0, voterDirectoryId: zeroUuid, leaderId: state.nodeId, leaderEpoch: state.epoch }] },
      ],
      leaderEndpoints: [],
    };
    sendToPeer(state, 'quorum.beginEpoch', voter, ApiKey.BeginQuorumEpoch, epochMessageVersion, body, context);
  }
  context.arm(beginEpochTimer, '', intervalMs);
}

export function handleBeginQuorumEpochRequest(state: QuorumState, request: RequestMessage, context: NodeContext): void {
  const body = request.body as BeginQuorumEpochRequest;
  const partition = body.topics[0]?.partitions[0];
  const topLevelError = requestError(state, body.clusterId, partition !== undefined);
  let errorCode: number = ErrorCode.NONE;
  if (topLevelError === ErrorCode.NONE && partition !== undefined) {
    if (partition.leaderEpoch < state.epoch) errorCode = ErrorCode.FENCED_LEADER_EPOCH;
    else learn(state, partition.leaderId, partition.leaderEpoch, context);
  }
  context.respond(request, epochResponse(state, topLevelError, errorCode));
}

/** Sends EndQuorumEpoch to every voter that has not acknowledged it. */
export function sendEndQuorumEpoch(state: QuorumState, context: NodeContext): void {
  const { role } = state;
  if (role.name !== 'resigned') return;
  for (const voter of role.unacknowledged) {
    if (isInFlight(state, 'quorum.endEpoch', voter)) continue;
    const body: EndQuorumEpochRequest = {
      clusterId: state.clusterId,
      topics: [
        {
          topicName: metadataTopic,
          partitions: [
            {
              partitionIndex: 0,
              leaderId: state.nodeId,
              leaderEpoch: state.epoch,
              preferredSuccessors: [],
              preferredCandidates: role.preferredSuccessors.map((candidateId) => ({ candidateId, candidateDirectoryId: zeroUuid })),
            },
          ],
        },
      ],
      leaderEndpoints: [],
    };
    sendToPeer(state, 'quorum.endEpoch', voter, ApiKey.EndQuorumEpoch, epochMessageVersion, body, context);
  }
}

export function handleEndQuorumEpochRequest(state: QuorumState, request: RequestMessage, context: NodeContext): void {
  const body = request.body as EndQuorumEpochRequest;
  const partition = body.topics[0]?.partitions[0];
  const topLevelError = requestError(state, body.clusterId, partition !== undefined);
  let errorCode: number = ErrorCode.NONE;
  if (topLevelError === ErrorCode.NONE && partition !== undefined) {
    if (partition.leaderEpoch < state.epoch) errorCode = ErrorCode.FENCED_LEADER_EPOCH;
    else {
      learn(state, partition.leaderId, partition.leaderEpoch, context);
      const { role } = state;
      if (role.name === 'follower' && role.leaderId === partition.leaderId && state.voters.includes(state.nodeId)) {
        const successors = partition.preferredCandidates.map((candidate) => candidate.candidateId);
        context.arm(fetchTimer, '', successionDelayMs(state, successors));
      }
    }
  }
  context.respond(request, epochResponse(state, topLevelError, errorCode));
}

/** The first of the list stands at once, the second after a fraction of the back-off, each later one after twice as long. */
function successionDelayMs(state: QuorumState, successors: readonly number[]): number {
  const maxMs = state.timings.electionBackoffMaxMs;
  const position = successors.indexOf(state.nodeId);
  if (position === 0 || successors.length === 0) return 0;
  if (position < 0) return maxMs;
  const baseMs = maxMs / 2 ** (successors.length - 1);
  return Math.min(maxMs, Math.floor(baseMs * 2 ** (position - 1)));
}

type EpochResponse = BeginQuorumEpochResponse | EndQuorumEpochResponse;

function requestError(state: QuorumState, clusterId: string | null, hasPartition: boolean): number {
  if (clusterId !== null && clusterId !== state.clusterId) return ErrorCode.INCONSISTENT_CLUSTER_ID;
  return hasPartition ? ErrorCode.NONE : ErrorCode.INVALID_REQUEST;
}

function epochResponse(state: QuorumState, topLevelError: number, errorCode: number): EpochResponse {
  const partitions = [{ partitionIndex: 0, errorCode, leaderId: knownLeader(state), leaderEpoch: state.epoch }];
  return { errorCode: topLevelError, topics: topLevelError === ErrorCode.NONE ? [{ topicName: metadataTopic, partitions }] : [], nodeEndpoints: [] };
}

/** Answers to both. A voter that did not answer BeginQuorumEpoch is told again by the timer. */
export function handleEpochResponse(state: QuorumState, pending: PendingRequest, body: EpochResponse, context: NodeContext): void {
  noteAnswer(state, pending, true);
  const partition = body.topics[0]?.partitions[0];
  if (body.errorCode !== ErrorCode.NONE || partition === undefined) return;
  if (learnFromAnswer(state, partition.errorCode, partition.leaderId, partition.leaderEpoch, context)) return;
  const { role } = state;
  if (pending.kind === 'quorum.endEpoch' && role.name === 'resigned') {
    role.unacknowledged = role.unacknowledged.filter((voter) => voter !== Number(pending.key));
  }
}

export function handleEpochFailure(state: QuorumState, pending: PendingRequest, context: NodeContext): void {
  noteAnswer(state, pending, false);
  const peer = Number(pending.key);
  if (pending.kind === 'quorum.endEpoch' && state.role.name === 'resigned') context.arm(retryTimerOf('quorum.endEpoch'), String(peer), backoffMs(state, peer));
}
