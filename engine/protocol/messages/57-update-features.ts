/**
 * UpdateFeatures (57): the cluster's feature levels are raised or lowered (KIP-584).
 *
 * 1: kind of the change (1 upgrade, 2 safe downgrade, 3 unsafe downgrade), and trying without doing (KIP-778). 2: one error for all: either
 * every change is made or none.
 */
import { array, bool, int16, int32, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const UpdateFeaturesRequest = message('UpdateFeaturesRequest', { apiKey: 57, versions: '0-2', flexible: '0+' }, {
  timeoutMs: int32({ default: 60_000 }),
  featureUpdates: array({
    feature: string(),
    maxVersionLevel: int16(),
    allowDowngrade: bool({ versions: '0' }),
    upgradeType: int8({ versions: '1+', default: 1 }),
  }),
  validateOnly: bool({ versions: '1+' }),
});
export type UpdateFeaturesRequest = MessageOf<typeof UpdateFeaturesRequest>;

export const UpdateFeaturesResponse = message('UpdateFeaturesResponse', { apiKey: 57, versions: '0-2', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+' }),
  results: array({ feature: string(), errorCode: int16(), errorMessage: string({ nullable: '0+' }) }, { versions: '0-1' }),
});
export type UpdateFeaturesResponse = MessageOf<typeof UpdateFeaturesResponse>;
