/**
 * Heartbeat (12): a member of a classic group is alive, and learns of a rebalance.
 *
 * 1: throttle time. 2: throttling as in KIP-219. 3: static members (KIP-345). 4: flexible.
 */
import { int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const HeartbeatRequest = message('HeartbeatRequest', { apiKey: 12, versions: '0-4', flexible: '4+' }, {
  groupId: string(),
  generationId: int32(),
  memberId: string(),
  groupInstanceId: string({ versions: '3+', nullable: '3+', default: null }),
});
export type HeartbeatRequest = MessageOf<typeof HeartbeatRequest>;

export const HeartbeatResponse = message('HeartbeatResponse', { apiKey: 12, versions: '0-4', flexible: '4+' }, {
  throttleTimeMs: int32({ versions: '1+' }),
  errorCode: int16(),
});
export type HeartbeatResponse = MessageOf<typeof HeartbeatResponse>;
