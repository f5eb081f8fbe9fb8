import { useState } from 'react';
import { ChoiceField, CommandForm, NumberField, TextField } from '#renderer/chrome/form.tsx';
import { engineStore } from '#renderer/state/engine-store.ts';

export function AddTopic() {
  const { catalog } = engineStore.getState();
  const brokers = catalog?.brokers.length ?? 1;
  const [name, setName] = useState(() => freeName('topic', catalog?.topics.map((topic) => topic.name) ?? []));
  const [partitions, setPartitions] = useState(3);
  const [replicationFactor, setReplicationFactor] = useState(Math.min(3, brokers));
  const [minInSync, setMinInSync] = useState(Math.min(2, brokers));
  const [cleanup, setCleanup] = useState('delete');
  const config = (): Record<string, string> => ({ 'min.insync.replicas': String(minInSync), ...(cleanup === 'delete' ? {} : { 'cleanup.policy': cleanup }) });
  return (
    <CommandForm submit="Add topic" command={() => ({ kind: 'topic.create', topic: { name, partitions, replicationFactor, config: config() } })}>
      <TextField label="Name" value={name} onChange={setName} />
      <NumberField label="Partitions" value={partitions} onChange={setPartitions} min={1} max={100_000} />
      <NumberField label="Replication factor" value={replicationFactor} onChange={setReplicationFactor} min={1} max={brokers} />
      <NumberField label="min.insync.replicas" value={minInSync} onChange={setMinInSync} min={1} max={32_767} hint="With acks=all, fewer in-sync replicas than this refuse a write." />
      <ChoiceField label="cleanup.policy" value={cleanup} onChange={setCleanup} choices={['delete', 'compact', 'compact,delete'].map((value) => ({ value, label: value }))} />
    </CommandForm>
  );
}

export function freeName(stem: string, taken: readonly string[]): string {
  for (let at = 1; ; at++) if (!taken.includes(`${stem}-${at}`)) return `${stem}-${at}`;
}
