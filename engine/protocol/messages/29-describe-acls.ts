/**
 * DescribeAcls (29): the access control entries that a filter matches.
 *
 * 1: literal and prefixed names (KIP-290). 2: flexible. 3: entries for users (KIP-373).
 */
import { array, int16, int32, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const DescribeAclsRequest = message('DescribeAclsRequest', { apiKey: 29, versions: '1-3', flexible: '2+' }, {
  resourceTypeFilter: int8(),
  resourceNameFilter: string({ nullable: '0+' }),
  patternTypeFilter: int8({ default: 3 }),
  principalFilter: string({ nullable: '0+' }),
  hostFilter: string({ nullable: '0+' }),
  operation: int8(),
  permissionType: int8(),
});
export type DescribeAclsRequest = MessageOf<typeof DescribeAclsRequest>;

export const DescribeAclsResponse = message('DescribeAclsResponse', { apiKey: 29, versions: '1-3', flexible: '2+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+' }),
  resources: array({
    resourceType: int8(),
    resourceName: string(),
    patternType: int8({ default: 3 }),
    acls: array({ principal: string(), host: string(), operation: int8(), permissionType: int8() }),
  }),
});
export type DescribeAclsResponse = MessageOf<typeof DescribeAclsResponse>;
