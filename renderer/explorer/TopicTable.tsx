import { Plus } from 'lucide-react';
import type { TopicView } from '#engine/contract/state.ts';
import { Grid } from '#renderer/explorer/Grid.tsx';
import type { Column } from '#renderer/explorer/Grid.tsx';
import { useTopicHues } from '#renderer/explorer/topic-hues.ts';
import { openDialog, select, useScreen } from '#renderer/state/screen-store.ts';
import { countText, sizeText } from '#renderer/texts/numbers.ts';

export function TopicTable({ topics }: { topics: readonly TopicView[] }) {
  const selected = useScreen((state) => state.selected);
  const hueOf = useTopicHues();
  return (
    <section>
      <div className="explorer-head">
        <h2>Topics</h2>
        <span className="num quiet">{topics.length}</span>
        <span className="spread" />
        <button type="button" className="button plain" onClick={() => openDialog({ name: 'addTopic' })}>
          <Plus size={14} strokeWidth={1.8} />
          Topic
        </button>
      </div>
      <Grid
        label="Topics"
        columns={topicColumns(hueOf)}
        rows={topics}
        keyOf={(topic) => topic.name}
        isSelected={(topic) => selected?.kind === 'topic' && selected.topic === topic.name}
        onSelect={(topic) => select({ kind: 'topic', topic: topic.name })}
      />
    </section>
  );
}

function topicColumns(hueOf: (topic: string) => string): Column<TopicView>[] {
  return [
    { name: 'topic', title: 'Topic', sort: (topic) => topic.name, show: (topic) => <span className="name"><i className={`dot hue-${hueOf(topic.name)}`} />{topic.name}</span> },
    { name: 'partitions', title: 'Partitions', isNumber: true, sort: (topic) => topic.partitions.length, show: (topic) => topic.partitions.length },
    { name: 'rf', title: 'RF', isNumber: true, sort: (topic) => topic.replicationFactor, show: (topic) => topic.replicationFactor },
    { name: 'under', title: 'Under-replicated', isNumber: true, sort: underReplicated, show: (topic) => <span className={underReplicated(topic) > 0 ? 'bad' : undefined}>{underReplicated(topic)}</span> },
    { name: 'offsets', title: 'Offsets', isNumber: true, sort: offsets, show: (topic) => countText(offsets(topic)) },
    { name: 'size', title: 'Size', isNumber: true, sort: size, show: (topic) => sizeText(size(topic)) },
    { name: 'config', title: 'Set by hand', sort: (topic) => Object.keys(topic.config).length, show: (topic) => <span className="soft">{Object.entries(topic.config).map(([name, value]) => `${name}=${value}`).join(', ') || 'nothing'}</span> },
  ];
}

function lead(part: TopicView['partitions'][number], read: (replica: TopicView['partitions'][number]['replicas'][number]) => bigint): bigint {
  const replica = part.replicas.find((candidate) => candidate.broker === part.leader);
  return replica === undefined ? 0n : read(replica);
}

function underReplicated(topic: TopicView): number {
  return topic.partitions.filter((part) => part.isr.length < part.replicas.length).length;
}

function offsets(topic: TopicView): bigint {
  return topic.partitions.reduce((sum, part) => sum + lead(part, (replica) => replica.logEndOffset - replica.logStartOffset), 0n);
}

function size(topic: TopicView): number {
  return topic.partitions.reduce((sum, part) => sum + (part.replicas.find((replica) => replica.broker === part.leader)?.sizeBytes ?? 0), 0);
}
