/**
 * DescribeGroups (15): classic groups with their members, as their coordinator has them.
 *
 * 1: throttle time. 2: throttling as in KIP-219. 3: authorized operations (KIP-430). 4: static members (KIP-345). 5: flexible.
 * 6: error text, and GROUP_ID_NOT_FOUND where earlier versions describe a dead group (KIP-1043).
 */
import { array, bool, bytes, int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const DescribeGroupsRequest = message('DescribeGroupsRequest', { apiKey: 15, versions: '0-6', flexible: '5+' }, {
  groups: array(string()),
  includeAuthorizedOperations: bool({ versions: '3+' }),
});
export type DescribeGroupsRequest = MessageOf<typeof DescribeGroupsRequest>;

export const DescribeGroupsResponse = message('DescribeGroupsResponse', { apiKey: 15, versions: '0-6', flexible: '5+' }, {
  throttleTimeMs: int32({ versions: '1+' }),
  groups: array({
    errorCode: int16(),
    errorMessage: string({ versions: '6+', nullable: '6+', default: null }),
    groupId: string(),
    groupState: string(),
    protocolType: string(),
    protocolData: string(),
    members: array({
      memberId: string(),
      groupInstanceId: string({ versions: '4+', nullable: '4+', default: null }),
      clientId: string(),
      clientHost: string(),
      memberMetadata: bytes(),
      memberAssignment: bytes(),
    }),
    authorizedOperations: int32({ versions: '3+', default: -2_147_483_648 }),
  }),
});
export type DescribeGroupsResponse = MessageOf<typeof DescribeGroupsResponse>;
