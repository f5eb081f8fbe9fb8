import { useState } from 'react';
import { ChoiceField, CommandForm, NumberField, TextField } from '#renderer/chrome/form.tsx';
import { freeName } from '#renderer/chrome/AddTopic.tsx';
import { engineStore } from '#renderer/state/engine-store.ts';
import { clientName } from '#renderer/commands/do.ts';

function topicChoices(): { value: string; label: string }[] {
  return (engineStore.getState().catalog?.topics ?? []).filter((topic) => !topic.internal).map((topic) => ({ value: topic.name, label: topic.name }));
}

function namesInUse(): string[] {
  return (engineStore.getState().catalog?.clients ?? []).map((client) => clientName(client.node));
}

const acksChoices = [
  { value: 'all', label: 'all: every in-sync replica has it' },
  { value: '1', label: '1: the leader has it' },
  { value: '0', label: '0: nobody is asked' },
];

export function AddProducer() {
  const topics = topicChoices();
  const [id, setId] = useState(() => freeName('producer', namesInUse()));
  const [topic, setTopic] = useState(topics[0]?.value ?? '');
  const [recordsPerSecond, setRecordsPerSecond] = useState(5);
  const [acks, setAcks] = useState('all');
  const [keys, setKeys] = useState(16);
  if (topics.length === 0) return <NoTopic />;
  // Idempotence, which is Kafka's default, cannot be had without acks=all.
  const config = (): Record<string, string> => (acks === 'all' ? {} : { acks, 'enable.idempotence': 'false' });
  return (
    <CommandForm submit="Add producer" command={() => ({ kind: 'producer.start', producer: { id, topic, recordsPerSecond, valueBytes: 64, keys, config: config() } })}>
      <TextField label="Name" value={id} onChange={setId} />
      <ChoiceField label="Topic" value={topic} onChange={setTopic} choices={topics} />
      <NumberField label="Records per second" value={recordsPerSecond} onChange={setRecordsPerSecond} min={0} max={1_000_000} step={0.1} />
      <ChoiceField label="acks" value={acks} onChange={setAcks} choices={acksChoices} />
      <NumberField label="Distinct keys" value={keys} onChange={setKeys} min={0} max={1_000_000} hint="0: records without a key." />
    </CommandForm>
  );
}

export function AddConsumer() {
  const topics = topicChoices();
  const groups = engineStore.getState().catalog?.groups ?? [];
  const [group, setGroup] = useState(groups[0]?.group ?? 'billing');
  const [id, setId] = useState(() => freeName(groups[0]?.group ?? 'billing', namesInUse()));
  const [topic, setTopic] = useState(topics[0]?.value ?? '');
  if (topics.length === 0) return <NoTopic />;
  return (
    <CommandForm submit="Add consumer" command={() => ({ kind: 'consumer.start', consumer: { id, group, topics: topic === '' ? topics.map((choice) => choice.value) : [topic], config: {} } })}>
      <TextField label="Group" value={group} onChange={setGroup} />
      <TextField label="Name" value={id} onChange={setId} />
      <ChoiceField label="Topic" value={topic} onChange={setTopic} choices={[...topics, { value: '', label: 'all of them' }]} />
    </CommandForm>
  );
}

function NoTopic() {
  return <div className="content soft">There is no topic yet: add one first.</div>;
}
