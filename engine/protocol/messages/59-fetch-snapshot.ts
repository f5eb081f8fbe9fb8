/**
 * FetchSnapshot (59): a piece of a snapshot of the metadata log (KIP-630).
 *
 * 1: directory id of the replica, addresses (KIP-853).
 */
import { array, int16, int32, int64, message, records, string, struct, uint16, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const FetchSnapshotRequest = message('FetchSnapshotRequest', { apiKey: 59, versions: '0-1', flexible: '0+' }, {
  clusterId: string({ nullable: '0+', tagged: '0+', tag: 0, default: null }),
  replicaId: int32({ default: -1 }),
  maxBytes: int32({ default: 2_147_483_647 }),
  topics: array({
    name: string(),
    partitions: array({
      partition: int32(),
      currentLeaderEpoch: int32(),
      snapshotId: struct({ endOffset: int64(), epoch: int32() }),
      position: int64(),
      replicaDirectoryId: uuid({ tagged: '1+', tag: 0 }),
    }),
  }),
});
export type FetchSnapshotRequest = MessageOf<typeof FetchSnapshotRequest>;

export const FetchSnapshotResponse = message('FetchSnapshotResponse', { apiKey: 59, versions: '0-1', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  topics: array({
    name: string(),
    partitions: array({
      index: int32(),
      errorCode: int16(),
      snapshotId: struct({ endOffset: int64(), epoch: int32() }),
      currentLeader: struct({ leaderId: int32(), leaderEpoch: int32() }, { tagged: '0+', tag: 0 }),
      size: int64(),
      position: int64(),
      unalignedRecords: records(),
    }),
  }),
  nodeEndpoints: array({ nodeId: int32(), host: string(), port: uint16() }, { tagged: '1+', tag: 0 }),
});
export type FetchSnapshotResponse = MessageOf<typeof FetchSnapshotResponse>;
