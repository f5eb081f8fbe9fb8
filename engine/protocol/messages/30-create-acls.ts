/**
 * CreateAcls (30): new access control entries.
 *
 * 1: literal and prefixed names (KIP-290). 2: flexible. 3: entries for users (KIP-373).
 */
import { array, int16, int32, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const CreateAclsRequest = message('CreateAclsRequest', { apiKey: 30, versions: '1-3', flexible: '2+' }, {
  creations: array({
    resourceType: int8(),
    resourceName: string(),
    resourcePatternType: int8({ default: 3 }),
    principal: string(),
    host: string(),
    operation: int8(),
    permissionType: int8(),
  }),
});
export type CreateAclsRequest = MessageOf<typeof CreateAclsRequest>;

export const CreateAclsResponse = message('CreateAclsResponse', { apiKey: 30, versions: '1-3', flexible: '2+' }, {
  throttleTimeMs: int32(),
  results: array({ errorCode: int16(), errorMessage: string({ nullable: '0+' }) }),
});
export type CreateAclsResponse = MessageOf<typeof CreateAclsResponse>;
