/**
 * What a broker's server.properties would hold besides its preset: what the user set, over what a cluster needs that is too
 * small for Kafka's defaults. Internal topics want three replicas; with fewer brokers they could never be created, so they
 * get as many as there are brokers, as the file that Kafka ships for a single broker has it.
 */
import { controllerListenerName, controllerPortOf } from '#engine/core/controller/controller-listener.ts';
import type { ListenerSecurity } from '#engine/core/security/broker-security.ts';
import { staticBrokerOverrides } from '#engine/core/settings/presets.ts';
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

/**
 * The whole file as a person would find it on this broker's machine: who it is and where it listens, then its settings. See
 * controller-listener.ts for the ports of the controllers.
 */
export function serverProperties(config: BrokerConfig, listener: Pick<ListenerSecurity, 'name' | 'protocol'>): Record<string, string> {
  const { brokerId, host, port, voters } = config;
  const isController = voters.includes(brokerId);
  const clients = `${listener.name}://${host}:${port}`;
  return {
    'process.roles': isController ? 'broker,controller' : 'broker',
    'node.id': String(brokerId),
    // Kafka knows the node by its older name too.
    'broker.id': String(brokerId),
    'controller.quorum.voters': voters.map((id) => `${id}@${host}:${controllerPortOf(id)}`).join(','),
    'controller.listener.names': controllerListenerName,
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': `${listener.name}:${listener.protocol},CONTROLLER:PLAINTEXT`,
    'log.dirs': logDirectoryOf(config),
    ...staticBrokerOverrides(staticOverridesOf(config), config.preset),
    // Where it listens the host says, whatever else was set.
    listeners: isController ? `${clients},CONTROLLER://${host}:${controllerPortOf(brokerId)}` : clients,
    'advertised.listeners': clients,
  };
}

/** The one log directory, as DescribeLogDirs names it. */
export function logDirectoryOf({ settings }: Pick<BrokerConfig, 'settings'>): string {
  return settings['log.dirs']?.split(',')[0] ?? settings['log.dir']?.split(',')[0] ?? '/tmp/kafka-logs';
}
