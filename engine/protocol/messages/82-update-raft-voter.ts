/**
 * UpdateRaftVoter (82): a voter says which addresses and versions it has now (KIP-853).
 */
import { array, int16, int32, message, string, struct, uint16, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const UpdateRaftVoterRequest = message('UpdateRaftVoterRequest', { apiKey: 82, versions: '0', flexible: '0+' }, {
  clusterId: string({ nullable: '0+' }),
  currentLeaderEpoch: int32(),
  voterId: int32(),
  voterDirectoryId: uuid(),
  listeners: array({ name: string(), host: string(), port: uint16() }),
  kRaftVersionFeature: struct({ minSupportedVersion: int16(), maxSupportedVersion: int16() }),
});
export type UpdateRaftVoterRequest = MessageOf<typeof UpdateRaftVoterRequest>;

export const UpdateRaftVoterResponse = message('UpdateRaftVoterResponse', { apiKey: 82, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  currentLeader: struct({
    leaderId: int32({ default: -1 }),
    leaderEpoch: int32({ default: -1 }),
    host: string(),
    port: int32(),
  }, { tagged: '0+', tag: 0 }),
});
export type UpdateRaftVoterResponse = MessageOf<typeof UpdateRaftVoterResponse>;
