/**
 * SyncGroup (14): the leader of a classic group hands in the assignment, and every member gets its part.
 *
 * 1: throttle time. 2: throttling as in KIP-219. 3: static members (KIP-345). 4: flexible. 5: protocol type and name, both ways (KIP-559).
 */
import { array, bytes, int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const SyncGroupRequest = message('SyncGroupRequest', { apiKey: 14, versions: '0-5', flexible: '4+' }, {
  groupId: string(),
  generationId: int32(),
  memberId: string(),
  groupInstanceId: string({ versions: '3+', nullable: '3+', default: null }),
  protocolType: string({ versions: '5+', nullable: '5+', default: null }),
  protocolName: string({ versions: '5+', nullable: '5+', default: null }),
  /** From the leader alone; empty from all others. */
  assignments: array({ memberId: string(), assignment: bytes() }),
});
export type SyncGroupRequest = MessageOf<typeof SyncGroupRequest>;

export const SyncGroupResponse = message('SyncGroupResponse', { apiKey: 14, versions: '0-5', flexible: '4+' }, {
  throttleTimeMs: int32({ versions: '1+' }),
  errorCode: int16(),
  protocolType: string({ versions: '5+', nullable: '5+', default: null }),
  protocolName: string({ versions: '5+', nullable: '5+', default: null }),
  assignment: bytes(),
});
export type SyncGroupResponse = MessageOf<typeof SyncGroupResponse>;
