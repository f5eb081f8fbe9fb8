/**
 * Vote (52): a candidate for the lead of the quorum asks for a voter's vote (KIP-595).
 *
 * 1: directory ids of voters, addresses (KIP-853). 2: pre-vote: would you vote for me, without a change of epoch (KIP-996).
 */
import { array, bool, int16, int32, int64, message, string, uint16, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const VoteRequest = message('VoteRequest', { apiKey: 52, versions: '0-2', flexible: '0+' }, {
  clusterId: string({ nullable: '0+', default: null }),
  voterId: int32({ versions: '1+', default: -1 }),
  topics: array({
    topicName: string(),
    partitions: array({
      partitionIndex: int32(),
      replicaEpoch: int32(),
      replicaId: int32(),
      replicaDirectoryId: uuid({ versions: '1+' }),
      voterDirectoryId: uuid({ versions: '1+' }),
      lastOffsetEpoch: int32(),
      lastOffset: int64(),
      preVote: bool({ versions: '2+' }),
    }),
  }),
});
export type VoteRequest = MessageOf<typeof VoteRequest>;

export const VoteResponse = message('VoteResponse', { apiKey: 52, versions: '0-2', flexible: '0+' }, {
  errorCode: int16(),
  topics: array({
    topicName: string(),
    partitions: array({
      partitionIndex: int32(),
      errorCode: int16(),
      leaderId: int32(),
      leaderEpoch: int32(),
      voteGranted: bool(),
    }),
  }),
  nodeEndpoints: array({ nodeId: int32(), host: string(), port: uint16() }, { tagged: '1+', tag: 0 }),
});
export type VoteResponse = MessageOf<typeof VoteResponse>;
