/**
 * UpdateFeatures: the levels of the cluster's features (Kafka: FeatureControlManager; KIP-584, KIP-778). All changes of a
 * request are made, or none. Every node here supports the same levels, so one look at its own answers for all.
 *
 * metadata.version is at the newest level from the start, and Kafka lets nobody lower it, because each level so far has
 * brought records that the one before does not know. What can change is eligible leader replicas: switched on, every broker
 * must reckon with one min.insync.replicas (see bootstrap.ts); switched off, nobody is eligible any more.
 */
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { UpdateFeaturesRequest, UpdateFeaturesResponse } from '#engine/protocol/messages/57-update-features.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import { brokerOverrides, ConfigResourceType } from '#engine/core/metadata/image.ts';
import { metadataRecord, type MetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { supportedFeatures } from '#engine/core/metadata/supported-features.ts';
import { decideAndAnswer, type ActiveController } from '#engine/core/controller/active-controller.ts';
import { RequestError } from '#engine/core/controller/request-error.ts';
import { elrFeature } from '#engine/core/controller/topic-policy.ts';

const metadataVersion = 'metadata.version';
/** FeatureUpdate.UpgradeType. */
const UpgradeType = { UPGRADE: 1, SAFE_DOWNGRADE: 2, UNSAFE_DOWNGRADE: 3 } as const;

interface Update {
  feature: string;
  level: number;
  upgradeType: number;
}

export function updateFeatures(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const body = request.body as UpdateFeaturesRequest;
  const updates = body.featureUpdates.map(({ feature, maxVersionLevel, upgradeType }): Update => ({ feature, level: maxVersionLevel, upgradeType }));
  const records: MetadataRecord[] = [];
  try {
    for (const update of updates) records.push(...recordsOf(active, update));
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const errorMessage = `The update failed for all features since the following feature had an error: ${error.message}`;
    const refusal: UpdateFeaturesResponse = { throttleTimeMs: 0, errorCode: error.code, errorMessage, results: [] };
    return decideAndAnswer(active, request, [], refusal, context);
  }
  // Kafka puts the name of "no error" where a message would be; from version 2 on there is one answer for all.
  const results = request.apiVersion >= 2 ? [] : [...new Set(updates.map(({ feature }) => feature))].map((feature) => ({ feature, errorCode: ErrorCode.NONE, errorMessage: 'NONE' }));
  const answer: UpdateFeaturesResponse = { throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: null, results };
  decideAndAnswer(active, request, body.validateOnly ? [] : records, answer, context);
}

function recordsOf(active: ActiveController, update: Update): MetadataRecord[] {
  const { feature, level } = update;
  const current = active.image.features.get(feature) ?? 0;
  const problem = problemOf(active, update, current);
  if (problem !== undefined) throw new RequestError(ErrorCode.INVALID_UPDATE_VERSION, `Invalid update version ${level} for feature ${feature}. ${problem}`);
  if (level === current) return [];
  if (feature === metadataVersion) throw new RequestError(ErrorCode.INVALID_UPDATE_VERSION, metadataRefusal(current, update));
  return [metadataRecord('FeatureLevelRecord', { name: feature, featureLevel: level }), ...(feature === elrFeature ? elrRecords(active, level) : [])];
}

function problemOf(active: ActiveController, { feature, level, upgradeType }: Update, current: number): string | undefined {
  const isDowngrade = upgradeType === UpgradeType.SAFE_DOWNGRADE || upgradeType === UpgradeType.UNSAFE_DOWNGRADE;
  if (upgradeType !== UpgradeType.UPGRADE && !isDowngrade) return 'The controller does not support the given upgrade type.';
  if (level < 0) return 'A feature version cannot be less than 0.';
  const supported = supportedFeatures.find(({ name }) => name === feature);
  const controller = `Local controller ${active.quorum.nodeId}`;
  if (supported === undefined) return level === 0 ? `Feature ${feature} not found.` : `${controller} does not support this feature.`;
  if (level < supported.min || level > supported.max) return `${controller} only supports versions ${supported.min}-${supported.max}`;
  if (level < current && !isDowngrade) return "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.";
  if (level > current && isDowngrade) return "Can't downgrade to a newer version.";
  return undefined;
}

function metadataRefusal(current: number, { level, upgradeType }: Update): string {
  const why = upgradeType === UpgradeType.UNSAFE_DOWNGRADE
    ? 'Unsafe metadata downgrade is not supported in this version.'
    : 'Refusing to perform the requested downgrade because it might delete metadata information.';
  return `Unsupported metadata.version downgrade from ${current} to ${level}. ${why}`;
}

function elrRecords(active: ActiveController, level: number): MetadataRecord[] {
  if (level === 0) return [metadataRecord('ClearElrRecord', { topicName: '' })];
  const cluster = brokerOverrides(active.image, null)['min.insync.replicas'] === undefined ? [minIsrRecord('', String(active.settings['min.insync.replicas']))] : [];
  const brokers = [...active.image.brokers.keys()].filter((id) => brokerOverrides(active.image, id)['min.insync.replicas'] !== undefined);
  return [...cluster, ...brokers.map((id) => minIsrRecord(String(id), null))];
}

function minIsrRecord(resourceName: string, value: string | null): MetadataRecord {
  return metadataRecord('ConfigRecord', { resourceType: ConfigResourceType.BROKER, resourceName, name: 'min.insync.replicas', value });
}
