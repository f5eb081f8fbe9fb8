/** The settings of a topic by which its partitions are led: the topic's own, else dynamic for the cluster, else static. */
import type { BrokerSettings } from '#engine/core/settings/broker-settings.ts';
import { brokerOverrides, topicOverrides, type ClusterImage } from '#engine/core/metadata/image.ts';

export const elrFeature = 'eligible.leader.replicas.version';

export interface TopicPolicy {
  minInsyncReplicas: number;
  uncleanElection: boolean;
}

export function topicPolicy(image: ClusterImage, settings: BrokerSettings, topic: string): TopicPolicy {
  const own = topicOverrides(image, topic);
  const cluster = brokerOverrides(image, null);
  const minInsyncReplicas = own['min.insync.replicas'] ?? cluster['min.insync.replicas'];
  const unclean = own['unclean.leader.election.enable'] ?? cluster['unclean.leader.election.enable'];
  return {
    minInsyncReplicas: minInsyncReplicas === undefined ? settings['min.insync.replicas'] : Number(minInsyncReplicas),
    uncleanElection: unclean === undefined ? settings['unclean.leader.election.enable'] : unclean === 'true',
  };
}

export function isElrEnabled(image: ClusterImage): boolean {
  return (image.features.get(elrFeature) ?? 0) >= 1;
}
