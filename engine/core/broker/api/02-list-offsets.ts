/**
 * ListOffsets (2): offsets by time, and the special "times" (Kafka: KafkaApis.handleListOffsetRequest,
 * Partition.fetchOffsetForTimestamp).
 *
 * -1 latest (high watermark; last stable offset for read_committed; log end for a replica), -2 earliest, -3 the record with
 * the largest timestamp, -4 earliest that is local, -5 latest that is tiered,
 * -6 earliest that waits to be tiered (there is no tier: none).
 * A new leader whose high watermark has not come to its epoch's start yet answers OFFSET_NOT_AVAILABLE rather than an
 * offset that could go back (KIP-207).
 */
import { epochForOffset, lastStableOffset, LogError, offsetForTimestamp, offsetOfMaxTimestamp } from '#engine/core/log/log.ts';
import { checkLeaderEpoch, findLeaderReplica, findReplica } from '#engine/core/broker/replica-manager.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { PartitionState } from '#engine/core/replication/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { ListOffsetsRequest, ListOffsetsResponse } from '#engine/protocol/messages/02-list-offsets.ts';

type Asked = ListOffsetsRequest['topics'][number]['partitions'][number];
type Answer = ListOffsetsResponse['topics'][number]['partitions'][number];

const latest = -1n;
const earliest = -2n;
const maxTimestamp = -3n;
const earliestLocal = -4n;
const latestTiered = -5n;
const earliestNotTiered = -6n;
const consumerReplicaId = -1;
const debuggingReplicaId = -2;

export const listOffsets: ApiHandler = {
  apiKey: ApiKey.ListOffsets,
  handle(state, request, context) {
    const body = request.body as ListOffsetsRequest;
    const isKnownLevel = body.isolationLevel === 0 || body.isolationLevel === 1;
    const seen = new Set<string>();
    const twice = new Set<string>();
    for (const topic of body.topics) {
      for (const { partitionIndex } of topic.partitions) {
        const key = `${topic.name}-${partitionIndex}`;
        (seen.has(key) ? twice : seen).add(key);
      }
    }
    const response: ListOffsetsResponse = {
      throttleTimeMs: 0,
      topics: body.topics.map((topic) => ({
        name: topic.name,
        partitions: distinct(topic.partitions).map((asked) =>
          // Kafka finds no words for a level of isolation that nobody knows.
          !isKnownLevel
            ? answerOf(asked, ErrorCode.UNKNOWN_SERVER_ERROR)
            : twice.has(`${topic.name}-${asked.partitionIndex}`)
            ? answerOf(asked, ErrorCode.INVALID_REQUEST)
            : listOne(state, body, request.apiVersion, topic.name, asked, context),
        ),
      })),
    };
    context.respond(request, response);
  },
};

/** A partition that is asked for twice is answered, and refused, once. */
function distinct(partitions: readonly Asked[]): readonly Asked[] {
  const byIndex = new Map(partitions.map((asked) => [asked.partitionIndex, asked]));
  return byIndex.size === partitions.length ? partitions : [...byIndex.values()];
}

function listOne(state: BrokerState, body: ListOffsetsRequest, apiVersion: number, topic: string, asked: Asked, context: BrokerContext): Answer {
  const find = body.replicaId === debuggingReplicaId ? findReplica : findLeaderReplica;
  const replica = find(state, topic, asked.partitionIndex);
  if (typeof replica === 'number') return answerOf(asked, replica);
  const epochError = checkLeaderEpoch(replica, asked.currentLeaderEpoch);
  if (epochError !== ErrorCode.NONE) return answerOf(asked, epochError);
  if (!isKnownTimestamp(asked.timestamp, apiVersion)) return answerOf(asked, ErrorCode.UNSUPPORTED_VERSION);
  try {
    return lookUp(replica, body, apiVersion, asked, context);
  } catch (error) {
    if (error instanceof LogError) return answerOf(asked, error.code);
    throw error;
  }
}

function isKnownTimestamp(timestamp: bigint, apiVersion: number): boolean {
  if (timestamp === maxTimestamp) return apiVersion >= 7;
  if (timestamp === earliestLocal) return apiVersion >= 8;
  if (timestamp === latestTiered) return apiVersion >= 9;
  if (timestamp === earliestNotTiered) return apiVersion >= 11;
  return timestamp >= earliest;
}

function lookUp(replica: PartitionState, body: ListOffsetsRequest, apiVersion: number, asked: Asked, context: BrokerContext): Answer {
  const { log } = replica;
  const readableEnd = endFor(replica, body);
  // Below its epoch's start a new leader's high watermark may still be that of the past: what it says could go back.
  const mayGoBack = body.replicaId === consumerReplicaId && replica.leaderEpochStartOffset > readableEnd;
  const notAvailable = () => answerOf(asked, apiVersion >= 5 ? ErrorCode.OFFSET_NOT_AVAILABLE : ErrorCode.LEADER_NOT_AVAILABLE);
  switch (asked.timestamp) {
    case latest:
      return mayGoBack ? notAvailable() : answerOf(asked, ErrorCode.NONE, readableEnd, -1n, replica.leaderEpoch);
    case earliest:
    case earliestLocal:
      return answerOf(asked, ErrorCode.NONE, log.logStartOffset, -1n, epochForOffset(log, log.logStartOffset));
    case latestTiered:
    case earliestNotTiered:
      return answerOf(asked, ErrorCode.NONE);
    default: {
      const found = asked.timestamp === maxTimestamp ? offsetOfMaxTimestamp(context.disk, log, context.compression) : offsetForTimestamp(context.disk, log, asked.timestamp, context.compression);
      if (found !== undefined && found.offset < readableEnd) return answerOf(asked, ErrorCode.NONE, found.offset, found.timestamp, found.leaderEpoch);
      return mayGoBack ? notAvailable() : answerOf(asked, ErrorCode.NONE);
    }
  }
}

function endFor({ log }: PartitionState, body: ListOffsetsRequest): bigint {
  if (body.replicaId !== consumerReplicaId) return log.logEndOffset;
  return body.isolationLevel === 1 ? lastStableOffset(log) : log.highWatermark;
}

function answerOf(asked: Asked, errorCode: number, offset = -1n, timestamp = -1n, leaderEpoch = -1): Answer {
  return { partitionIndex: asked.partitionIndex, errorCode, timestamp, offset, leaderEpoch };
}
