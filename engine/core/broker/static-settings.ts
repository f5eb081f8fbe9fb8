/**
 * What a broker's server.properties would hold besides its preset: what the user set, over what a cluster needs that is too
 * small for Kafka's defaults. Internal topics want three replicas; with fewer brokers they could never be created, so they
 * get as many as there are brokers, as the file that Kafka ships for a single broker has it.
 */
import type { BrokerConfig } from '#engine/core/broker/state.ts';

const defaultReplicationFactor = 3;

export function staticOverridesOf({ brokers, settings }: Pick<BrokerConfig, 'brokers' | 'settings'>): Record<string, string> {
  if (brokers.length >= defaultReplicationFactor) return settings;
  const replicationFactor = String(brokers.length);
  return {
    'offsets.topic.replication.factor': replicationFactor,
    'transaction.state.log.replication.factor': replicationFactor,
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': replicationFactor,
    'share.coordinator.state.topic.min.isr': '1',
    ...settings,
  };
}
