import { test } from 'vitest';
import * as clusterModule from '#engine/testing/cluster.ts';
import { vi } from 'vitest';
import { simulate } from '#engine/testing/simulate.ts';
import type { TestCluster } from '#engine/testing/cluster.ts';
let kept: TestCluster | undefined;
vi.mock('#engine/testing/cluster.ts', async (original) => {
  const actual = await original<typeof clusterModule>();
  return { ...actual, cluster: (options: never) => (kept = actual.cluster(options)) };
});
test('debug', async () => {
  const seed = Number(process.env['SEED'] ?? '1');
  try { simulate({ seed }); console.log('ok'); } catch (error) { console.log(String(error).slice(0, 3000)); }
  const world = kept!.world;
  if (process.env['TRACE']) {
    const { step } = await import('#engine/core/world/step.ts');
    for (let i = 0; i < 4000; i++) {
      const r = step(world)!;
      const j = (x: unknown) => JSON.stringify(x, (_k, v) => typeof v === 'bigint' ? String(v) : v instanceof Uint8Array ? `bytes${v.length}` : v).slice(0, 600);
      if (r.node === process.env['TRACE']) console.log(r.timeUs, r.node, r.input.type, r.input.type === 'message' ? `${r.input.message.kind} ${(r.input.message as any).apiKey} from ${r.input.message.from} ${(r.input.message as any).listener} ${j((r.input.message as any).body)}` : j(r.input), 'SENT', r.sent.map((s: any) => `${s.message.kind} ${s.message.apiKey} to ${s.message.to} ${s.lost} ${j(s.message.body)}`).join(' | ').slice(0, 500), 'FACTS', r.facts.map((f) => f.kind).join());
    }
  }
  for (const [id, row] of world.state.nodes) {
    if (row.kind !== 'broker') { continue; }
    const s = row.state as any;
    console.log(id, row.status, 'inc', row.incarnation, s && JSON.stringify({ lc: s.lifecycle, leader: s.controllerNode.quorum.role.name, epoch: s.controllerNode.quorum.epoch, hw: String(s.controllerNode.quorum.highWatermark), imageOffset: String(s.imageOffset) }, (_k, v) => typeof v === 'bigint' ? String(v) : v));
    console.log('  pending', [...row.pending.values()].map((p) => `${p.kind}/${p.key}->${p.to}@${p.sentUs}`).join(' '), 'timers', [...row.timers.keys()].join(', '));
    if (s) for (const f of s.fetchers.values()) console.log('  fetcher', f.leaderId, f.inFlight, JSON.stringify(f.session, (_k, v) => typeof v === 'bigint' ? String(v) : v instanceof Map ? [...v] : v), JSON.stringify([...f.partitions.values()], (_k, v) => typeof v === 'bigint' ? String(v) : v));
    if (s) for (const p of s.partitions.values()) console.log('  ', p.key, p.role, 'leader', p.leaderId, 'epoch', p.leaderEpoch, p.partitionEpoch, 'isr', p.isr.join(), 'prop', JSON.stringify(p.proposal, (_k, v) => typeof v === 'bigint' ? String(v) : v), 'leo', String(p.log.logEndOffset), 'hw', String(p.log.highWatermark), [...p.remotes.values()].map((r: any) => `${r.brokerId}:${r.logEndOffset}@${r.brokerEpoch}`).join(' '));
    if (s) console.log('  eligible', JSON.stringify([...s.eligibleBrokers].map(([a,b]: any)=>[a,String(b)])), 'alter', JSON.stringify(s.alterPartition), 'image brokers', JSON.stringify([...s.image.brokers.values()].map((b: any) => [b.id, String(b.epoch), b.fenced, b.inControlledShutdown])));
  }
});
