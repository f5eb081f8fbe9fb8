/**
 * AlterReplicaLogDirs (34): moves replicas to another log directory of their broker (KIP-113; Kafka:
 * ReplicaManager.alterReplicaLogDirs). A broker here has one: a replica that is told to be there is there already, and any
 * other directory does not exist.
 */
import { findReplica } from '#engine/core/broker/replica-manager.ts';
import { logDirectoryOf } from '#engine/core/broker/static-settings.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse } from '#engine/protocol/messages/34-alter-replica-log-dirs.ts';

type Results = AlterReplicaLogDirsResponse['results'];

export const alterReplicaLogDirs: ApiHandler = {
  apiKey: ApiKey.AlterReplicaLogDirs,
  handle(state, request, context) {
    const response: AlterReplicaLogDirsResponse = { throttleTimeMs: 0, results: resultsOf(state, request.body as AlterReplicaLogDirsRequest) };
    context.respond(request, response);
  },
};

/** Where a replica is named for several directories, the last one counts. */
function resultsOf(state: BrokerState, { dirs }: AlterReplicaLogDirsRequest): Results {
  const targets = new Map<string, Map<number, string>>();
  for (const { path, topics } of dirs) {
    for (const { name, partitions } of topics) {
      const ofTopic = targets.get(name) ?? new Map<number, string>();
      targets.set(name, ofTopic);
      for (const partition of partitions) ofTopic.set(partition, path);
    }
  }
  return [...targets].map(([topicName, partitions]) => ({
    topicName,
    partitions: [...partitions].map(([partitionIndex, path]) => ({ partitionIndex, errorCode: errorOf(state, topicName, partitionIndex, path) })),
  }));
}

function errorOf(state: BrokerState, topic: string, partition: number, path: string): number {
  if (path !== logDirectoryOf(state.config)) return ErrorCode.LOG_DIR_NOT_FOUND;
  const replica = findReplica(state, topic, partition);
  return typeof replica === 'number' ? replica : ErrorCode.NONE;
}
