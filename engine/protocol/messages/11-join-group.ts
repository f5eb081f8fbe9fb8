/**
 * JoinGroup (11): a member of a classic group asks for a place in the next generation; the leader of the group gets the list of members.
 *
 * 1: rebalance timeout apart from the session timeout (KIP-62). 2: throttle time. 3: throttling as in KIP-219. 4: a first join is answered
 * with MEMBER_ID_REQUIRED and an id, and comes again (KIP-394). 5: static members (KIP-345). 6: flexible. 7: protocol type in the answer
 * (KIP-559). 8: reason (KIP-800). 9: the leader may skip the assignment, when a static leader came back (KIP-814).
 */
import { array, bool, bytes, int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const JoinGroupRequest = message('JoinGroupRequest', { apiKey: 11, versions: '0-9', flexible: '6+' }, {
  groupId: string(),
  sessionTimeoutMs: int32(),
  rebalanceTimeoutMs: int32({ versions: '1+', default: -1 }),
  /** Empty at the first join. */
  memberId: string(),
  groupInstanceId: string({ versions: '5+', nullable: '5+', default: null }),
  protocolType: string(),
  /** Every assignor that the member knows, in its order of preference. */
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
  /** For the leader alone; empty for all others. */
  members: array({
    memberId: string(),
    groupInstanceId: string({ versions: '5+', nullable: '5+', default: null }),
    metadata: bytes(),
  }),
});
export type JoinGroupResponse = MessageOf<typeof JoinGroupResponse>;
