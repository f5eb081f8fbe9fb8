import { Star, TriangleAlert } from 'lucide-react';
import type { PartitionView, ReplicaView, TopicView } from '#engine/contract/state.ts';
import { Grid } from '#renderer/explorer/Grid.tsx';
import type { Column } from '#renderer/explorer/Grid.tsx';
import { useTopicHues } from '#renderer/explorer/topic-hues.ts';
import { select, useScreen } from '#renderer/state/screen-store.ts';
import { countText, sizeText } from '#renderer/texts/numbers.ts';

interface Row {
  topic: string;
  part: PartitionView;
  leader: ReplicaView | undefined;
}

function partitionColumns(hueOf: (topic: string) => string): Column<Row>[] {
  return [
    { name: 'partition', title: 'Partition', sort: (row) => `${row.topic}-${row.part.partition}`, show: (row) => <span className="name"><i className={`dot hue-${hueOf(row.topic)}`} />{`${row.topic}-${row.part.partition}`}</span> },
    { name: 'leader', title: 'Leader', isNumber: true, sort: (row) => row.part.leader, show: (row) => (row.part.leader < 0 ? <span className="bad">none</span> : row.part.leader) },
    { name: 'epoch', title: 'Epoch', isNumber: true, sort: (row) => row.part.leaderEpoch, show: (row) => row.part.leaderEpoch },
    { name: 'partitionEpoch', title: 'Part. epoch', isNumber: true, sort: (row) => row.part.partitionEpoch, show: (row) => row.part.partitionEpoch },
    { name: 'replicas', title: 'Replicas', sort: (row) => row.part.replicas.map((replica) => replica.broker).join(), show: (row) => <Replicas part={row.part} /> },
    { name: 'isr', title: 'ISR', sort: (row) => row.part.isr.length, show: (row) => <span className={row.part.isr.length < row.part.replicas.length ? 'num bad' : 'num'}>{row.part.isr.join(',')}</span> },
    { name: 'elr', title: 'ELR', sort: (row) => row.part.elr.length, show: (row) => <span className="num quiet">{row.part.elr.join(',') || 'none'}</span> },
    { name: 'start', title: 'Log start', isNumber: true, sort: (row) => row.leader?.logStartOffset ?? -1n, show: (row) => String(row.leader?.logStartOffset ?? '–') },
    { name: 'lso', title: 'LSO', isNumber: true, sort: (row) => row.leader?.lastStableOffset ?? -1n, show: (row) => String(row.leader?.lastStableOffset ?? '–') },
    { name: 'hw', title: 'HW', isNumber: true, sort: (row) => row.leader?.highWatermark ?? -1n, show: (row) => String(row.leader?.highWatermark ?? '–') },
    { name: 'leo', title: 'LEO', isNumber: true, sort: (row) => row.leader?.logEndOffset ?? -1n, show: (row) => String(row.leader?.logEndOffset ?? '–') },
    { name: 'size', title: 'Size', isNumber: true, sort: (row) => row.leader?.sizeBytes ?? 0, show: (row) => sizeText(row.leader?.sizeBytes ?? 0) },
    { name: 'note', title: 'Note', sort: noteOf, show: (row) => <Note row={row} /> },
  ];
}

export function PartitionTable({ topics }: { topics: readonly TopicView[] }) {
  const selected = useScreen((state) => state.selected);
  const hueOf = useTopicHues();
  const wanted = selected?.kind === 'topic' ? selected.topic : undefined;
  const rows = topics
    .filter((topic) => wanted === undefined || topic.name === wanted)
    .flatMap((topic) => topic.partitions.map((part): Row => ({ topic: topic.name, part, leader: part.replicas.find((replica) => replica.broker === part.leader) })));
  return (
    <section>
      <div className="explorer-head">
        <h2>Partitions</h2>
        <span className="num quiet">{rows.length}</span>
        {wanted === undefined ? null : (
          <button type="button" className="tag" onClick={() => select(undefined)}>
            topic: {wanted} ×
          </button>
        )}
      </div>
      <Grid
        label="Partitions"
        columns={partitionColumns(hueOf)}
        rows={rows}
        keyOf={(row) => `${row.topic}-${row.part.partition}`}
        isSelected={(row) => (selected?.kind === 'partition' || selected?.kind === 'replica') && selected.topic === row.topic && selected.partition === row.part.partition}
        onSelect={(row) => select({ kind: 'partition', topic: row.topic, partition: row.part.partition })}
      />
    </section>
  );
}

function Replicas({ part }: { part: PartitionView }) {
  return (
    <span className="replicas">
      {part.replicas.map((replica) => (
        <span key={replica.broker} className={replica.broker === part.leader ? 'is-leader' : replica.inSync ? undefined : 'is-out'} title={replica.broker === part.leader ? 'leader' : replica.inSync ? 'in sync' : 'out of the ISR'}>
          {replica.broker}
        </span>
      ))}
    </span>
  );
}

function noteOf({ part, leader }: Row): string {
  if (leader === undefined) return 'nobody leads';
  const out = part.replicas.filter((replica) => !replica.inSync);
  const first = out[0];
  if (first !== undefined) return `broker ${first.broker} is ${first.online ? `${countText(leader.logEndOffset - first.logEndOffset)} behind` : 'down'}`;
  return part.replicas[0]?.broker === part.leader ? '' : `preferred is ${part.replicas[0]?.broker ?? '?'}`;
}

function Note({ row }: { row: Row }) {
  const words = noteOf(row);
  if (words === '') return null;
  const isMild = words.startsWith('preferred');
  return (
    <span className={isMild ? 'soft' : 'bad'}>
      {isMild ? <Star size={12} className="icon" /> : <TriangleAlert size={12} className="icon" />} {words}
    </span>
  );
}
