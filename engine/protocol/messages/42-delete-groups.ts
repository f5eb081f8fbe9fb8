/**
 * DeleteGroups (42): empty groups go, with their offsets.
 *
 * 1: throttling as in KIP-219. 2: flexible.
 */
import { array, int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const DeleteGroupsRequest = message('DeleteGroupsRequest', { apiKey: 42, versions: '0-2', flexible: '2+' }, {
  groupsNames: array(string()),
});
export type DeleteGroupsRequest = MessageOf<typeof DeleteGroupsRequest>;

export const DeleteGroupsResponse = message('DeleteGroupsResponse', { apiKey: 42, versions: '0-2', flexible: '2+' }, {
  throttleTimeMs: int32(),
  results: array({ groupId: string(), errorCode: int16() }),
});
export type DeleteGroupsResponse = MessageOf<typeof DeleteGroupsResponse>;
