/**
 * ListPartitionReassignments (46): the moves that are under way (KIP-455). Flexible from the start.
 */
import { array, int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const ListPartitionReassignmentsRequest = message('ListPartitionReassignmentsRequest', { apiKey: 46, versions: '0', flexible: '0+' }, {
  timeoutMs: int32({ default: 60_000 }),
  topics: array({ name: string(), partitionIndexes: array(int32()) }, { nullable: '0+', default: null }),
});
export type ListPartitionReassignmentsRequest = MessageOf<typeof ListPartitionReassignmentsRequest>;

export const ListPartitionReassignmentsResponse = message('ListPartitionReassignmentsResponse', { apiKey: 46, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+' }),
  topics: array({
    name: string(),
    partitions: array({
      partitionIndex: int32(),
      replicas: array(int32()),
      addingReplicas: array(int32()),
      removingReplicas: array(int32()),
    }),
  }),
});
export type ListPartitionReassignmentsResponse = MessageOf<typeof ListPartitionReassignmentsResponse>;
