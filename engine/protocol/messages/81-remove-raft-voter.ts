/**
 * RemoveRaftVoter (81): the quorum loses a voter (KIP-853).
 */
import { int16, int32, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const RemoveRaftVoterRequest = message('RemoveRaftVoterRequest', { apiKey: 81, versions: '0', flexible: '0+' }, {
  clusterId: string({ nullable: '0+' }),
  voterId: int32(),
  voterDirectoryId: uuid(),
});
export type RemoveRaftVoterRequest = MessageOf<typeof RemoveRaftVoterRequest>;

export const RemoveRaftVoterResponse = message('RemoveRaftVoterResponse', { apiKey: 81, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+' }),
});
export type RemoveRaftVoterResponse = MessageOf<typeof RemoveRaftVoterResponse>;
