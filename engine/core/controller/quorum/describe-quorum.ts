/** DescribeQuorum: how far the replicas of the metadata log have come, from its leader (Kafka: KafkaRaftClient; KIP-595, KIP-836). */
import { ErrorCode } from '#engine/protocol/errors.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { DescribeQuorumRequest, DescribeQuorumResponse } from '#engine/protocol/messages/55-describe-quorum.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import type { ClusterImage } from '#engine/core/metadata/image.ts';
import { controllerListenerName, controllerPortOf } from '#engine/core/controller/controller-listener.ts';
import { knownLeader, metadataTopic, type QuorumState, type ReplicaProgress } from '#engine/core/controller/quorum/quorum-state.ts';

type PartitionAnswer = DescribeQuorumResponse['topics'][number]['partitions'][number];
type ReplicaAnswer = PartitionAnswer['currentVoters'][number];

export function describeQuorum(state: QuorumState, image: ClusterImage, request: RequestMessage, context: NodeContext): void {
  const body = request.body as DescribeQuorumRequest;
  // Kafka looks at the metadata log when nothing else is asked for.
  const [only] = body.topics;
  const isMetadataLog = body.topics.length === 1 && only?.topicName === metadataTopic && only.partitions.length === 1 && only.partitions[0]?.partitionIndex === 0;
  const topics = body.topics.map(({ topicName, partitions }) => ({
    topicName,
    partitions: partitions.map(({ partitionIndex }) => (isMetadataLog ? describePartition(state, context.nowMs) : refusal(partitionIndex, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION))),
  }));
  const answer: DescribeQuorumResponse = { errorCode: ErrorCode.NONE, errorMessage: '', topics, nodes: isMetadataLog && request.apiVersion >= 2 ? votersOf(state, image) : [] };
  context.respond(request, answer);
}

/** Where the voters listen. */
function votersOf({ role }: QuorumState, image: ClusterImage): DescribeQuorumResponse['nodes'] {
  if (role.name !== 'leader') return [];
  return [...role.voters.keys()].flatMap((nodeId) => {
    const host = image.brokers.get(nodeId)?.endPoints[0]?.host;
    return host === undefined ? [] : [{ nodeId, listeners: [{ name: controllerListenerName, host, port: controllerPortOf(nodeId) }] }];
  });
}

function refusal(partitionIndex: number, errorCode: number): PartitionAnswer {
  const errorMessage = errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION ? 'This server does not host this topic-partition.' : null;
  return { partitionIndex, errorCode, errorMessage, leaderId: 0, leaderEpoch: 0, highWatermark: 0n, currentVoters: [], observers: [] };
}

function describePartition(state: QuorumState, nowMs: number): PartitionAnswer {
  const { role } = state;
  if (role.name !== 'leader') return { ...refusal(0, ErrorCode.NOT_LEADER_OR_FOLLOWER), leaderId: knownLeader(state), leaderEpoch: state.epoch };
  const describeAll = (replicas: ReadonlyMap<number, ReplicaProgress>): ReplicaAnswer[] =>
    [...replicas].map(([replicaId, progress]) => ({
      replicaId,
      replicaDirectoryId: zeroUuid,
      logEndOffset: progress.endOffset,
      lastFetchTimestamp: BigInt(replicaId === state.nodeId ? nowMs : progress.lastFetchMs),
      lastCaughtUpTimestamp: BigInt(replicaId === state.nodeId ? nowMs : progress.lastCaughtUpMs),
    }));
  return {
    partitionIndex: 0,
    errorCode: ErrorCode.NONE,
    errorMessage: '',
    leaderId: state.nodeId,
    leaderEpoch: state.epoch,
    highWatermark: state.highWatermark,
    currentVoters: describeAll(role.voters),
    observers: describeAll(role.observers),
  };
}
