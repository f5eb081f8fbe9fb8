/**
 * EndQuorumEpoch (54): a leader of the quorum resigns and says who should come next (KIP-595).
 *
 * 1: flexible; candidates by id and directory, addresses (KIP-853).
 */
import { array, int16, int32, message, string, uint16, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const EndQuorumEpochRequest = message('EndQuorumEpochRequest', { apiKey: 54, versions: '0-1', flexible: '1+' }, {
  clusterId: string({ nullable: '0+', default: null }),
  topics: array({
    topicName: string(),
    partitions: array({
      partitionIndex: int32(),
      leaderId: int32(),
      leaderEpoch: int32(),
      preferredSuccessors: array(int32(), { versions: '0' }),
      preferredCandidates: array({ candidateId: int32(), candidateDirectoryId: uuid() }, { versions: '1+' }),
    }),
  }),
  leaderEndpoints: array({ name: string(), host: string(), port: uint16() }, { versions: '1+' }),
});
export type EndQuorumEpochRequest = MessageOf<typeof EndQuorumEpochRequest>;

export const EndQuorumEpochResponse = message('EndQuorumEpochResponse', { apiKey: 54, versions: '0-1', flexible: '1+' }, {
  errorCode: int16(),
  topics: array({
    topicName: string(),
    partitions: array({ partitionIndex: int32(), errorCode: int16(), leaderId: int32(), leaderEpoch: int32() }),
  }),
  nodeEndpoints: array({ nodeId: int32(), host: string(), port: uint16() }, { tagged: '1+', tag: 0 }),
});
export type EndQuorumEpochResponse = MessageOf<typeof EndQuorumEpochResponse>;
