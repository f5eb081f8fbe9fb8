/**
 * LeaveGroup (13).
 */
import { array, int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const LeaveGroupRequest = message('LeaveGroupRequest', { apiKey: 13, versions: '0-5', flexible: '4+' }, {
  groupId: string(),
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
