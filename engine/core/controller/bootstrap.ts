/**
 * The first records of a new cluster (Kafka: BootstrapMetadata, ActivationRecordsGenerator): at which level each feature is, and its first users.
 *
 * With eligible leader replicas on, min.insync.replicas is also set for the cluster, because a broker's own value could no
 * longer be trusted to be the same everywhere (KIP-966).
 */
import type { BrokerSettings } from '#engine/core/settings/broker-settings.ts';
import { ConfigResourceType } from '#engine/core/metadata/image.ts';
import { metadataRecord, type MetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { elrFeature } from '#engine/core/controller/topic-policy.ts';

/**
 * Levels of a cluster that Kafka 4.3 formats with groups of the new protocol, share and streams groups and the second version of
 * transactions switched off, which brokers here do not support; 30 is metadata.version 4.3-IV0.
 */
export const featureLevels: Readonly<Record<string, number>> = {
  'metadata.version': 30,
  [elrFeature]: 1,
};

export function bootstrapRecords(settings: BrokerSettings, credentials: readonly MetadataRecord[] = []): MetadataRecord[] {
  const levels = Object.entries(featureLevels).map(([name, featureLevel]) => metadataRecord('FeatureLevelRecord', { name, featureLevel }));
  const minIsr = metadataRecord('ConfigRecord', {
    resourceType: ConfigResourceType.BROKER,
    resourceName: '',
    name: 'min.insync.replicas',
    value: String(settings['min.insync.replicas']),
  });
  return [metadataRecord('BeginTransactionRecord', { name: 'Bootstrap records' }), ...levels, minIsr, ...credentials, metadataRecord('EndTransactionRecord', {})];
}
