/** ElectLeaders: elections that a person asks for (Kafka: ReplicationControlManager.electLeaders; KIP-460). */
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { ElectLeadersRequest, ElectLeadersResponse } from '#engine/protocol/messages/43-elect-leaders.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import { noLeader, topicByName } from '#engine/core/metadata/image.ts';
import type { MetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { decideAndAnswer, type ActiveController } from '#engine/core/controller/active-controller.ts';
import { electLeader } from '#engine/core/controller/leadership.ts';
import { outcomeOf, RequestError } from '#engine/core/controller/request-error.ts';

const electionTypes = ['preferred', 'unclean'] as const;
type ElectionType = (typeof electionTypes)[number];

const electionRules: Readonly<Record<ElectionType, string>> = { preferred: 'electLeaders.preferred', unclean: 'electLeaders.unclean' };

export function electLeaders(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const body = request.body as ElectLeadersRequest;
  const type = electionTypes[request.apiVersion >= 1 ? body.electionType : 0];
  if (type === undefined) {
    const errorCode = ErrorCode.INVALID_REQUEST;
    const refused = (partitionId: number) => ({ partitionId, errorCode, errorMessage: `Unknown election type ${body.electionType}` });
    const replicaElectionResults = (body.topicPartitions ?? []).map(({ topic, partitions }) => ({ topic, partitionResult: partitions.map(refused) }));
    const refusal: ElectLeadersResponse = { throttleTimeMs: 0, errorCode, replicaElectionResults };
    return context.respond(request, refusal);
  }
  const records: MetadataRecord[] = [];
  const isEverything = body.topicPartitions === null;
  const wanted = body.topicPartitions ?? everyPartition(active);
  const replicaElectionResults = wanted.map(({ topic, partitions }) => ({
    topic,
    partitionResult: partitions
      .map((partitionId) => ({ partitionId, ...outcomeOf(() => electOne(active, topic, partitionId, type, records, context)) }))
      // Asked for all partitions, those that need nothing are not answered.
      .filter((result) => !isEverything || result.errorCode !== ErrorCode.ELECTION_NOT_NEEDED),
  }));
  const answer: ElectLeadersResponse = { throttleTimeMs: 0, errorCode: ErrorCode.NONE, replicaElectionResults };
  decideAndAnswer(active, request, records, answer, context);
}

function everyPartition(active: ActiveController): { topic: string; partitions: number[] }[] {
  return [...active.image.topics.values()].map((topic) => ({ topic: topic.name, partitions: [...topic.partitions.keys()] }));
}

function electOne(active: ActiveController, name: string, partitionId: number, type: ElectionType, records: MetadataRecord[], context: NodeContext): void {
  const topic = topicByName(active.image, name);
  if (topic === undefined) throw new RequestError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `No such topic as ${name}`);
  const partition = topic.partitions[partitionId];
  if (partition === undefined) throw new RequestError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `No such partition as ${name}-${partitionId}`);
  const isNeeded = type === 'preferred' ? partition.leader !== partition.replicas[0] : partition.leader === noLeader;
  if (!isNeeded) throw new RequestError(ErrorCode.ELECTION_NOT_NEEDED, 'Leader election not needed for topic partition.');
  const elected = electLeader(active, topic, partitionId, type, electionRules[type], records, context);
  if (elected !== undefined) return;
  if (type === 'preferred') throw new RequestError(ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE, 'The preferred leader was not available.');
  throw new RequestError(ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE, 'Eligible topic partition leaders are not available.');
}
