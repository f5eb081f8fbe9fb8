/**
 * The content of the file `quorum-state`: the epoch that a voter has seen and for whom it voted (KIP-595).
 *
 * 0: with cluster id and voters. 1: the voted one's directory id (KIP-853). Kafka stores it as JSON, with the version in `data_version`.
 */
import { array, int32, int64, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const QuorumStateData = message('QuorumStateData', { versions: '0-1', flexible: '0+' }, {
  clusterId: string({ versions: '0' }),
  leaderId: int32({ default: -1 }),
  leaderEpoch: int32({ default: -1 }),
  votedId: int32({ default: -1 }),
  votedDirectoryId: uuid({ versions: '1+' }),
  appliedOffset: int64({ versions: '0' }),
  currentVoters: array({ voterId: int32() }, { versions: '0', nullable: '0' }),
});
export type QuorumStateData = MessageOf<typeof QuorumStateData>;

