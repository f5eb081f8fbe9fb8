/**
 * ApiVersions (18).
 */
import { array, bool, int16, int32, int64, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const ApiVersionsRequest = message('ApiVersionsRequest', { apiKey: 18, versions: '0-4', flexible: '3+' }, {
  clientSoftwareName: string({ versions: '3+' }),
  clientSoftwareVersion: string({ versions: '3+' }),
});
export type ApiVersionsRequest = MessageOf<typeof ApiVersionsRequest>;

export const ApiVersionsResponse = message('ApiVersionsResponse', { apiKey: 18, versions: '0-4', flexible: '3+' }, {
  errorCode: int16(),
  apiKeys: array({ apiKey: int16(), minVersion: int16(), maxVersion: int16() }),
  throttleTimeMs: int32({ versions: '1+' }),
  supportedFeatures: array({ name: string(), minVersion: int16(), maxVersion: int16() }, { tagged: '3+', tag: 0 }),
  finalizedFeaturesEpoch: int64({ tagged: '3+', tag: 1, default: -1n }),
  finalizedFeatures: array({ name: string(), maxVersionLevel: int16(), minVersionLevel: int16() }, { tagged: '3+', tag: 2 }),
  zkMigrationReady: bool({ tagged: '3+', tag: 3 }),
});
export type ApiVersionsResponse = MessageOf<typeof ApiVersionsResponse>;
