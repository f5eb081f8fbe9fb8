/**
 * AlterReplicaLogDirs (34): replicas move between the log directories of one broker (KIP-113).
 *
 * 1: throttling as in KIP-219. 2: flexible.
 */
import { array, int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const AlterReplicaLogDirsRequest = message('AlterReplicaLogDirsRequest', { apiKey: 34, versions: '1-2', flexible: '2+' }, {
  dirs: array({
    path: string(),
    topics: array({ name: string(), partitions: array(int32()) }),
  }),
});
export type AlterReplicaLogDirsRequest = MessageOf<typeof AlterReplicaLogDirsRequest>;

export const AlterReplicaLogDirsResponse = message('AlterReplicaLogDirsResponse', { apiKey: 34, versions: '1-2', flexible: '2+' }, {
  throttleTimeMs: int32(),
  results: array({
    topicName: string(),
    partitions: array({ partitionIndex: int32(), errorCode: int16() }),
  }),
});
export type AlterReplicaLogDirsResponse = MessageOf<typeof AlterReplicaLogDirsResponse>;
