/**
 * AlterPartition: a leader proposes an ISR (Kafka: ReplicationControlManager.alterPartition; KIP-497, KIP-704, KIP-903).
 *
 * The proposal must come from the leader, in its current life, of the current leader epoch, made on the current partition
 * epoch; and every member must be alive in the life that the leader saw. A request with an epoch from the future says that
 * this controller is behind.
 */
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { AlterPartitionRequest, AlterPartitionResponse } from '#engine/protocol/messages/56-alter-partition.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import type { ClusterImage, PartitionImage, TopicImage } from '#engine/core/metadata/image.ts';
import type { MetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { decideAndAnswer, type ActiveController } from '#engine/core/controller/active-controller.ts';
import { proposeChange } from '#engine/core/controller/leadership.ts';

type Proposal = AlterPartitionRequest['topics'][number]['partitions'][number];
type Answer = AlterPartitionResponse['topics'][number]['partitions'][number];
interface IsrMember {
  brokerId: number;
  brokerEpoch: bigint;
}

const recovering = 1;

export function alterPartition(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const body = request.body as AlterPartitionRequest;
  const broker = active.image.brokers.get(body.brokerId);
  if (broker === undefined || broker.epoch !== body.brokerEpoch) {
    const refusal: AlterPartitionResponse = { throttleTimeMs: 0, errorCode: ErrorCode.STALE_BROKER_EPOCH, topics: [] };
    return context.respond(request, refusal);
  }
  const records: MetadataRecord[] = [];
  const topics = body.topics.map(({ topicId, partitions }) => {
    const topic = active.image.topics.get(topicId);
    return {
      topicId,
      partitions: partitions.map((proposal) =>
        topic === undefined ? refused(proposal, ErrorCode.UNKNOWN_TOPIC_ID) : alterOne(active, request, body.brokerId, topic, proposal, records, context),
      ),
    };
  });
  const answer: AlterPartitionResponse = { throttleTimeMs: 0, errorCode: ErrorCode.NONE, topics };
  decideAndAnswer(active, request, records, answer, context);
}

function alterOne(
  active: ActiveController,
  request: RequestMessage,
  brokerId: number,
  topic: TopicImage,
  proposal: Proposal,
  records: MetadataRecord[],
  context: NodeContext,
): Answer {
  const members: IsrMember[] =
    request.apiVersion >= 3 ? proposal.newIsrWithEpochs : proposal.newIsr.map((member) => ({ brokerId: member, brokerEpoch: -1n }));
  const partition = topic.partitions[proposal.partitionIndex];
  if (partition === undefined) return refused(proposal, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  const errorCode = proposalError(active.image, brokerId, partition, proposal, members);
  if (errorCode !== ErrorCode.NONE) return refused(proposal, errorCode);
  const targetIsr = members.map((member) => member.brokerId);
  const wish = { targetIsr, targetLeaderRecoveryState: proposal.leaderRecoveryState };
  const rule = targetIsr.length < partition.isr.length ? 'partition.leaderShrinksIsr' : 'partition.leaderExpandsIsr';
  const after = proposeChange(active, topic, proposal.partitionIndex, wish, rule, records, context);
  // The end of a reassignment can take the leadership from the one who proposed.
  if (after.leader !== brokerId) return refused(proposal, ErrorCode.NEW_LEADER_ELECTED);
  return {
    partitionIndex: proposal.partitionIndex,
    errorCode: ErrorCode.NONE,
    leaderId: after.leader,
    leaderEpoch: after.leaderEpoch,
    isr: [...after.isr],
    leaderRecoveryState: after.leaderRecoveryState,
    partitionEpoch: after.partitionEpoch,
  };
}

function refused(proposal: Proposal, errorCode: number): Answer {
  return { partitionIndex: proposal.partitionIndex, errorCode, leaderId: 0, leaderEpoch: 0, isr: [], leaderRecoveryState: 0, partitionEpoch: 0 };
}

function proposalError(image: ClusterImage, brokerId: number, partition: PartitionImage, proposal: Proposal, members: readonly IsrMember[]): number {
  if (proposal.leaderEpoch > partition.leaderEpoch || proposal.partitionEpoch > partition.partitionEpoch) return ErrorCode.NOT_CONTROLLER;
  if (proposal.leaderEpoch < partition.leaderEpoch) return ErrorCode.FENCED_LEADER_EPOCH;
  if (brokerId !== partition.leader) return ErrorCode.INVALID_REQUEST;
  if (proposal.partitionEpoch < partition.partitionEpoch) return ErrorCode.INVALID_UPDATE_VERSION;
  if (!isValidIsr(partition, brokerId, members)) return ErrorCode.INVALID_REQUEST;
  if (proposal.leaderRecoveryState === recovering && members.length > 1) return ErrorCode.INVALID_REQUEST;
  if (proposal.leaderRecoveryState === recovering && partition.leaderRecoveryState !== recovering) return ErrorCode.INVALID_REQUEST;
  return members.every((member) => isEligible(image, member)) ? ErrorCode.NONE : ErrorCode.INELIGIBLE_REPLICA;
}

function isValidIsr(partition: PartitionImage, leader: number, members: readonly IsrMember[]): boolean {
  const ids = members.map((member) => member.brokerId);
  const areReplicas = ids.every((id, index) => partition.replicas.includes(id) && ids.indexOf(id) === index);
  return ids.length > 0 && areReplicas && ids.includes(leader);
}

/** Alive, staying, and still in the life in which it fetched; -1 asks for no check of the last. */
function isEligible(image: ClusterImage, { brokerId, brokerEpoch }: IsrMember): boolean {
  const broker = image.brokers.get(brokerId);
  if (broker === undefined || broker.fenced || broker.inControlledShutdown) return false;
  return brokerEpoch === -1n || brokerEpoch === broker.epoch;
}
