/**
 * DeleteAcls (31): access control entries go, by filter.
 *
 * 1: literal and prefixed names (KIP-290). 2: flexible. 3: entries for users (KIP-373).
 */
import { array, int16, int32, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const DeleteAclsRequest = message('DeleteAclsRequest', { apiKey: 31, versions: '1-3', flexible: '2+' }, {
  filters: array({
    resourceTypeFilter: int8(),
    resourceNameFilter: string({ nullable: '0+' }),
    patternTypeFilter: int8({ default: 3 }),
    principalFilter: string({ nullable: '0+' }),
    hostFilter: string({ nullable: '0+' }),
    operation: int8(),
    permissionType: int8(),
  }),
});
export type DeleteAclsRequest = MessageOf<typeof DeleteAclsRequest>;

export const DeleteAclsResponse = message('DeleteAclsResponse', { apiKey: 31, versions: '1-3', flexible: '2+' }, {
  throttleTimeMs: int32(),
  filterResults: array({
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    matchingAcls: array({
      errorCode: int16(),
      errorMessage: string({ nullable: '0+' }),
      resourceType: int8(),
      resourceName: string(),
      patternType: int8({ default: 3 }),
      principal: string(),
      host: string(),
      operation: int8(),
      permissionType: int8(),
    }),
  }),
});
export type DeleteAclsResponse = MessageOf<typeof DeleteAclsResponse>;
