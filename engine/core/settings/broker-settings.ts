/** Every setting of a broker that clients can see described (Kafka: KafkaConfig), gathered from the themes beside. */
import type { SettingValues } from '#engine/core/settings/setting-definition.ts';
import { groupSettings } from '#engine/core/settings/broker/group-settings.ts';
import { logSettings } from '#engine/core/settings/broker/log-settings.ts';
import { networkSettings } from '#engine/core/settings/broker/network-settings.ts';
import { quorumSettings } from '#engine/core/settings/broker/quorum-settings.ts';
import { remoteStorageSettings } from '#engine/core/settings/broker/remote-storage-settings.ts';
import { replicationSettings } from '#engine/core/settings/broker/replication-settings.ts';
import { securitySettings } from '#engine/core/settings/broker/security-settings.ts';
import { shareGroupSettings } from '#engine/core/settings/broker/share-group-settings.ts';
import { transactionSettings } from '#engine/core/settings/broker/transaction-settings.ts';

export const brokerSettings = {
  ...quorumSettings,
  ...replicationSettings,
  ...logSettings,
  ...groupSettings,
  ...transactionSettings,
  ...networkSettings,
  ...shareGroupSettings,
  ...remoteStorageSettings,
  ...securitySettings,
} as const;

export type BrokerSettings = SettingValues<typeof brokerSettings>;
export type BrokerSettingName = keyof BrokerSettings;
