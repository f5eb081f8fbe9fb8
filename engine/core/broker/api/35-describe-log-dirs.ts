/**
 * DescribeLogDirs (35): the one log directory of this broker with the sizes of its logs (KIP-113; Kafka:
 * ReplicaManager.describeLogDirs). Total and usable bytes are left out: a disk here has no size of its own.
 */
import { logDirectoryOf } from '#engine/core/broker/static-settings.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { PartitionState } from '#engine/core/replication/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { DescribeLogDirsRequest, DescribeLogDirsResponse } from '#engine/protocol/messages/35-describe-log-dirs.ts';

type TopicAnswer = DescribeLogDirsResponse['results'][number]['topics'][number];

export const describeLogDirs: ApiHandler = {
  apiKey: ApiKey.DescribeLogDirs,
  handle(state, request, context) {
    const body = request.body as DescribeLogDirsRequest;
    const asked = body.topics === null ? null : new Set(body.topics.flatMap(({ topic, partitions }) => partitions.map((index) => `${topic}-${index}`)));
    const response: DescribeLogDirsResponse = {
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      results: [
        {
          errorCode: ErrorCode.NONE,
          logDir: logDirectoryOf(state.config),
          topics: topicsOf(state, asked),
          totalBytes: -1n,
          usableBytes: -1n,
          isCordoned: false,
        },
      ],
    };
    context.respond(request, response);
  },
};

function topicsOf(state: BrokerState, asked: ReadonlySet<string> | null): TopicAnswer[] {
  const topics = new Map<string, TopicAnswer>();
  for (const partition of state.partitions.values()) {
    if (asked !== null && !asked.has(partition.key)) continue;
    const topic = topics.get(partition.topic) ?? { name: partition.topic, partitions: [] };
    topics.set(partition.topic, topic);
    topic.partitions.push({ partitionIndex: partition.partition, partitionSize: BigInt(partition.log.sizeBytes), offsetLag: lagOf(partition), isFutureKey: false });
  }
  return [...topics.values()];
}

function lagOf(partition: PartitionState): bigint {
  const { highWatermark, logEndOffset } = partition.log;
  return highWatermark > logEndOffset ? highWatermark - logEndOffset : 0n;
}
