import { test } from 'vitest';
import { cluster } from '#engine/testing/cluster.ts';
import { RawClient, textBatch } from '#engine/testing/raw-client.ts';
import { ProduceRequest, ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
test('x', () => {
  const tested = cluster({ topics: [{ name: 'orders', partitions: 1, replicationFactor: 3, config: { 'min.insync.replicas': '2' } }] });
  const view = () => tested.state().topics[0]!.partitions[0]!;
  const { leader } = view();
  const f = [1, 2, 3].find((id) => id !== leader)!;
  console.log('leader', leader, 'cut', f, 'controller', tested.state().controller);
  tested.command({ kind: 'link.cut', from: f, to: leader });
  new RawClient(tested, leader).ask(ProduceRequest, ProduceResponse, { acks: 1, timeoutMs: 1000, topicData: [{ name: 'orders', partitionData: [{ index: 0, records: [textBatch(['b'])] }] }] }, 12);
  tested.run(70_000);
  for (const f of tested.facts) if (/isr|broker\.|partition|quorum/i.test(f.kind)) console.log(f.timeUs, f.node, f.kind, JSON.stringify(f.payload, (_k, v) => typeof v === 'bigint' ? String(v) : v), f.why?.rule);
  const s = tested.world.state.nodes.get(`broker/${leader}`)!.state as any;
  const p = s.partitions.get('orders-0');
  console.log(p.isr, p.maximalIsr, p.proposal, [...p.remotes.values()], String(p.log.logEndOffset), JSON.stringify(s.alterPartition), 'now', tested.world.state.timeUs / 1000 + 1767225600000);
});
