/**
 * AlterConfigs (33): replaces the whole set of a resource's dynamic settings. IncrementalAlterConfigs took its place.
 *
 * 1: throttling as in KIP-219. 2: flexible.
 */
import { array, bool, int16, int32, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const AlterConfigsRequest = message('AlterConfigsRequest', { apiKey: 33, versions: '0-2', flexible: '2+' }, {
  resources: array({
    resourceType: int8(),
    resourceName: string(),
    configs: array({ name: string(), value: string({ nullable: '0+' }) }),
  }),
  validateOnly: bool(),
});
export type AlterConfigsRequest = MessageOf<typeof AlterConfigsRequest>;

export const AlterConfigsResponse = message('AlterConfigsResponse', { apiKey: 33, versions: '0-2', flexible: '2+' }, {
  throttleTimeMs: int32(),
  responses: array({
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    resourceType: int8(),
    resourceName: string(),
  }),
});
export type AlterConfigsResponse = MessageOf<typeof AlterConfigsResponse>;
