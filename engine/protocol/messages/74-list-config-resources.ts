/**
 * ListConfigResources (74): the resources that have settings of their own.
 *
 * 0: those for client metrics only, under the name ListClientMetricsResources (KIP-1000). 1: every type of resource (KIP-1142).
 */
import { array, int16, int32, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const ListConfigResourcesRequest = message('ListConfigResourcesRequest', { apiKey: 74, versions: '0-1', flexible: '0+' }, {
  resourceTypes: array(int8(), { versions: '1+' }),
});
export type ListConfigResourcesRequest = MessageOf<typeof ListConfigResourcesRequest>;

export const ListConfigResourcesResponse = message('ListConfigResourcesResponse', { apiKey: 74, versions: '0-1', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  configResources: array({ resourceName: string(), resourceType: int8({ versions: '1+', default: 16 }) }),
});
export type ListConfigResourcesResponse = MessageOf<typeof ListConfigResourcesResponse>;
