/** The safety of the quorum, judged after every event of a run: one leader per epoch, epochs that never fall, commits that stay. */
import { toJson } from '#engine/contract/json.ts';
import { assert } from '#engine/ports/assert.ts';
import type { ControllerCluster } from '#engine/testing/controller-cluster.ts';

/** What must hold at every moment, whatever happens to nodes and messages. */
export class QuorumJudge {
  private readonly cluster: ControllerCluster;
  private factsSeen = 0;
  private readonly leaderOfEpoch = new Map<number, number>();
  /** By offset: what was committed there, as the first node that knew said. */
  private readonly committed = new Map<bigint, string>();
  private readonly committedSeen = new Map<string, number>();
  private readonly epochs = new Map<number, number>();

  constructor(cluster: ControllerCluster) {
    this.cluster = cluster;
  }

  look(): void {
    this.oneLeaderPerEpoch();
    for (const node of this.cluster.nodes.values()) {
      if (node.state === undefined) continue;
      this.epochNeverFalls(node.id, node.state.quorum.epoch);
      this.committedIsFinal(node);
    }
  }

  get committedCount(): number {
    return this.committed.size;
  }

  private oneLeaderPerEpoch(): void {
    for (; this.factsSeen < this.cluster.facts.length; this.factsSeen++) {
      const fact = this.cluster.facts[this.factsSeen]!;
      if (fact.kind !== 'quorum.leader') continue;
      const { broker, epoch } = fact.payload as { broker: number; epoch: number };
      const earlier = this.leaderOfEpoch.get(epoch);
      assert(earlier === undefined, `epoch ${epoch} has two leaders, ${earlier} and ${broker}`);
      this.leaderOfEpoch.set(epoch, broker);
    }
  }

  private epochNeverFalls(id: number, epoch: number): void {
    const before = this.epochs.get(id) ?? 0;
    assert(epoch >= before, `the epoch of node ${id} falls from ${before} to ${epoch}`);
    this.epochs.set(id, epoch);
  }

  private committedIsFinal(node: { id: number; incarnation: number; committed: { offset: bigint; record: unknown }[] }): void {
    const life = `${node.id}/${node.incarnation}`;
    const seen = this.committedSeen.get(life) ?? 0;
    for (const { offset, record } of node.committed.slice(seen)) {
      const text = toJson(record);
      const known = this.committed.get(offset) ?? text;
      assert(text === known, `offset ${offset} is committed as ${text} on node ${node.id}, elsewhere as ${known}`);
      this.committed.set(offset, text);
    }
    this.committedSeen.set(life, node.committed.length);
  }
}
