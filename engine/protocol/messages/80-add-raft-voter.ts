/**
 * AddRaftVoter (80): the quorum gets another voter (KIP-853).
 *
 * 1: whether the answer waits until the change is committed.
 */
import { array, bool, int16, int32, message, string, uint16, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const AddRaftVoterRequest = message('AddRaftVoterRequest', { apiKey: 80, versions: '0-1', flexible: '0+' }, {
  clusterId: string({ nullable: '0+' }),
  timeoutMs: int32(),
  voterId: int32(),
  voterDirectoryId: uuid(),
  listeners: array({ name: string(), host: string(), port: uint16() }),
  ackWhenCommitted: bool({ versions: '1+', default: true }),
});
export type AddRaftVoterRequest = MessageOf<typeof AddRaftVoterRequest>;

export const AddRaftVoterResponse = message('AddRaftVoterResponse', { apiKey: 80, versions: '0-1', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+' }),
});
export type AddRaftVoterResponse = MessageOf<typeof AddRaftVoterResponse>;
