/**
 * ListGroups (16): the groups that the asked broker coordinates.
 *
 * 1: throttle time. 2: throttling as in KIP-219. 3: flexible. 4: states, and a filter by them (KIP-518). 5: types, and a filter by them (KIP-848).
 */
import { array, int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const ListGroupsRequest = message('ListGroupsRequest', { apiKey: 16, versions: '0-5', flexible: '3+' }, {
  statesFilter: array(string(), { versions: '4+' }),
  typesFilter: array(string(), { versions: '5+' }),
});
export type ListGroupsRequest = MessageOf<typeof ListGroupsRequest>;

export const ListGroupsResponse = message('ListGroupsResponse', { apiKey: 16, versions: '0-5', flexible: '3+' }, {
  throttleTimeMs: int32({ versions: '1+' }),
  errorCode: int16(),
  groups: array({
    groupId: string(),
    protocolType: string(),
    groupState: string({ versions: '4+' }),
    groupType: string({ versions: '5+' }),
  }),
});
export type ListGroupsResponse = MessageOf<typeof ListGroupsResponse>;
