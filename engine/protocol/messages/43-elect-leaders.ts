/**
 * ElectLeaders (43): a preferred (0) or unclean (1) election is held now.
 *
 * 0: preferred only. 1: type of the election, an error of the whole answer (KIP-460). 2: flexible. Null instead of topics means every partition.
 */
import { array, int16, int32, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const ElectLeadersRequest = message('ElectLeadersRequest', { apiKey: 43, versions: '0-2', flexible: '2+' }, {
  electionType: int8({ versions: '1+' }),
  topicPartitions: array({ topic: string(), partitions: array(int32()) }, { nullable: '0+' }),
  timeoutMs: int32({ default: 60_000 }),
});
export type ElectLeadersRequest = MessageOf<typeof ElectLeadersRequest>;

export const ElectLeadersResponse = message('ElectLeadersResponse', { apiKey: 43, versions: '0-2', flexible: '2+' }, {
  throttleTimeMs: int32(),
  errorCode: int16({ versions: '1+' }),
  replicaElectionResults: array({
    topic: string(),
    partitionResult: array({ partitionId: int32(), errorCode: int16(), errorMessage: string({ nullable: '0+' }) }),
  }),
});
export type ElectLeadersResponse = MessageOf<typeof ElectLeadersResponse>;
