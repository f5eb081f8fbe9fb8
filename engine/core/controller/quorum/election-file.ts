/**
 * The small file `quorum-state` in the metadata log's directory: what a voter must remember across its lives, so that it
 * never votes twice in one epoch and never leads an epoch again that it led before it died (Kafka: FileQuorumStateStore; the
 * JSON form of QuorumStateData version 0, which a quorum with a fixed set of voters uses).
 */
import { DiskError, type Disk } from '#engine/ports/disk.ts';
import { metadataLogDirectory, nobody } from '#engine/core/controller/quorum/quorum-state.ts';

const path = `${metadataLogDirectory}/quorum-state`;

export interface ElectionRecord {
  epoch: number;
  leaderId: number;
  votedFor: number;
}

export function writeElection(disk: Disk, election: ElectionRecord, voters: readonly number[]): void {
  const data = {
    clusterId: '',
    leaderId: election.leaderId,
    leaderEpoch: election.epoch,
    votedId: election.votedFor,
    appliedOffset: 0,
    currentVoters: voters.map((voterId) => ({ voterId })),
    data_version: 0,
  };
  disk.writeSmallFile(path, new TextEncoder().encode(JSON.stringify(data)));
}

/** What the last life decided; epoch 0 without leader and vote when there was none. */
export function readElection(disk: Disk): ElectionRecord {
  const bytes = disk.readSmallFile(path);
  if (bytes === undefined) return { epoch: 0, leaderId: nobody, votedFor: nobody };
  const data = parse(bytes);
  return {
    epoch: integerField(data, 'leaderEpoch', 0),
    leaderId: integerField(data, 'leaderId', nobody),
    votedFor: integerField(data, 'votedId', nobody),
  };
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  try {
    const data: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof data === 'object' && data !== null) return data as Record<string, unknown>;
  } catch {
    // Reported below with everything else that is not an object.
  }
  throw new DiskError('ECORRUPT', `${path} is not a JSON object`);
}

function integerField(data: Record<string, unknown>, name: string, min: number): number {
  const value = data[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min) {
    throw new DiskError('ECORRUPT', `${path}: ${name} is ${String(value)}, an integer of at least ${min} was expected`);
  }
  return value;
}
