import { describe, expect, it } from 'vitest';
import { defaultLimits } from '#engine/gateway/limits.ts';
import { gatewayLimitsOf } from '#engine/host/gateway-limits.ts';

describe("the gateway's bounds", () => {
  it("are Kafka's where nothing is said, and its own where Kafka has none", () => {
    const { frameSizeBytesMax, connectionsMax, connectionsPerAddressMax, idleTimeoutMs } = defaultLimits;
    expect(gatewayLimitsOf({ settings: {}, preset: 'kafka' })).toEqual({ frameSizeBytesMax, connectionsMax, connectionsPerAddressMax, idleTimeoutMs });
  });

  it('follow the settings down, and never up', () => {
    const settings = { 'socket.request.max.bytes': '5000000', 'max.connections': '7', 'max.connections.per.ip': '2000000', 'connections.max.idle.ms': '1500' };
    expect(gatewayLimitsOf({ settings, preset: 'kafka' })).toEqual({ frameSizeBytesMax: 5_000_000, connectionsMax: 7, connectionsPerAddressMax: defaultLimits.connectionsPerAddressMax, idleTimeoutMs: 1500 });
    expect(gatewayLimitsOf({ settings: { 'connections.max.idle.ms': '-1' }, preset: 'kafka' }).idleTimeoutMs).toBe(Infinity);
  });
});
