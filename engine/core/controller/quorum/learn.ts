/**
 * What any answer of another node teaches about epoch and leader (Kafka: KafkaRaftClient.maybeHandleCommonResponse,
 * maybeTransition): a later epoch ends this node's role, and a leader of its own epoch is followed.
 */
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { NodeContext } from '#engine/core/node.ts';
import { becomeFollower, becomeUnattached } from '#engine/core/controller/quorum/transitions.ts';
import { knownLeader, nobody, type QuorumState } from '#engine/core/controller/quorum/quorum-state.ts';

/** Answers true when that was all the answer had to say: its error is dealt with, or this node's role has changed. */
export function learnFromAnswer(state: QuorumState, errorCode: number, leaderId: number, epoch: number, context: NodeContext): boolean {
  if (epoch < state.epoch || errorCode === ErrorCode.UNKNOWN_LEADER_EPOCH) return true;
  if (learn(state, leaderId, epoch, context)) return true;
  return errorCode !== ErrorCode.NONE;
}

/** Answers whether this node's role has changed. */
export function learn(state: QuorumState, leaderId: number, epoch: number, context: NodeContext): boolean {
  if (epoch > state.epoch) {
    if (leaderId === nobody || leaderId === state.nodeId) becomeUnattached(state, epoch, nobody, context);
    else becomeFollower(state, epoch, leaderId, context);
    return true;
  }
  const isNews = epoch === state.epoch && leaderId !== nobody && leaderId !== state.nodeId && mayFollow(state);
  if (isNews) becomeFollower(state, epoch, leaderId, context);
  return isNews;
}

function mayFollow(state: QuorumState): boolean {
  const { name } = state.role;
  if (name === 'leader' || name === 'follower' || name === 'resigned') return false;
  // A prospective that came from a leader of this epoch still knows it, and is told nothing new by hearing of it.
  return name === 'candidate' || knownLeader(state) === nobody || name === 'unattached';
}
