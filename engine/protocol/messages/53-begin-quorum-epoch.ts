/**
 * BeginQuorumEpoch (53): a new leader of the quorum tells the voters of its epoch (KIP-595).
 *
 * 1: flexible; directory ids, addresses (KIP-853).
 */
import { array, int16, int32, message, string, uint16, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const BeginQuorumEpochRequest = message('BeginQuorumEpochRequest', { apiKey: 53, versions: '0-1', flexible: '1+' }, {
  clusterId: string({ nullable: '0+', default: null }),
  voterId: int32({ versions: '1+', default: -1 }),
  topics: array({
    topicName: string(),
    partitions: array({
      partitionIndex: int32(),
      voterDirectoryId: uuid({ versions: '1+' }),
      leaderId: int32(),
      leaderEpoch: int32(),
    }),
  }),
  leaderEndpoints: array({ name: string(), host: string(), port: uint16() }, { versions: '1+' }),
});
export type BeginQuorumEpochRequest = MessageOf<typeof BeginQuorumEpochRequest>;

export const BeginQuorumEpochResponse = message('BeginQuorumEpochResponse', { apiKey: 53, versions: '0-1', flexible: '1+' }, {
  errorCode: int16(),
  topics: array({
    topicName: string(),
    partitions: array({ partitionIndex: int32(), errorCode: int16(), leaderId: int32(), leaderEpoch: int32() }),
  }),
  nodeEndpoints: array({ nodeId: int32(), host: string(), port: uint16() }, { tagged: '1+', tag: 0 }),
});
export type BeginQuorumEpochResponse = MessageOf<typeof BeginQuorumEpochResponse>;
