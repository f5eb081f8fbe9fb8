/**
 * What the screen knows of the cluster: the catalog and one table per section, brought up to date by frames. Lives in the
 * render worker. A full frame begins anew, a delta changes rows; `changed*` name what has to be drawn again.
 */
import type { Catalog } from '#engine/contract/envelope.ts';
import type { Frame, FrameSection } from '#engine/contract/frame-codec.ts';
import { layoutOf } from '#engine/contract/frame-layout.ts';
import { FrameTable } from '#engine/contract/frame-table.ts';
import type { SectionName, SectionRow } from '#engine/contract/frame.ts';

const keyedSections = ['brokers', 'partitions', 'replicas', 'epochs', 'producers', 'consumers', 'groups', 'members', 'assignments'] as const;
type KeyedSection = (typeof keyedSections)[number];
type Tables = { [N in KeyedSection]: FrameTable<N> };
export type Totals = SectionRow<'totals'>;

export interface EpochStart {
  epoch: number;
  startOffset: bigint;
}

export interface ViewModel {
  catalog: Catalog | undefined;
  tables: Tables;
  totals: Totals | undefined;
  timeUs: number;
  eventId: number;
  frameNumber: number;
  /** Counts applied frames; the pass of the tables. */
  pass: number;
  /** Epoch starts by replica key, oldest first; kept beside their table because strips read them in order. */
  epochs: Map<number, EpochStart[]>;
  /** Since they were last taken: partitions, brokers, clients and groups with news. */
  changed: Changes;
}

export interface Changes {
  everything: boolean;
  partitions: Set<number>;
  brokers: Set<number>;
  clients: Set<number>;
  groups: Set<number>;
}

export const replicaKeyOf = (partition: number, broker: number): number => partition * 0x20_0000 + broker;

export function createViewModel(): ViewModel {
  return { catalog: undefined, tables: emptyTables(), totals: undefined, timeUs: 0, eventId: 0, frameNumber: 0, pass: 0, epochs: new Map(), changed: noChanges() };
}

function emptyTables(): Tables {
  return {
    brokers: new FrameTable('brokers'),
    partitions: new FrameTable('partitions'),
    replicas: new FrameTable('replicas'),
    epochs: new FrameTable('epochs'),
    producers: new FrameTable('producers'),
    consumers: new FrameTable('consumers'),
    groups: new FrameTable('groups'),
    members: new FrameTable('members'),
    assignments: new FrameTable('assignments'),
  };
}

function noChanges(): Changes {
  return { everything: false, partitions: new Set(), brokers: new Set(), clients: new Set(), groups: new Set() };
}

/** Hands over what has changed and begins a new list. */
export function takeChanges(model: ViewModel): Changes {
  const changes = model.changed;
  model.changed = noChanges();
  return changes;
}

export function setCatalog(model: ViewModel, catalog: Catalog): void {
  model.catalog = catalog;
  model.changed.everything = true;
}

/** Answers false when the frame was made with names that this screen does not have; it is left alone then. */
export function applyFrame(model: ViewModel, frame: Frame): boolean {
  if (frame.catalogId !== model.catalog?.catalogId) return false;
  model.pass++;
  if (frame.full) {
    for (const name of keyedSections) model.tables[name].clear();
    model.epochs.clear();
    model.changed.everything = true;
  }
  for (const name of keyedSections) {
    const section = frame.sections[name];
    if (section !== undefined) applySection(model, name, section as FrameSection<KeyedSection>);
  }
  const totals = frame.sections.totals;
  if (totals !== undefined && totals.rowCount > 0) model.totals = readRow('totals', totals, totals.rowCount - 1);
  model.timeUs = frame.timeUs;
  model.eventId = frame.eventId;
  model.frameNumber = frame.frameNumber;
  return true;
}

function applySection(model: ViewModel, name: KeyedSection, section: FrameSection<KeyedSection>): void {
  const table = model.tables[name] as FrameTable<KeyedSection>;
  for (let row = 0; row < section.rowCount; row++) {
    const values = readRow(name, section, row);
    table.put(values, model.pass);
    note(model, name, values as Partial<SectionRow<'replicas'> & SectionRow<'epochs'> & SectionRow<'assignments'> & SectionRow<'producers'> & SectionRow<'members'>>);
  }
}

type AnyRow = Partial<SectionRow<'replicas'> & SectionRow<'epochs'> & SectionRow<'assignments'> & SectionRow<'producers'> & SectionRow<'members'>>;

function note(model: ViewModel, name: KeyedSection, row: AnyRow): void {
  const { changed } = model;
  if (name === 'epochs') noteEpoch(model, row as SectionRow<'epochs'>);
  if (row.partition !== undefined) changed.partitions.add(row.partition);
  if (row.group !== undefined) changed.groups.add(row.group);
  if (row.client !== undefined) changed.clients.add(row.client);
  if (name === 'brokers' && row.broker !== undefined) changed.brokers.add(row.broker);
  if (name === 'members' && row.member !== undefined) {
    const group = model.catalog?.members[row.member]?.group;
    if (group !== undefined) changed.groups.add(group);
  }
}

function noteEpoch(model: ViewModel, row: SectionRow<'epochs'>): void {
  const key = replicaKeyOf(row.partition, row.broker);
  const known = model.epochs.get(key)?.filter((start) => start.epoch !== row.epoch) ?? [];
  if (row.gone === 0) known.push({ epoch: row.epoch, startOffset: row.startOffset });
  known.sort((a, b) => a.epoch - b.epoch);
  model.epochs.set(key, known);
}

export function readRow<N extends SectionName>(name: N, section: FrameSection<N>, row: number): SectionRow<N> {
  const values: Record<string, number | bigint> = {};
  const columns = section.columns as unknown as Record<string, ArrayLike<number | bigint>>;
  for (const { name: column } of layoutOf(name).columns) values[column] = columns[column]?.[row] ?? 0;
  return values as unknown as SectionRow<N>;
}

export function replicaOf(model: ViewModel, partition: number, broker: number): SectionRow<'replicas'> | undefined {
  const row = model.tables.replicas.find(partition, broker);
  return row < 0 ? undefined : model.tables.replicas.get(row);
}
export function partitionOf(model: ViewModel, partition: number): SectionRow<'partitions'> | undefined {
  const row = model.tables.partitions.find(partition);
  return row < 0 ? undefined : model.tables.partitions.get(row);
}
export function brokerOf(model: ViewModel, broker: number): SectionRow<'brokers'> | undefined {
  const row = model.tables.brokers.find(broker);
  return row < 0 ? undefined : model.tables.brokers.get(row);
}
export function producerOf(model: ViewModel, client: number): SectionRow<'producers'> | undefined {
  const row = model.tables.producers.find(client);
  return row < 0 ? undefined : model.tables.producers.get(row);
}
export function consumerOf(model: ViewModel, client: number): SectionRow<'consumers'> | undefined {
  const row = model.tables.consumers.find(client);
  return row < 0 ? undefined : model.tables.consumers.get(row);
}
export function groupOf(model: ViewModel, group: number): SectionRow<'groups'> | undefined {
  const row = model.tables.groups.find(group);
  return row < 0 ? undefined : model.tables.groups.get(row);
}
export function memberOf(model: ViewModel, member: number): SectionRow<'members'> | undefined {
  const row = model.tables.members.find(member);
  return row < 0 ? undefined : model.tables.members.get(row);
}
export function assignmentOf(model: ViewModel, group: number, partition: number): SectionRow<'assignments'> | undefined {
  const row = model.tables.assignments.find(group, partition);
  return row < 0 ? undefined : model.tables.assignments.get(row);
}

/** The group whose commits are pinned on a partition: the first that has one there. */
export function pinnedAssignment(model: ViewModel, partition: number): SectionRow<'assignments'> | undefined {
  const groups = model.catalog?.groups.length ?? 0;
  for (let group = 0; group < groups; group++) {
    const found = assignmentOf(model, group, partition);
    if (found !== undefined && (found.committed >= 0n || found.member >= 0)) return found;
  }
  return undefined;
}

export function partitionsOfMember(model: ViewModel, group: number, member: number): SectionRow<'assignments'>[] {
  const table = model.tables.assignments;
  const rows: SectionRow<'assignments'>[] = [];
  for (let row = 0; row < table.rowCount; row++) {
    if (table.columns.group[row] === group && table.columns.member[row] === member) rows.push(table.get(row));
  }
  return rows.toSorted((a, b) => a.partition - b.partition);
}

/** High watermark as the leader has it; undefined while nobody leads. */
export function leaderHighWatermark(model: ViewModel, partition: number): bigint | undefined {
  const leader = partitionOf(model, partition)?.leader ?? -1;
  return leader < 0 ? undefined : replicaOf(model, partition, leader)?.highWatermark;
}

/** High watermark minus committed offset; undefined when nothing is committed or nobody leads. */
export function lagOf(model: ViewModel, assignment: SectionRow<'assignments'>): bigint | undefined {
  const highWatermark = leaderHighWatermark(model, assignment.partition);
  if (highWatermark === undefined || assignment.committed < 0n) return undefined;
  return highWatermark > assignment.committed ? highWatermark - assignment.committed : 0n;
}
