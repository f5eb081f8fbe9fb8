/**
 * DescribeQuorum (55): voters and observers of the quorum with their log end offsets, as its leader has them (KIP-595).
 *
 * 1: when each last fetched, and last had caught up (KIP-836). 2: directory ids, error texts, addresses (KIP-853).
 */
import { array, int16, int32, int64, message, string, uint16, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const DescribeQuorumRequest = message('DescribeQuorumRequest', { apiKey: 55, versions: '0-2', flexible: '0+' }, {
  topics: array({
    topicName: string(),
    partitions: array({ partitionIndex: int32() }),
  }),
});
export type DescribeQuorumRequest = MessageOf<typeof DescribeQuorumRequest>;

const replicaState = {
  replicaId: int32(),
  replicaDirectoryId: uuid({ versions: '2+' }),
  logEndOffset: int64(),
  lastFetchTimestamp: int64({ versions: '1+', default: -1n }),
  lastCaughtUpTimestamp: int64({ versions: '1+', default: -1n }),
};

export const DescribeQuorumResponse = message('DescribeQuorumResponse', { apiKey: 55, versions: '0-2', flexible: '0+' }, {
  errorCode: int16(),
  errorMessage: string({ versions: '2+', nullable: '2+' }),
  topics: array({
    topicName: string(),
    partitions: array({
      partitionIndex: int32(),
      errorCode: int16(),
      errorMessage: string({ versions: '2+', nullable: '2+' }),
      leaderId: int32(),
      leaderEpoch: int32(),
      highWatermark: int64(),
      currentVoters: array(replicaState),
      observers: array(replicaState),
    }),
  }),
  nodes: array({
    nodeId: int32(),
    listeners: array({ name: string(), host: string(), port: uint16() }),
  }, { versions: '2+' }),
});
export type DescribeQuorumResponse = MessageOf<typeof DescribeQuorumResponse>;
