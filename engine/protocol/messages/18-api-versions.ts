/**
 * ApiVersions (18): which APIs, in which versions, and which features. The first request on a connection.
 *
 * 1: throttle time. 2: throttling as in KIP-219. 3: flexible; name and version of the client's software (KIP-511); features (KIP-584).
 * 4: a feature whose least version is 0 may be listed (before, it broke clients).
 * The header of the answer is never flexible: the client does not yet know what it may read. An unknown version is answered in version 0
 * with UNSUPPORTED_VERSION and the list.
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
  /** Offset of the metadata log up to which the finalized features are known; -1: unknown. */
  finalizedFeaturesEpoch: int64({ tagged: '3+', tag: 1, default: -1n }),
  finalizedFeatures: array({ name: string(), maxVersionLevel: int16(), minVersionLevel: int16() }, { tagged: '3+', tag: 2 }),
  zkMigrationReady: bool({ tagged: '3+', tag: 3 }),
});
export type ApiVersionsResponse = MessageOf<typeof ApiVersionsResponse>;
