/**
 * What control batches carry: transaction markers in partitions (KIP-98), leader changes (KIP-595), voters (KIP-853) and the frame of
 * snapshots (KIP-630) in the metadata log. The key of a control record is a 16-bit version (0) and its type; the value begins, where it is
 * flexible, with its version as a field of its own.
 */
import { array, int16, int32, int64, message, string, struct, uint16, uuid, type MessageOf } from '#engine/protocol/message.ts';

/** The key of a control record, behind its 16-bit version. */
export const ControlRecordTypeSchema = message('ControlRecordTypeSchema', { versions: '0' }, {
  type: int16(),
});
export type ControlRecordTypeSchema = MessageOf<typeof ControlRecordTypeSchema>;

/** The value of an abort (type 0) or commit (type 1) marker. */
export const EndTxnMarker = message('EndTxnMarker', { versions: '0' }, {
  coordinatorEpoch: int32(),
});
export type EndTxnMarker = MessageOf<typeof EndTxnMarker>;

const voter = {
  voterId: int32(),
  voterDirectoryId: uuid({ versions: '1+' }),
};

/** The value of a leader change (type 2): the first record of an epoch of the quorum. */
export const LeaderChangeMessage = message('LeaderChangeMessage', { versions: '0-1', flexible: '0+' }, {
  version: int16(),
  leaderId: int32(),
  voters: array(voter),
  grantingVoters: array(voter),
});
export type LeaderChangeMessage = MessageOf<typeof LeaderChangeMessage>;

/** The value of the first record of a snapshot (type 3). */
export const SnapshotHeaderRecord = message('SnapshotHeaderRecord', { versions: '0', flexible: '0+' }, {
  version: int16(),
  lastContainedLogTimestamp: int64(),
});
export type SnapshotHeaderRecord = MessageOf<typeof SnapshotHeaderRecord>;

/** The value of the last record of a snapshot (type 4). */
export const SnapshotFooterRecord = message('SnapshotFooterRecord', { versions: '0', flexible: '0+' }, {
  version: int16(),
});
export type SnapshotFooterRecord = MessageOf<typeof SnapshotFooterRecord>;

/** The level of the feature kraft.version (type 5). */
export const KRaftVersionRecord = message('KRaftVersionRecord', { versions: '0', flexible: '0+' }, {
  version: int16(),
  kRaftVersion: int16(),
});
export type KRaftVersionRecord = MessageOf<typeof KRaftVersionRecord>;

/** The voters of the quorum (type 6), when their set can change (KIP-853). */
export const VotersRecord = message('VotersRecord', { versions: '0', flexible: '0+' }, {
  version: int16(),
  voters: array({
    voterId: int32(),
    voterDirectoryId: uuid(),
    endpoints: array({ name: string(), host: string(), port: uint16() }),
    kRaftVersionFeature: struct({ minSupportedVersion: int16(), maxSupportedVersion: int16() }),
  }),
});
export type VotersRecord = MessageOf<typeof VotersRecord>;

