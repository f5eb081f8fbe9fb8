/**
 * The APIs of features that are finalised at level 0: consumer groups of the new protocol (KIP-848), share groups (KIP-932)
 * and streams groups (KIP-1071). A Kafka broker offers them all the same and answers each with UNSUPPORTED_VERSION, in the
 * place that the answer has for it: once for the whole, or for each group (Kafka: KafkaApis.isConsumerGroupProtocolEnabled,
 * isShareGroupProtocolEnabled, isStreamsGroupProtocolEnabled). Of the state of share groups (83 to 87) no broker is the
 * coordinator (Kafka: ShareCoordinatorService without its topic).
 */
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import { ConsumerGroupHeartbeatResponse } from '#engine/protocol/messages/68-consumer-group-heartbeat.ts';
import { ConsumerGroupDescribeResponse, type ConsumerGroupDescribeRequest } from '#engine/protocol/messages/69-consumer-group-describe.ts';
import { ShareGroupHeartbeatResponse } from '#engine/protocol/messages/76-share-group-heartbeat.ts';
import { ShareGroupDescribeResponse, type ShareGroupDescribeRequest } from '#engine/protocol/messages/77-share-group-describe.ts';
import { ShareFetchResponse } from '#engine/protocol/messages/78-share-fetch.ts';
import { ShareAcknowledgeResponse } from '#engine/protocol/messages/79-share-acknowledge.ts';
import { InitializeShareGroupStateResponse } from '#engine/protocol/messages/83-initialize-share-group-state.ts';
import { ReadShareGroupStateResponse } from '#engine/protocol/messages/84-read-share-group-state.ts';
import { WriteShareGroupStateResponse } from '#engine/protocol/messages/85-write-share-group-state.ts';
import { DeleteShareGroupStateResponse } from '#engine/protocol/messages/86-delete-share-group-state.ts';
import { ReadShareGroupStateSummaryResponse } from '#engine/protocol/messages/87-read-share-group-state-summary.ts';
import { StreamsGroupHeartbeatResponse } from '#engine/protocol/messages/88-streams-group-heartbeat.ts';
import { StreamsGroupDescribeResponse, type StreamsGroupDescribeRequest } from '#engine/protocol/messages/89-streams-group-describe.ts';
import { DescribeShareGroupOffsetsResponse, type DescribeShareGroupOffsetsRequest } from '#engine/protocol/messages/90-describe-share-group-offsets.ts';
import { AlterShareGroupOffsetsResponse } from '#engine/protocol/messages/91-alter-share-group-offsets.ts';
import { DeleteShareGroupOffsetsResponse } from '#engine/protocol/messages/92-delete-share-group-offsets.ts';

const errorCode = ErrorCode.UNSUPPORTED_VERSION;
const errorMessage = 'The version of API is not supported.';

/** What the five requests of share state have in common. */
interface ShareStateRequest {
  groupId: string;
  topics: readonly { topicId: string; partitions: readonly { partition: number }[] }[];
}

/** What is asked is not looked at further: a topic without partitions is left out, and without a group everything is. */
function refusedShareState({ groupId, topics }: ShareStateRequest, what: string) {
  const message = `Unable to ${what}: This is not the correct coordinator.`;
  const asked = groupId === '' ? [] : topics.filter(({ partitions }) => partitions.length > 0);
  return asked.map(({ topicId, partitions }) => ({
    topicId,
    partitions: partitions.map(({ partition }) => ({ partition, errorCode: ErrorCode.NOT_COORDINATOR, errorMessage: message })),
  }));
}

function refusedGroups(groupIds: readonly string[]) {
  return groupIds.map((groupId) => ({ groupId, errorCode }));
}

const answers: ReadonlyMap<number, (body: unknown) => unknown> = new Map<number, (body: unknown) => unknown>([
  [ApiKey.ConsumerGroupHeartbeat, () => create(ConsumerGroupHeartbeatResponse, { errorCode })],
  [ApiKey.ConsumerGroupDescribe, (body) => create(ConsumerGroupDescribeResponse, { groups: refusedGroups((body as ConsumerGroupDescribeRequest).groupIds) })],
  [ApiKey.ShareGroupHeartbeat, () => create(ShareGroupHeartbeatResponse, { errorCode })],
  [ApiKey.ShareGroupDescribe, (body) => create(ShareGroupDescribeResponse, { groups: refusedGroups((body as ShareGroupDescribeRequest).groupIds) })],
  [ApiKey.ShareFetch, () => create(ShareFetchResponse, { errorCode })],
  [ApiKey.ShareAcknowledge, () => create(ShareAcknowledgeResponse, { errorCode })],
  [ApiKey.InitializeShareGroupState, (body) => create(InitializeShareGroupStateResponse, { results: refusedShareState(body as ShareStateRequest, 'initialize share group state') })],
  [ApiKey.ReadShareGroupState, (body) => create(ReadShareGroupStateResponse, { results: refusedShareState(body as ShareStateRequest, 'read share group state') })],
  [ApiKey.WriteShareGroupState, (body) => create(WriteShareGroupStateResponse, { results: refusedShareState(body as ShareStateRequest, 'write share group state') })],
  [ApiKey.DeleteShareGroupState, (body) => create(DeleteShareGroupStateResponse, { results: refusedShareState(body as ShareStateRequest, 'delete share group state') })],
  [ApiKey.ReadShareGroupStateSummary, (body) => create(ReadShareGroupStateSummaryResponse, { results: refusedShareState(body as ShareStateRequest, 'read share group state summary') })],
  [ApiKey.StreamsGroupHeartbeat, () => create(StreamsGroupHeartbeatResponse, { errorCode })],
  [ApiKey.StreamsGroupDescribe, (body) => create(StreamsGroupDescribeResponse, { groups: refusedGroups((body as StreamsGroupDescribeRequest).groupIds) })],
  [ApiKey.DescribeShareGroupOffsets, (body) => create(DescribeShareGroupOffsetsResponse, { groups: refusedGroups((body as DescribeShareGroupOffsetsRequest).groups.map(({ groupId }) => groupId)) })],
  [ApiKey.AlterShareGroupOffsets, () => create(AlterShareGroupOffsetsResponse, { errorCode, errorMessage })],
  [ApiKey.DeleteShareGroupOffsets, () => create(DeleteShareGroupOffsetsResponse, { errorCode, errorMessage })],
]);

export const featuresOff: readonly ApiHandler[] = [...answers].map(([apiKey, answerTo]) => ({
  apiKey,
  handle(_state, request, context) {
    context.respond(request, answerTo(request.body));
  },
}));
