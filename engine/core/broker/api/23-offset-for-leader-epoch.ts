/** OffsetForLeaderEpoch (23): where a leader epoch ends here (KIP-101, KIP-320; Kafka: Partition.lastOffsetForLeaderEpoch). */
import { endOffsetForEpoch } from '#engine/core/log/log.ts';
import { checkLeaderEpoch, findLeaderReplica } from '#engine/core/broker/replica-manager.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse } from '#engine/protocol/messages/23-offset-for-leader-epoch.ts';

type Asked = OffsetForLeaderEpochRequest['topics'][number]['partitions'][number];
type Answer = OffsetForLeaderEpochResponse['topics'][number]['partitions'][number];

export const offsetForLeaderEpoch: ApiHandler = {
  apiKey: ApiKey.OffsetForLeaderEpoch,
  handle(state, request, context) {
    const body = request.body as OffsetForLeaderEpochRequest;
    const response: OffsetForLeaderEpochResponse = {
      throttleTimeMs: 0,
      topics: body.topics.map(({ topic, partitions }) => ({ topic, partitions: partitions.map((asked) => endOf(state, topic, asked)) })),
    };
    context.respond(request, response);
  },
};

function endOf(state: BrokerState, topic: string, asked: Asked): Answer {
  const replica = findLeaderReplica(state, topic, asked.partition);
  const errorCode = typeof replica === 'number' ? replica : checkLeaderEpoch(replica, asked.currentLeaderEpoch);
  if (typeof replica === 'number' || errorCode !== ErrorCode.NONE) return { errorCode, partition: asked.partition, leaderEpoch: -1, endOffset: -1n };
  const end = endOffsetForEpoch(replica.log, asked.leaderEpoch);
  return { errorCode, partition: asked.partition, leaderEpoch: end.leaderEpoch, endOffset: end.endOffset };
}
