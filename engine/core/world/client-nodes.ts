/** How the built-in clients are configured from a specification: the world's side of #engine/core/clients. */
import type { AdminConfig, ConsumerConfig, ProducerConfig } from '#engine/core/clients/state.ts';
import type { NodeId } from '#engine/core/node.ts';
import type { WorldConsumerSpec, WorldProducerSpec } from '#engine/core/world/world-spec.ts';
import type { World } from '#engine/core/world/world-state.ts';

/** The admin client that carries out what commands ask of the cluster. */
export const adminNodeId: NodeId = 'admin/terrarium';

function bootstrapOf(world: World): number[] {
  return world.state.spec.brokers.map(({ id }) => id);
}

export function adminConfig(world: World): AdminConfig {
  return { id: 'terrarium', clientId: 'terrarium-admin', bootstrap: bootstrapOf(world), settings: {}, preset: world.state.spec.preset };
}

export function producerConfig(world: World, spec: WorldProducerSpec): ProducerConfig {
  const { id, topic, recordsPerSecond, valueBytes, keys, recordsMax, config } = spec;
  return {
    id,
    clientId: config['client.id'] ?? id,
    bootstrap: bootstrapOf(world),
    settings: { ...config },
    preset: world.state.spec.preset,
    topic,
    recordsPerSecond,
    valueBytes,
    keys,
    ...(recordsMax === undefined ? {} : { recordsMax }),
  };
}

export function consumerConfig(world: World, spec: WorldConsumerSpec): ConsumerConfig {
  const { id, group, topics, recordsPerSecond, config } = spec;
  return {
    id,
    clientId: config['client.id'] ?? id,
    bootstrap: bootstrapOf(world),
    settings: { ...config },
    preset: world.state.spec.preset,
    group,
    topics: [...topics],
    ...(recordsPerSecond === undefined ? {} : { recordsPerSecond }),
  };
}
