/** Groups, members and who owns which partition, as rows of frames. A partition that nobody owns any more gets member -1. */
import { groupStates, MemberFlag } from '#engine/contract/frame.ts';
import type { GroupView } from '#engine/contract/state.ts';
import { partitionIndex } from '#engine/runtime/view/catalog.ts';
import type { CatalogIndex } from '#engine/runtime/view/catalog.ts';
import { consumerRows, consumerStateOf } from '#engine/runtime/view/client-views.ts';
import { groupViews } from '#engine/runtime/view/group-views.ts';
import type { ViewSource } from '#engine/runtime/view/view-source.ts';
import type { ViewTables } from '#engine/runtime/view/view-projector.ts';

export function projectGroups(source: ViewSource, index: CatalogIndex, tables: ViewTables, pass: number): void {
  const positions = positionsOf(source);
  for (const view of groupViews(source)) {
    const group = index.groups.get(view.group);
    if (group === undefined) continue;
    tables.groups.put({ group, state: groupStates.indexOf(view.state), generation: view.generation, coordinator: view.coordinator }, pass);
    projectMembers(source, index, tables, view, pass);
    projectAssignments(index, tables, view, group, positions, pass);
  }
}

function projectMembers({ world }: ViewSource, index: CatalogIndex, tables: ViewTables, view: GroupView, pass: number): void {
  for (const { memberId, sessionLeftMs, assignment } of view.members) {
    const member = index.members.get(`${view.group} ${memberId}`);
    if (member === undefined) continue;
    const sessionDueUs = sessionLeftMs === -1 ? -1 : world.state.timeUs + sessionLeftMs * 1000;
    tables.members.put({ member, flags: (memberId === view.leader ? MemberFlag.leader : 0) | (assignment.length > 0 ? MemberFlag.assigned : 0), sessionDueUs: Math.round(sessionDueUs / 100_000) * 100_000 }, pass);
  }
}

function projectAssignments(index: CatalogIndex, tables: ViewTables, view: GroupView, group: number, positions: ReadonlyMap<string, bigint>, pass: number): void {
  const rows = new Map<number, { member: number; committed: bigint; position: bigint }>();
  for (const { topic, partition, offset } of view.offsets) {
    const at = partitionIndex(index, topic, partition);
    if (at !== -1) rows.set(at, { member: -1, committed: offset, position: positions.get(`${view.group} ${topic}-${partition}`) ?? -1n });
  }
  for (const { memberId, assignment } of view.members) {
    const member = index.members.get(`${view.group} ${memberId}`) ?? -1;
    for (const name of assignment) {
      const dash = name.lastIndexOf('-');
      const at = partitionIndex(index, name.slice(0, dash), Number(name.slice(dash + 1)));
      if (at === -1) continue;
      rows.set(at, { member, committed: rows.get(at)?.committed ?? -1n, position: positions.get(`${view.group} ${name}`) ?? -1n });
    }
  }
  const table = tables.assignments;
  for (let row = 0; row < table.rowCount; row++) {
    const known = table.columns.partition[row] as number;
    if (table.columns.group[row] === group && !rows.has(known)) rows.set(known, { member: -1, committed: -1n, position: -1n });
  }
  for (const [partition, row] of rows) table.put({ group, partition, ...row }, pass);
}

/** Positions of the built-in consumers, by "group topic-partition". */
function positionsOf({ world }: ViewSource): Map<string, bigint> {
  const positions = new Map<string, bigint>();
  for (const row of consumerRows(world)) {
    const state = consumerStateOf(row);
    for (const [key, { position }] of state?.assignment ?? []) positions.set(`${state?.config.group} ${key}`, position);
  }
  return positions;
}
