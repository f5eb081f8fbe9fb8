import { describe, expect, test } from 'vitest';
import { ControllerCluster } from '#engine/testing/controller-cluster.ts';
import { isActiveController } from '#engine/core/controller/controller-node.ts';

const settleMs = 5_000;

function electedCluster(options: ConstructorParameters<typeof ControllerCluster>[0] = {}): ControllerCluster {
  const cluster = new ControllerCluster(options);
  cluster.runUntil(() => cluster.controller() !== undefined, settleMs, 'an active controller');
  return cluster;
}

describe('elections of the quorum', () => {
  test('a single voter leads at once, without waiting for a timeout', () => {
    const cluster = new ControllerCluster({ voters: [1] });
    expect(cluster.state(1).quorum.role.name).toBe('leader');
    expect(cluster.state(1).quorum.epoch).toBe(1);
    expect(isActiveController(cluster.state(1))).toBe(true);
  });

  test('three voters elect one leader within two election timeouts', () => {
    const cluster = electedCluster();
    cluster.runMs(100);
    const roles = cluster.running().map((state) => state.quorum.role.name);
    expect(roles.filter((role) => role === 'leader')).toHaveLength(1);
    expect(roles.filter((role) => role === 'follower')).toHaveLength(2);
    expect(cluster.timeUs).toBeLessThan(2_200_000);
  });
});
