/**
 * LeaveGroup (13): members leave a classic group at once, without waiting for their session to end.
 *
 * 1: throttle time. 2: throttling as in KIP-219. 3: several members, by member id or by instance id (KIP-345). 4: flexible. 5: reason (KIP-800).
 */
import { array, int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const LeaveGroupRequest = message('LeaveGroupRequest', { apiKey: 13, versions: '0-5', flexible: '4+' }, {
  groupId: string(),
  /** The one member that leaves, before a request could carry several. */
  memberId: string({ versions: '0-2' }),
  members: array({
    memberId: string(),
    groupInstanceId: string({ nullable: '3+', default: null }),
    reason: string({ versions: '5+', nullable: '5+', default: null }),
  }, { versions: '3+' }),
});
export type LeaveGroupRequest = MessageOf<typeof LeaveGroupRequest>;

export const LeaveGroupResponse = message('LeaveGroupResponse', { apiKey: 13, versions: '0-5', flexible: '4+' }, {
  throttleTimeMs: int32({ versions: '1+' }),
  errorCode: int16(),
  members: array({ memberId: string(), groupInstanceId: string({ nullable: '3+' }), errorCode: int16() }, { versions: '3+' }),
});
export type LeaveGroupResponse = MessageOf<typeof LeaveGroupResponse>;
