/**
 * The binary frame: one moment of the view in columns. Little-endian; every section and column begins on 8 bytes.
 *
 * Header, 64 bytes: u32 magic "TRRM", u16 version, u16 flags (1 = full, 0 = delta), u32 catalogId, u32 sectionCount,
 * f64 timeUs, u32 eventId (low 32 bits), u32 frameNumber, 32 bytes reserved.
 * Section: u16 kind, u16 columnCount, u32 rowCount, u32 byteLength (of all columns), u32 reserved, then its columns in the
 * order of `sections[kind]`, each padded to 8 bytes.
 * A delta carries only rows that differ from what this receiver was last sent; rows are keyed by their first column(s).
 */
export type ColumnType = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'f64' | 'i64';

export const frameMagic = 0x4d525254;
export const frameVersion = 1;

interface SectionDefinition {
  kind: number;
  /** How many leading columns identify a row; 0: rows are events and are never repeated. */
  keyColumns: number;
  columns: Record<string, ColumnType>;
}

function section<K extends number, C extends Record<string, ColumnType>>(kind: K, keyColumns: number, columns: C) {
  return { kind, keyColumns, columns } satisfies SectionDefinition;
}

/** Bits of `brokers.flags`. */
export const BrokerFlag = { running: 1, paused: 2, fenced: 4, controller: 8, voter: 16, crashed: 32, shuttingDown: 64 } as const;
/** Bits of `replicas.flags`. */
export const ReplicaFlag = { leader: 1, follower: 2, inSync: 4, online: 8, believesLeader: 16, eligibleLeader: 32, fetching: 64 } as const;
/** Bits of `flights.flags`. */
export const FlightFlag = { response: 1, error: 2, control: 4, replication: 8, produce: 16, consume: 32, empty: 64, dropped: 128 } as const;
/** `flightEnds.reason` of a message that was not lost: it stands where it is, or one that stood has gone on. Below: why it was lost. */
export const FlightEnd = { stands: 16, wentOn: 17 } as const;
/** Bits of `producers.flags` and `consumers.flags`. */
export const ClientFlag = { running: 1, paused: 2, crashed: 4, stopped: 8 } as const;
/** Bits of `members.flags`. */
export const MemberFlag = { leader: 1, assigned: 2 } as const;
/** `groups.state`, by index. */
export const groupStates = ['Empty', 'PreparingRebalance', 'CompletingRebalance', 'Stable', 'Dead', 'Assigning', 'Reconciling'] as const;

export const sections = {
  brokers: section(1, 1, {
    broker: 'u32', flags: 'u32', brokerEpoch: 'i64', quorumEpoch: 'i32', metadataLogEndOffset: 'i64', metadataHighWatermark: 'i64',
    /** Virtual time at which the controller fences it; -1: none runs. */
    sessionDueUs: 'f64', leaders: 'u32',
  }),
  /** The partition as the controller's committed metadata has it. */
  partitions: section(2, 1, { partition: 'u32', leader: 'i32', leaderEpoch: 'i32', partitionEpoch: 'i32', isrSize: 'u16', elrSize: 'u16', pendingLeader: 'i32' }),
  /** The replica as its broker has it (its disk, when it is down). */
  replicas: section(3, 2, {
    partition: 'u32', broker: 'u32', flags: 'u32', leaderEpoch: 'i32', logStartOffset: 'i64', highWatermark: 'i64', lastStableOffset: 'i64', logEndOffset: 'i64',
    /** Follower: when its next fetch leaves, or is due back from the leader; -1: none. */
    fetchDueUs: 'f64', sizeBytes: 'f64',
  }),
  /** The newest leader epochs of a replica's log, at most 4 a replica. `gone` = 1 takes the row back. */
  epochs: section(4, 3, { partition: 'u32', broker: 'u32', epoch: 'i32', startOffset: 'i64', gone: 'u8' }),
  producers: section(5, 1, { client: 'u32', flags: 'u32', producerId: 'i64', producerEpoch: 'i32', inFlight: 'u32', buffered: 'u32', sent: 'f64', acknowledged: 'f64', failed: 'f64', retries: 'f64', recordsPerSecond: 'f64' }),
  consumers: section(6, 1, { client: 'u32', flags: 'u32', generation: 'i32', consumed: 'f64', heartbeatDueUs: 'f64' }),
  groups: section(7, 1, { group: 'u32', state: 'u8', generation: 'i32', coordinator: 'i32' }),
  members: section(8, 1, { member: 'u32', flags: 'u32', sessionDueUs: 'f64' }),
  /** Which member owns a partition, in the group's current assignment; member -1: nobody. */
  assignments: section(9, 2, { group: 'u32', partition: 'u32', member: 'i32', committed: 'i64', position: 'i64' }),
  /**
   * Messages sent since the last frame, and on a full frame all that are under way. from/to: broker id, or 2^31 + client index.
   * A message that carries several partitions is one row for each, at most 8; partition 2^32 - 1: none.
   */
  flights: section(10, 0, { id: 'f64', from: 'u32', to: 'u32', sentUs: 'f64', dueUs: 'f64', apiKey: 'u16', flags: 'u16', partition: 'u32', records: 'u32', fetchOffset: 'i64' }),
  /** Messages that ended before their time (dropped, connection lost). */
  flightEnds: section(11, 0, { id: 'f64', atUs: 'f64', reason: 'u8' }),
  /** One row: totals for the strip at the top. */
  totals: section(12, 0, { acknowledged: 'f64', durable: 'f64', atRisk: 'f64', lost: 'f64', awaiting: 'f64', unread: 'f64', appendedPerSecond: 'f64', flightsOmitted: 'f64' }),
} as const;

export type SectionName = keyof typeof sections;
type ColumnValue<T extends ColumnType> = T extends 'i64' ? bigint : number;
export type SectionRow<N extends SectionName> = { [C in keyof (typeof sections)[N]['columns']]: (typeof sections)[N]['columns'][C] extends ColumnType ? ColumnValue<(typeof sections)[N]['columns'][C]> : never };
/** "No partition" in `flights.partition`. */
export const noPartition = 0xffff_ffff;
/** Added to a client's catalog index in `flights.from` and `.to`. */
export const clientIndexBase = 0x8000_0000;
/** A node that has no index in the catalog. */
export const unknownNode = 0xffff_ffff;
