/** One thing in words: for the tooltip, the focus label of screen readers, and the head of the inspector. */
import { FlightFlag, noPartition } from '#engine/contract/frame.ts';
import type { Flight } from '#renderer/model/flights.ts';
import type { Target } from '#renderer/model/target.ts';
import { brokerOf, groupOf, lagOf, partitionsOfMember, producerOf } from '#renderer/model/view-model.ts';
import { groupStates } from '#engine/contract/frame.ts';
import { brokerStanding } from '#renderer/stage/draw/broker-label.ts';
import { coreNamed } from '#renderer/stage/places.ts';
import { nodeName, partitionLabel, pictureIn } from '#renderer/stage/scene.ts';
import type { Scene } from '#renderer/stage/scene.ts';
import { countText, rateText } from '#renderer/texts/numbers.ts';

export function titleOf(target: Target): string {
  switch (target.kind) {
    case 'broker':
      return `Broker ${target.broker}`;
    case 'topic':
      return `Topic ${target.topic}`;
    case 'partition':
      return `${target.topic}-${target.partition}`;
    case 'replica':
      return `${target.topic}-${target.partition} on broker ${target.broker}`;
    case 'client':
      return target.node.replace(/^(producer|consumer|external)\//, (_, kind: string) => `${kind === 'external' ? 'Client' : kind === 'producer' ? 'Producer' : 'Consumer'} `);
    case 'group':
      return `Group ${target.group}`;
    case 'member':
      return `Member of ${target.group}`;
    case 'message':
      return 'Message in flight';
  }
}

/** The title first, then what matters about it now. */
export function describe(scene: Scene, target: Target, flight: Flight | undefined): string[] {
  switch (target.kind) {
    case 'broker':
      return [titleOf(target), ...brokerLines(scene, target.broker)];
    case 'partition':
    case 'replica':
      return [titleOf(target), ...coreLines(scene, target)];
    case 'client':
      return clientLines(scene, target.node);
    case 'group':
      return [titleOf(target), ...groupLines(scene, target.group)];
    case 'member':
      return memberLines(scene, target.group, target.memberId);
    case 'message':
      return flight === undefined ? ['This message has arrived'] : messageLines(scene, flight);
    case 'topic':
      return [titleOf(target)];
  }
}

function brokerLines(scene: Scene, broker: number): string[] {
  const row = brokerOf(scene.model, broker);
  if (row === undefined) return ['nothing known of it yet'];
  return [brokerStanding(row.flags).word, `leads ${row.leaders} ${row.leaders === 1 ? 'partition' : 'partitions'}`, `metadata log to ${row.metadataLogEndOffset}, high watermark ${row.metadataHighWatermark}`];
}

function coreLines(scene: Scene, target: Extract<Target, { kind: 'partition' | 'replica' }>): string[] {
  const core = coreNamed(scene, target.topic, target.partition);
  const picture = core === undefined ? undefined : pictureIn(scene, core.partition);
  if (picture === undefined) return ['nothing known of it yet'];
  const isr = picture.replicas.filter((replica) => replica.inSync).map((replica) => replica.broker).join(', ');
  const whole = [picture.leader < 0 ? 'no leader' : `leader broker ${picture.leader}, epoch ${picture.leaderEpoch}`, `ISR ${isr === '' ? 'empty' : isr}`];
  if (target.kind === 'partition') return [...whole, `high watermark ${picture.highWatermark}, log end offset ${picture.logEndOffset}`];
  const replica = picture.replicas.find((candidate) => candidate.broker === target.broker);
  if (replica === undefined) return whole;
  const word = { leader: 'Leader', follower: 'Follower, in sync', outOfSync: 'Follower, out of the ISR', offline: replica.inSync ? 'Offline, still named in the ISR' : 'Offline' }[replica.standing];
  return [`${word}, epoch ${replica.leaderEpoch}`, `log ${replica.logStartOffset} to ${replica.logEndOffset}`, `own high watermark ${replica.highWatermark}`, `ISR ${isr === '' ? 'empty' : isr}`];
}

function clientLines(scene: Scene, node: string): string[] {
  const client = scene.catalog.clients.findIndex((candidate) => candidate.node === node);
  const named = scene.catalog.clients[client];
  const row = producerOf(scene.model, client);
  const lines = [named?.label ?? node];
  if (named?.kind === 'external') lines.push(`from outside${named.address === null ? '' : `, ${named.address}`}`);
  if (row !== undefined) lines.push(`${rateText(row.recordsPerSecond)} records per second`, `${countText(row.acknowledged)} acknowledged, ${countText(row.failed)} failed, ${row.inFlight} requests in flight`);
  return lines;
}

function groupLines(scene: Scene, group: string): string[] {
  const index = scene.catalog.groups.findIndex((candidate) => candidate.group === group);
  const row = groupOf(scene.model, index);
  if (row === undefined) return ['nothing known of it yet'];
  return [`${groupStates[row.state] ?? '?'}, generation ${row.generation}`, row.coordinator < 0 ? 'its coordinator is moving' : `coordinator: broker ${row.coordinator}`];
}

function memberLines(scene: Scene, group: string, memberId: string): string[] {
  const groupIndex = scene.catalog.groups.findIndex((candidate) => candidate.group === group);
  const member = scene.catalog.members.findIndex((candidate) => candidate.memberId === memberId);
  const owned = partitionsOfMember(scene.model, groupIndex, member);
  const lines = owned.slice(0, 4).map((row) => `${partitionLabel(scene, row.partition)}: ${lagText(lagOf(scene.model, row))}`);
  if (owned.length > 4) lines.push(`and ${owned.length - 4} more`);
  return [scene.catalog.members[member]?.clientId ?? memberId, ...(lines.length === 0 ? ['owns no partition'] : lines)];
}

function lagText(lag: bigint | undefined): string {
  return lag === undefined ? 'nothing committed' : lag === 0n ? 'no lag' : `lag ${countText(lag)}`;
}

function messageLines(scene: Scene, flight: Flight): string[] {
  const name = scene.catalog.apiNames[flight.apiKey] ?? `API ${flight.apiKey}`;
  const lines = [`${name} ${(flight.flags & FlightFlag.response) === 0 ? 'request' : 'answer'}`, `${nodeName(scene, flight.from)} to ${nodeName(scene, flight.to)}`];
  if (flight.partition !== noPartition) lines.push(partitionLabel(scene, flight.partition));
  if (flight.records > 0) lines.push(`${countText(flight.records)} ${flight.records === 1 ? 'record' : 'records'}`);
  if ((flight.flags & FlightFlag.replication) !== 0 && (flight.flags & FlightFlag.response) === 0 && flight.fetchOffset >= 0n) lines.push(`asks from offset ${flight.fetchOffset}`);
  if (flight.stands) lines.push('held: it stands until it is released');
  if ((flight.flags & FlightFlag.dropped) !== 0) lines.push('lost on the way');
  if ((flight.flags & FlightFlag.error) !== 0) lines.push('carries an error');
  return lines;
}
