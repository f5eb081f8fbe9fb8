/**
 * AlterPartitionReassignments (45): partitions move to other replicas; null instead of replicas cancels a move (KIP-455).
 *
 * Flexible from the start. 1: a change of the replication factor can be forbidden (KIP-860).
 */
import { array, bool, int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const AlterPartitionReassignmentsRequest = message('AlterPartitionReassignmentsRequest', { apiKey: 45, versions: '0-1', flexible: '0+' }, {
  timeoutMs: int32({ default: 60_000 }),
  allowReplicationFactorChange: bool({ versions: '1+', default: true }),
  topics: array({
    name: string(),
    partitions: array({ partitionIndex: int32(), replicas: array(int32(), { nullable: '0+', default: null }) }),
  }),
});
export type AlterPartitionReassignmentsRequest = MessageOf<typeof AlterPartitionReassignmentsRequest>;

export const AlterPartitionReassignmentsResponse = message('AlterPartitionReassignmentsResponse', { apiKey: 45, versions: '0-1', flexible: '0+' }, {
  throttleTimeMs: int32(),
  allowReplicationFactorChange: bool({ versions: '1+', default: true }),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+' }),
  responses: array({
    name: string(),
    partitions: array({ partitionIndex: int32(), errorCode: int16(), errorMessage: string({ nullable: '0+' }) }),
  }),
});
export type AlterPartitionReassignmentsResponse = MessageOf<typeof AlterPartitionReassignmentsResponse>;
