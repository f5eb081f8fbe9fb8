/**
 * When a reassignment of replicas is done (Kafka: PartitionReassignmentReplicas.maybeCompleteReassignment; KIP-455): all
 * replicas that come are in the ISR, and the ISR still has a member when those that go have gone.
 */
export function completedReassignment(
  replicas: readonly number[],
  adding: readonly number[],
  removing: readonly number[],
  isr: readonly number[],
): { replicas: number[]; isr: number[] } | undefined {
  if (adding.length === 0 && removing.length === 0) return undefined;
  const stays = (replica: number): boolean => !removing.includes(replica);
  const newIsr = isr.filter(stays);
  const newReplicas = replicas.filter(stays);
  if (newIsr.length === 0 || newReplicas.length === 0) return undefined;
  return adding.every((replica) => newIsr.includes(replica)) ? { replicas: newReplicas, isr: newIsr } : undefined;
}
