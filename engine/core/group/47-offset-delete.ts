/**
 * OffsetDelete (47), version 0. Kafka: KafkaApis.handleOffsetDeleteRequest, OffsetMetadataManager.deleteOffsets. Offsets of a
 * topic that members consume stay (GROUP_SUBSCRIBED_TO_TOPIC); a group of another protocol type must be empty.
 */
import type { RequestMessage } from '#engine/core/node.ts';
import { appendRecords } from '#engine/core/group/append.ts';
import { CONSUMER_PROTOCOL_TYPE, subscribedTopics } from '#engine/core/group/classic-group.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { placeOfGroup } from '#engine/core/group/coordination.ts';
import type { ClassicGroup, OffsetChange } from '#engine/core/group/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { OffsetDeleteRequest, OffsetDeleteResponse } from '#engine/protocol/messages/47-offset-delete.ts';

export function offsetDelete(coordination: Coordination, request: RequestMessage): void {
  const { context } = coordination;
  const body = request.body as OffsetDeleteRequest;
  const refuse = (errorCode: number) => context.respond(request, { errorCode, throttleTimeMs: 0, topics: [] } satisfies OffsetDeleteResponse);
  if (body.groupId === '') return refuse(ErrorCode.INVALID_GROUP_ID);
  const place = placeOfGroup(coordination, body.groupId);
  if (typeof place === 'number') return refuse(place);
  const { group, partition } = place;
  if (group === undefined || group.state === 'Dead') return refuse(ErrorCode.GROUP_ID_NOT_FOUND);
  if (group.state !== 'Empty' && group.protocolType !== CONSUMER_PROTOCOL_TYPE) return refuse(ErrorCode.NON_EMPTY_GROUP);
  const { response, offsets } = deletionsOf(coordination, body, group);
  const stored = partition.offsets.get(body.groupId);
  const existing = offsets.filter(({ topic, partition: index }) => (stored?.get(topic)?.get(index)?.latest ?? null) !== null);
  if (existing.length === 0) return context.respond(request, response);
  const errorCode = appendRecords(coordination, { partition, offsets: existing, completion: { kind: 'offsetDelete', request, body: response } });
  if (errorCode !== ErrorCode.NONE) refuse(errorCode);
}

function deletionsOf({ host }: Coordination, body: OffsetDeleteRequest, group: ClassicGroup): { response: OffsetDeleteResponse; offsets: OffsetChange[] } {
  const offsets: OffsetChange[] = [];
  const isConsumed = consumes(group);
  const topics = body.topics.map(({ name, partitions }) => {
    const isKnown = (index: number) => index >= 0 && index < (host.partitionCountOf(name) ?? 0);
    const known = partitions.map(({ partitionIndex }) => partitionIndex).filter(isKnown);
    // In Kafka's order: what the broker refuses by itself comes first.
    const unknown = partitions.map(({ partitionIndex }) => partitionIndex).filter((index) => !isKnown(index));
    if (!isConsumed(name)) offsets.push(...known.map((partition) => ({ group: body.groupId, topic: name, partition, value: null })));
    const verdict = isConsumed(name) ? ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC : ErrorCode.NONE;
    return {
      name,
      partitions: [
        ...unknown.map((partitionIndex) => ({ partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION })),
        ...known.map((partitionIndex) => ({ partitionIndex, errorCode: verdict })),
      ],
    };
  });
  return { response: { errorCode: ErrorCode.NONE, throttleTimeMs: 0, topics }, offsets };
}

/** When the members' topics cannot be told, every topic may be one of them. */
function consumes(group: ClassicGroup): (topic: string) => boolean {
  if (group.state === 'Empty') return () => false;
  const topics = subscribedTopics(group);
  return (topic) => topics?.has(topic) ?? true;
}

export function completeOffsetDelete({ context }: Coordination, request: RequestMessage, response: OffsetDeleteResponse, errorCode: number): void {
  context.respond(request, errorCode === ErrorCode.NONE ? response : { errorCode, throttleTimeMs: 0, topics: [] });
}
