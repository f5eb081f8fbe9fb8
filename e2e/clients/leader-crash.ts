/** The failure that both client suites go through: the leader of a partition is crashed under load and comes back. */
import type { ServedCluster } from './served-cluster.ts';

export const records = 100_000;
export const partitions = 6;

export function serveArguments(topic: string): string[] {
  return ['--brokers', '3', '--port', '0', '--memory', '--topic', `${topic}:${partitions}:3`, '--set', 'min.insync.replicas=2'];
}

/** Answers which broker it was. */
export async function crashLeaderAndBringItBack(cluster: ServedCluster, topic: string): Promise<number> {
  const { leader } = await cluster.partition(topic, 0);
  await cluster.inject({ kind: 'broker.crash', broker: leader });
  await cluster.until('another leader', (state) => {
    const partition = state.topics.find((one) => one.name === topic)?.partitions[0];
    return partition !== undefined && partition.leader > 0 && partition.leader !== leader;
  });
  await cluster.inject({ kind: 'broker.restart', broker: leader });
  await cluster.until('the crashed broker back in every ISR', (state) => state.topics.find((one) => one.name === topic)?.partitions.every((one) => one.isr.length === 3) === true);
  return leader;
}
