/**
 * Sends proposed ISRs to the controller and takes its answers in (Kafka: AlterPartitionManager, Partition.
 * submitAlterPartition, handleAlterPartitionUpdate).
 *
 * Invariants: one AlterPartition under way at a time, carrying all that was proposed meanwhile; an answer counts only for
 * the leader epoch in which it was asked for, and only when it is not older than what the replica holds already (the
 * metadata may have been faster).
 */
import { commitIsr } from '#engine/core/replication/partition.ts';
import { isUnderMinIsr } from '#engine/core/replication/high-watermark.ts';
import { maybeProposeShrink, rollBackProposal, verdictOnError, type IsrContext } from '#engine/core/replication/isr.ts';
import { raiseHighWatermark, replicaRules } from '#engine/core/broker/replica-manager.ts';
import { noteAllCaughtUp, partitionChanged } from '#engine/core/broker/session-watch.ts';
import { requestController } from '#engine/core/broker/controller-channel.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { IsrProposal, PartitionState } from '#engine/core/replication/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { AlterPartitionRequest, AlterPartitionResponse } from '#engine/protocol/messages/56-alter-partition.ts';

export const alterPartitionKind = 'alterPartition';
export const alterPartitionTimer = 'replication.alterPartition';
export const isrShrinkTimer = 'replication.isrShrink';
const retryMs = 50;

type PartitionAnswer = AlterPartitionResponse['topics'][number]['partitions'][number];

export function queueProposal(state: BrokerState, partition: PartitionState, context: BrokerContext): void {
  if (!state.alterPartition.queue.includes(partition.key)) state.alterPartition.queue.push(partition.key);
  // Not at once: further proposals of this handling travel along.
  if (state.alterPartition.inFlight === -1) context.arm(alterPartitionTimer, '', 0);
}

export function sendProposals(state: BrokerState, context: BrokerContext): void {
  const { alterPartition, lifecycle } = state;
  if (alterPartition.inFlight !== -1) return;
  const proposing = alterPartition.queue.map((key) => state.partitions.get(key)).filter((partition) => partition !== undefined).filter(hasQueuedProposal);
  if (proposing.length === 0) {
    alterPartition.queue = [];
    return;
  }
  const body: AlterPartitionRequest = { brokerId: state.brokerId, brokerEpoch: lifecycle.brokerEpoch, topics: byTopic(proposing) };
  const correlationId = requestController(state, { apiKey: ApiKey.AlterPartition, body, kind: alterPartitionKind, key: '', timeoutMs: state.settings['request.timeout.ms'] }, context);
  if (correlationId === -1) {
    context.arm(alterPartitionTimer, '', retryMs);
    return;
  }
  alterPartition.inFlight = correlationId;
  alterPartition.sent = proposing.map((partition) => partition.key);
  alterPartition.queue = [];
  for (const { proposal } of proposing) proposal.status = 'sent';
}

type Proposing = PartitionState & { proposal: IsrProposal };

function hasQueuedProposal(partition: PartitionState): partition is Proposing {
  return partition.role === 'leader' && partition.proposal !== null && partition.proposal.status === 'queued';
}

function byTopic(proposing: readonly Proposing[]): AlterPartitionRequest['topics'] {
  const topics = new Map<string, AlterPartitionRequest['topics'][number]>();
  for (const partition of proposing) {
    const topic = topics.get(partition.topicId) ?? { topicId: partition.topicId, partitions: [] };
    topics.set(partition.topicId, topic);
    topic.partitions.push(proposalOf(partition));
  }
  return [...topics.values()];
}

function proposalOf(partition: Proposing): AlterPartitionRequest['topics'][number]['partitions'][number] {
  const { isr, brokerEpochs } = partition.proposal;
  return {
    partitionIndex: partition.partition,
    leaderEpoch: partition.leaderEpoch,
    newIsr: [],
    newIsrWithEpochs: isr.map((brokerId, index) => ({ brokerId, brokerEpoch: brokerEpochs[index] ?? -1n })),
    leaderRecoveryState: 0,
    partitionEpoch: partition.partitionEpoch,
  };
}

/** `answer` undefined: no answer came. */
export function onAlterPartitionAnswer(state: BrokerState, correlationId: number, answer: AlterPartitionResponse | undefined, context: BrokerContext): void {
  const { alterPartition } = state;
  if (alterPartition.inFlight !== correlationId) return;
  alterPartition.inFlight = -1;
  const sent = alterPartition.sent;
  alterPartition.sent = [];
  if (answer === undefined || answer.errorCode !== ErrorCode.NONE) {
    for (const key of sent) requeue(state, key);
    if (alterPartition.queue.length > 0) context.arm(alterPartitionTimer, '', retryMs);
    return;
  }
  const unanswered = new Set(sent);
  for (const topic of answer.topics) {
    const name = state.image.topics.get(topic.topicId)?.name;
    for (const row of topic.partitions) {
      const key = `${name}-${row.partitionIndex}`;
      const partition = state.partitions.get(key);
      unanswered.delete(key);
      if (partition !== undefined && partition.proposal?.status === 'sent') applyPartitionAnswer(state, partition, row, context);
    }
  }
  for (const key of unanswered) requeue(state, key);
  sendProposals(state, context);
}

function requeue(state: BrokerState, key: string): void {
  const partition = state.partitions.get(key);
  if (partition === undefined || partition.proposal === null || partition.role !== 'leader') return;
  partition.proposal.status = 'queued';
  state.alterPartition.queue.push(key);
}

function applyPartitionAnswer(state: BrokerState, partition: PartitionState, answer: PartitionAnswer, context: BrokerContext): void {
  if (answer.errorCode === ErrorCode.NONE) {
    if (answer.leaderEpoch === partition.leaderEpoch && answer.partitionEpoch >= partition.partitionEpoch) applyCommittedIsr(state, partition, answer.isr, answer.partitionEpoch, context);
    return;
  }
  const verdict = verdictOnError(answer.errorCode);
  if (verdict === 'retry') requeue(state, partition.key);
  if (verdict === 'rollBack') {
    rollBackProposal(partition);
    partitionChanged(state, partition.key, false);
    raiseHighWatermark(state, partition, context);
  }
}

function applyCommittedIsr(state: BrokerState, partition: PartitionState, isr: readonly number[], partitionEpoch: number, context: BrokerContext): void {
  const before = partition.isr;
  commitIsr(partition, isr, partitionEpoch);
  isrCommitted(state, partition, before, context);
}

/** A smaller ISR lets the high watermark rise; and what waits for it may now be refused for want of replicas. */
export function isrCommitted(state: BrokerState, partition: PartitionState, before: readonly number[], context: BrokerContext): void {
  raiseHighWatermark(state, partition, context);
  if (before.join() === partition.isr.join()) return;
  partitionChanged(state, partition.key, false);
  if (isUnderMinIsr(partition)) context.noteHighWatermark(partition.key);
}

/** Twice in replica.lag.time.max.ms each leader looks for members of its ISRs that have fallen behind. */
export function shrinkIsrs(state: BrokerState, context: BrokerContext): void {
  const lagTimeMaxMs = state.settings['replica.lag.time.max.ms'];
  const isrContext: IsrContext = { brokerId: state.brokerId, brokerEpoch: state.lifecycle.brokerEpoch, rules: replicaRules(state, context) };
  noteAllCaughtUp(state);
  for (const partition of state.partitions.values()) {
    const out = maybeProposeShrink(partition, isrContext);
    if (out.length === 0) continue;
    const lagMs = Math.max(...out.map((id) => context.nowMs - (partition.remotes.get(id)?.lastCaughtUpTimeMs ?? 0)));
    queueProposal(state, partition, context);
    context.publish(
      'replica.isrShrinkProposed',
      { topic: partition.topic, partition: partition.partition, broker: state.brokerId, out, lagMs },
      { rule: 'isr.notCaughtUpForLagTimeMax', settings: { 'replica.lag.time.max.ms': lagTimeMaxMs } },
    );
  }
  context.arm(isrShrinkTimer, '', lagTimeMaxMs / 2);
}

