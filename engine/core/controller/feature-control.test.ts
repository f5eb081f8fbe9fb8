import { describe, expect, test } from 'vitest';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import { UpdateFeaturesRequest, type UpdateFeaturesResponse } from '#engine/protocol/messages/57-update-features.ts';
import { brokerOverrides } from '#engine/core/metadata/image.ts';
import { ControllerCluster } from '#engine/testing/controller-cluster.ts';
import { liveBroker } from '#engine/testing/controller-requests.ts';

const elr = 'eligible.leader.replicas.version';
const [upgrade, safeDowngrade, unsafeDowngrade] = [1, 2, 3];

function newCluster(): ControllerCluster {
  const cluster = new ControllerCluster({ voters: [1], settings: { 'metadata.max.idle.interval.ms': '0' } });
  for (const id of [1, 2]) liveBroker(cluster, id);
  return cluster;
}

function update(cluster: ControllerCluster, updates: [string, number, number][], more: { validateOnly?: boolean } = {}, apiVersion = 2): UpdateFeaturesResponse {
  const featureUpdates = updates.map(([feature, maxVersionLevel, upgradeType]) => ({ feature, maxVersionLevel, upgradeType }));
  return cluster.call<UpdateFeaturesResponse>(ApiKey.UpdateFeatures, apiVersion, create(UpdateFeaturesRequest, { featureUpdates, ...more }));
}

function levelOf(cluster: ControllerCluster, feature: string): number {
  return cluster.controller()!.image.features.get(feature) ?? 0;
}

describe('UpdateFeatures', () => {
  test.each([
    ['a feature that nobody knows', 'no.such.version', 1, upgrade, 'does not support this feature'],
    ['a level below the range', 'metadata.version', 6, safeDowngrade, 'only supports versions 7-30'],
    ['a level above the range', elr, 2, upgrade, 'only supports versions 0-1'],
    ['a mechanism that is not built', 'group.version', 1, upgrade, 'only supports versions 0-0'],
    ['a negative level', elr, -1, upgrade, 'cannot be less than 0'],
    ['a lower level that is called an upgrade', elr, 0, upgrade, "Can't downgrade the version of this feature"],
    ['a kind of change that does not exist', elr, 1, 4, 'does not support the given upgrade type'],
    ['metadata.version lowered safely', 'metadata.version', 29, safeDowngrade, 'from 30 to 29. Refusing'],
    ['metadata.version lowered unsafely', 'metadata.version', 29, unsafeDowngrade, 'Unsafe metadata downgrade is not supported'],
  ])('refuses %s', (_what, feature, level, upgradeType, words) => {
    const cluster = newCluster();
    const before = new Map(cluster.controller()!.image.features);
    const answer = update(cluster, [[elr, 1, upgrade], [feature, level, upgradeType]]);
    expect(answer.errorCode).toBe(ErrorCode.INVALID_UPDATE_VERSION);
    expect(answer.errorMessage).toContain(words);
    expect(cluster.controller()!.image.features).toEqual(before);
  });

  test('takes a level that is there already, and answers each feature only up to version 1', () => {
    const cluster = newCluster();
    expect(update(cluster, [[elr, 1, upgrade], ['metadata.version', 30, upgrade]])).toMatchObject({ errorCode: ErrorCode.NONE, results: [] });
    expect(update(cluster, [[elr, 1, upgrade]], {}, 1).results).toEqual([{ feature: elr, errorCode: ErrorCode.NONE, errorMessage: 'NONE' }]);
  });

  test('changes nothing when it is only to be tried', () => {
    const cluster = newCluster();
    expect(update(cluster, [[elr, 0, safeDowngrade]], { validateOnly: true }).errorCode).toBe(ErrorCode.NONE);
    expect(levelOf(cluster, elr)).toBe(1);
  });

  test('switches eligible leader replicas off and on, and on again one min.insync.replicas holds for all brokers', () => {
    const cluster = newCluster();
    expect(update(cluster, [[elr, 0, safeDowngrade]]).errorCode).toBe(ErrorCode.NONE);
    expect(levelOf(cluster, elr)).toBe(0);
    expect(update(cluster, [[elr, 1, safeDowngrade]]).errorMessage).toContain("Can't downgrade to a newer version.");
    expect(update(cluster, [[elr, 1, upgrade]]).errorCode).toBe(ErrorCode.NONE);
    expect(levelOf(cluster, elr)).toBe(1);
    expect(brokerOverrides(cluster.controller()!.image, null)['min.insync.replicas']).toBe('1');
  });
});
