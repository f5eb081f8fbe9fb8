/**
 * JoinGroup (11).
 */
import { array, bool, bytes, int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const JoinGroupRequest = message('JoinGroupRequest', { apiKey: 11, versions: '0-9', flexible: '6+' }, {
  groupId: string(),
  sessionTimeoutMs: int32(),
  rebalanceTimeoutMs: int32({ versions: '1+', default: -1 }),
  memberId: string(),
  groupInstanceId: string({ versions: '5+', nullable: '5+', default: null }),
  protocolType: string(),
  protocols: array({ name: string(), metadata: bytes() }),
  reason: string({ versions: '8+', nullable: '8+', default: null }),
});
export type JoinGroupRequest = MessageOf<typeof JoinGroupRequest>;

export const JoinGroupResponse = message('JoinGroupResponse', { apiKey: 11, versions: '0-9', flexible: '6+' }, {
  throttleTimeMs: int32({ versions: '2+' }),
  errorCode: int16(),
  generationId: int32({ default: -1 }),
  protocolType: string({ versions: '7+', nullable: '7+', default: null }),
  protocolName: string({ nullable: '7+' }),
  leader: string(),
  skipAssignment: bool({ versions: '9+' }),
  memberId: string(),
  members: array({
    memberId: string(),
    groupInstanceId: string({ versions: '5+', nullable: '5+', default: null }),
    metadata: bytes(),
  }),
});
export type JoinGroupResponse = MessageOf<typeof JoinGroupResponse>;
