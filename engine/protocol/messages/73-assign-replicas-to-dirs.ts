/**
 * AssignReplicasToDirs (73): a broker says in which log directory its replicas lie (KIP-858).
 */
import { array, int16, int32, int64, message, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const AssignReplicasToDirsRequest = message('AssignReplicasToDirsRequest', { apiKey: 73, versions: '0', flexible: '0+' }, {
  brokerId: int32(),
  brokerEpoch: int64({ default: -1n }),
  directories: array({
    id: uuid(),
    topics: array({
      topicId: uuid(),
      partitions: array({ partitionIndex: int32() }),
    }),
  }),
});
export type AssignReplicasToDirsRequest = MessageOf<typeof AssignReplicasToDirsRequest>;

export const AssignReplicasToDirsResponse = message('AssignReplicasToDirsResponse', { apiKey: 73, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  directories: array({
    id: uuid(),
    topics: array({
      topicId: uuid(),
      partitions: array({ partitionIndex: int32(), errorCode: int16() }),
    }),
  }),
});
export type AssignReplicasToDirsResponse = MessageOf<typeof AssignReplicasToDirsResponse>;
