/**
 * Control records.
 */
import { array, int16, int32, int64, message, string, struct, uint16, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const ControlRecordTypeSchema = message('ControlRecordTypeSchema', { versions: '0' }, {
  type: int16(),
});
export type ControlRecordTypeSchema = MessageOf<typeof ControlRecordTypeSchema>;

export const EndTxnMarker = message('EndTxnMarker', { versions: '0' }, {
  coordinatorEpoch: int32(),
});
export type EndTxnMarker = MessageOf<typeof EndTxnMarker>;

const voter = {
  voterId: int32(),
  voterDirectoryId: uuid({ versions: '1+' }),
};

export const LeaderChangeMessage = message('LeaderChangeMessage', { versions: '0-1', flexible: '0+' }, {
  version: int16(),
  leaderId: int32(),
  voters: array(voter),
  grantingVoters: array(voter),
});
export type LeaderChangeMessage = MessageOf<typeof LeaderChangeMessage>;

export const SnapshotHeaderRecord = message('SnapshotHeaderRecord', { versions: '0', flexible: '0+' }, {
  version: int16(),
  lastContainedLogTimestamp: int64(),
});
export type SnapshotHeaderRecord = MessageOf<typeof SnapshotHeaderRecord>;

export const SnapshotFooterRecord = message('SnapshotFooterRecord', { versions: '0', flexible: '0+' }, {
  version: int16(),
});
export type SnapshotFooterRecord = MessageOf<typeof SnapshotFooterRecord>;

export const KRaftVersionRecord = message('KRaftVersionRecord', { versions: '0', flexible: '0+' }, {
  version: int16(),
  kRaftVersion: int16(),
});
export type KRaftVersionRecord = MessageOf<typeof KRaftVersionRecord>;

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

