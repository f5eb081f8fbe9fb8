import type { CommittedOffsetView, GroupView } from '#engine/contract/state.ts';
import { Grid } from '#renderer/explorer/Grid.tsx';
import type { Column } from '#renderer/explorer/Grid.tsx';
import { useTopicHues } from '#renderer/explorer/topic-hues.ts';
import { lagShare } from '#renderer/stage/draw/group-box.ts';
import { select, useScreen } from '#renderer/state/screen-store.ts';
import { countText } from '#renderer/texts/numbers.ts';

export function GroupTable({ group }: { group: GroupView }) {
  const selected = useScreen((state) => state.selected);
  const hueOf = useTopicHues();
  const owner = (row: CommittedOffsetView): string => group.members.find((member) => member.assignment.includes(`${row.topic}-${row.partition}`))?.clientId ?? '';
  const total = group.offsets.reduce((sum, row) => sum + (row.lag > 0n ? row.lag : 0n), 0n);
  return (
    <section>
      <div className="explorer-head">
        <h2>Group {group.group}</h2>
        <span className="tag group">
          {group.type}, {group.state}
        </span>
        <span className="num small quiet">
          generation {group.generation}, coordinator {group.coordinator}, lag {countText(total)}
        </span>
      </div>
      <Grid
        label={`Group ${group.group}`}
        columns={offsetColumns(hueOf, owner)}
        rows={group.offsets}
        keyOf={(row) => `${row.topic}-${row.partition}`}
        isSelected={(row) => (selected?.kind === 'partition' || selected?.kind === 'replica') && selected.topic === row.topic && selected.partition === row.partition}
        onSelect={(row) => select({ kind: 'partition', topic: row.topic, partition: row.partition })}
      />
    </section>
  );
}

function offsetColumns(hueOf: (topic: string) => string, owner: (row: CommittedOffsetView) => string): Column<CommittedOffsetView>[] {
  return [
    { name: 'partition', title: 'Partition', sort: (row) => `${row.topic}-${row.partition}`, show: (row) => <span className="name"><i className={`dot hue-${hueOf(row.topic)}`} />{`${row.topic}-${row.partition}`}</span> },
    { name: 'member', title: 'Member', sort: owner, show: (row) => owner(row) || <span className="quiet">nobody</span> },
    { name: 'committed', title: 'Committed', isNumber: true, sort: (row) => row.offset, show: (row) => (row.offset < 0n ? '–' : String(row.offset)) },
    { name: 'end', title: 'High watermark', isNumber: true, sort: (row) => row.logEndOffset, show: (row) => String(row.logEndOffset) },
    { name: 'lag', title: 'Lag, records', isNumber: true, sort: (row) => row.lag, show: (row) => (row.lag < 0n ? '–' : countText(row.lag)) },
    { name: 'bar', title: 'Lag, logarithmic', sort: (row) => row.lag, show: (row) => <span className="lag-bar"><i style={{ width: `${lagShare(row.lag) * 100}%` }} /></span> },
  ];
}
