/**
 * How a partition's leader, ISR and ELR change (Kafka: PartitionChangeBuilder; KIP-966 for eligible leader replicas).
 *
 * Pure: from the partition as it is, the ISR that is wanted and who may lead, to the record that says what changes, or
 * nothing. Invariants: the leader is a member of the new ISR or there is none; the ELR never holds a member of the ISR and is
 * empty as soon as the ISR has min.insync.replicas members; an unclean election leaves the new leader alone in the ISR.
 */
import { isMutated } from '#engine/core/mutations.ts';
import type { PartitionImage } from '#engine/core/metadata/image.ts';
import { noLeader } from '#engine/core/metadata/image.ts';
import { metadataRecord, type MetadataRecord, type MetadataRecordData } from '#engine/core/metadata/metadata-record.ts';
import { leaderUnchanged } from '#engine/core/metadata/replay.ts';
import { completedReassignment } from '#engine/core/controller/reassignment-progress.ts';

/** preferred: the first replica, if it can be; any: keep the leader if it can stay; unclean: also from outside ISR and ELR. */
export type Election = 'preferred' | 'any' | 'unclean';

export interface PartitionChangeInput {
  topicId: string;
  partitionId: number;
  partition: PartitionImage;
  mayLead: (broker: number) => boolean;
  election: Election;
  minInsyncReplicas: number;
  elrEnabled: boolean;
  /** Absent: unchanged. */
  targetIsr?: readonly number[];
  targetReplicas?: readonly number[];
  targetAdding?: readonly number[];
  targetRemoving?: readonly number[];
  /** Absent: unchanged; 0 recovered, 1 recovering. */
  targetLeaderRecoveryState?: number;
  /** Brokers that came back without having shut down in order: nothing they hold may be relied on. */
  uncleanShutdown?: readonly number[];
  /** The log directory that each broker puts new replicas in. */
  directoryOf: (broker: number) => string;
}

export interface PartitionChange {
  record: MetadataRecord & { kind: 'PartitionChangeRecord' };
  /** Someone was elected who may lack records that were acknowledged. */
  unclean: boolean;
  rule: string;
}

interface Target {
  isr: readonly number[];
  elr: readonly number[];
  replicas: readonly number[];
  adding: readonly number[];
  removing: readonly number[];
}

interface ElectionResult {
  leader: number;
  unclean: boolean;
  rule: string;
}

type ChangeData = MetadataRecordData<'PartitionChangeRecord'>;

/** The change record, or undefined when everything stays as it is. */
export function changePartition(input: PartitionChangeInput): PartitionChange | undefined {
  const { partition } = input;
  const record = metadataRecord('PartitionChangeRecord', { topicId: input.topicId, partitionId: input.partitionId }) as PartitionChange['record'];
  const target = targetOf(input);
  const result = elect(input, target);
  if (result.leader !== partition.leader) applyElection(input, target, result, record.data);
  // A leader that would lead replicas it does not know of must learn of them: a new leader epoch, even of the same leader.
  if (record.data.leader === leaderUnchanged && !partition.replicas.every((replica) => target.replicas.includes(replica))) record.data.leader = partition.leader;
  setElr(input, target, record.data);
  if (record.data.isr === null && (target.isr.length > 0 || input.elrEnabled) && !sameMembers(target.isr, partition.isr)) record.data.isr = [...target.isr];
  if (input.elrEnabled) setLastKnownLeader(partition, record.data);
  setAssignment(input, target, record.data);
  if (input.targetLeaderRecoveryState !== undefined && input.targetLeaderRecoveryState !== partition.leaderRecoveryState) {
    record.data.leaderRecoveryState = input.targetLeaderRecoveryState;
  }
  return isNoChange(record.data) ? undefined : { record, unclean: result.unclean, rule: result.rule };
}

function targetOf(input: PartitionChangeInput): Target {
  const { partition } = input;
  const target: Target = {
    isr: input.targetIsr ?? partition.isr,
    elr: partition.elr,
    replicas: input.targetReplicas ?? partition.replicas,
    adding: input.targetAdding ?? partition.addingReplicas,
    removing: input.targetRemoving ?? partition.removingReplicas,
  };
  const completed = completedReassignment(target.replicas, target.adding, target.removing, target.isr);
  if (completed !== undefined) Object.assign(target, completed, { adding: [], removing: [] });
  if (input.elrEnabled) target.elr = targetElr(input, target);
  return target;
}

/** While the ISR is smaller than min.insync.replicas, nothing is acknowledged: whoever leaves it then still holds everything. */
function targetElr(input: PartitionChangeInput, target: Target): readonly number[] {
  if (target.isr.length >= input.minInsyncReplicas) return [];
  const candidates = new Set([...input.partition.elr, ...input.partition.isr]);
  return [...candidates].filter(
    (replica) => (!target.isr.includes(replica) || isMutated('member-in-isr-and-elr')) && target.replicas.includes(replica) && input.uncleanShutdown?.includes(replica) !== true,
  );
}

function elect(input: PartitionChangeInput, target: Target): ElectionResult {
  const { partition } = input;
  const isEligible = (replica: number): boolean =>
    (isMutated('leader-outside-isr') || target.isr.includes(replica) || (target.isr.length === 0 && target.elr.includes(replica))) && input.mayLead(replica);
  const ruleFor = (replica: number): string => (target.isr.includes(replica) ? 'election.firstLiveIsrMember' : 'election.eligibleLeaderReplica');
  const preferred = target.replicas[0];
  if (input.election === 'preferred' && preferred !== undefined && isEligible(preferred)) {
    return { leader: preferred, unclean: false, rule: 'election.preferredLeader' };
  }
  if (isEligible(partition.leader)) return { leader: partition.leader, unclean: false, rule: 'election.leaderStays' };
  if (isMutated('unclean-election-unsaid')) return { leader: target.replicas.findLast(input.mayLead) ?? noLeader, unclean: false, rule: 'election.firstLiveIsrMember' };
  const first = target.replicas.find(isEligible);
  if (first !== undefined) return { leader: first, unclean: false, rule: ruleFor(first) };
  const lastKnown = lastKnownLeader(input, target);
  if (lastKnown !== undefined) return { leader: lastKnown, unclean: true, rule: 'election.lastKnownLeader' };
  if (input.election === 'unclean') {
    const alive = target.replicas.find(input.mayLead);
    if (alive !== undefined) return { leader: alive, unclean: true, rule: 'election.unclean' };
  }
  return { leader: noLeader, unclean: false, rule: 'election.noEligibleReplica' };
}

/** Nobody is left who surely holds everything: the one who led last is the best guess, once it is back. */
function lastKnownLeader(input: PartitionChangeInput, target: Target): number | undefined {
  const { lastKnownElr } = input.partition;
  if (!input.elrEnabled || target.isr.length > 0 || target.elr.length > 0 || lastKnownElr.length !== 1) return undefined;
  const [candidate] = lastKnownElr;
  return candidate !== undefined && input.mayLead(candidate) ? candidate : undefined;
}

function applyElection(input: PartitionChangeInput, target: Target, result: ElectionResult, data: ChangeData): void {
  if (target.elr.includes(result.leader)) {
    target.isr = [result.leader];
    target.elr = target.elr.filter((replica) => replica !== result.leader);
  }
  data.leader = result.leader;
  if (isMutated('unclean-election-unsaid') && result.leader !== noLeader) data.isr = [result.leader];
  if (!result.unclean) return;
  data.isr = [result.leader];
  if (input.partition.leaderRecoveryState === 0) data.leaderRecoveryState = 1;
}

function setElr(input: PartitionChangeInput, target: Target, data: ChangeData): void {
  // The ISR is set already only by an unclean election, after which nobody's copy is worth more than another's.
  if (data.isr !== null || !input.elrEnabled) target.elr = [];
  if (!sameMembers(target.elr, input.partition.elr)) data.eligibleLeaderReplicas = [...target.elr];
}

function setLastKnownLeader(partition: PartitionImage, data: ChangeData): void {
  const becomesLeaderless = data.isr !== null && data.isr.length === 0;
  const isNoted = partition.lastKnownElr.length === 1 && partition.lastKnownElr[0] === partition.leader;
  const hasLeader = data.leader >= 0 || (partition.leader !== noLeader && data.leader !== noLeader);
  if (becomesLeaderless && !isNoted) {
    if (partition.leader !== noLeader) data.lastKnownElr = [partition.leader];
  } else if (hasLeader && partition.lastKnownElr.length > 0) data.lastKnownElr = [];
}

function setAssignment(input: PartitionChangeInput, target: Target, data: ChangeData): void {
  const { partition } = input;
  if (!sameOrder(target.replicas, partition.replicas)) {
    data.replicas = [...target.replicas];
    data.directories = target.replicas.map((replica) => partition.directories[partition.replicas.indexOf(replica)] ?? input.directoryOf(replica));
  }
  if (!sameOrder(target.removing, partition.removingReplicas)) data.removingReplicas = [...target.removing];
  if (!sameOrder(target.adding, partition.addingReplicas)) data.addingReplicas = [...target.adding];
}

function isNoChange(data: ChangeData): boolean {
  return (
    data.isr === null &&
    data.leader === leaderUnchanged &&
    data.replicas === null &&
    data.removingReplicas === null &&
    data.addingReplicas === null &&
    data.leaderRecoveryState === -1 &&
    data.eligibleLeaderReplicas === null &&
    data.lastKnownElr === null
  );
}

function sameOrder(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** Kafka compares ISRs as lists: another order of the same members is a change that a leader asked for. */
function sameMembers(a: readonly number[], b: readonly number[]): boolean {
  return sameOrder(a, b);
}
