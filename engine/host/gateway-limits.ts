/** The gateway's bounds as a cluster's broker settings move them: never above its own, for they keep this process alive. */
import type { ClusterSpec } from '#engine/contract/cluster-spec.ts';
import { resolveBrokerSettings } from '#engine/core/settings/resolve-settings.ts';
import { defaultLimits, type GatewayLimits } from '#engine/gateway/limits.ts';

export function gatewayLimitsOf(spec: Pick<ClusterSpec, 'settings' | 'preset'>): Partial<GatewayLimits> {
  const settings = resolveBrokerSettings(spec.settings, spec.preset);
  const idleMs = Number(settings['connections.max.idle.ms']);
  return {
    frameSizeBytesMax: Math.min(defaultLimits.frameSizeBytesMax, settings['socket.request.max.bytes']),
    connectionsMax: Math.min(defaultLimits.connectionsMax, settings['max.connections']),
    connectionsPerAddressMax: Math.min(defaultLimits.connectionsPerAddressMax, settings['max.connections.per.ip']),
    // Below zero: never, in Kafka. A timer cannot wait longer than 2^31 ms.
    idleTimeoutMs: idleMs < 0 ? Infinity : idleMs,
  };
}
