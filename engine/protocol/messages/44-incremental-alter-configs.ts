/**
 * IncrementalAlterConfigs (44): single dynamic settings are set (0), deleted (1), or extended by (2) or relieved of (3) list entries (KIP-339).
 *
 * 1: flexible.
 */
import { array, bool, int16, int32, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const IncrementalAlterConfigsRequest = message('IncrementalAlterConfigsRequest', { apiKey: 44, versions: '0-1', flexible: '1+' }, {
  resources: array({
    resourceType: int8(),
    resourceName: string(),
    configs: array({ name: string(), configOperation: int8(), value: string({ nullable: '0+' }) }),
  }),
  validateOnly: bool(),
});
export type IncrementalAlterConfigsRequest = MessageOf<typeof IncrementalAlterConfigsRequest>;

export const IncrementalAlterConfigsResponse = message('IncrementalAlterConfigsResponse', { apiKey: 44, versions: '0-1', flexible: '1+' }, {
  throttleTimeMs: int32(),
  responses: array({
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    resourceType: int8(),
    resourceName: string(),
  }),
});
export type IncrementalAlterConfigsResponse = MessageOf<typeof IncrementalAlterConfigsResponse>;
