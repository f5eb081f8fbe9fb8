import { useState } from 'react';
import { CommandForm, NumberField, TextField } from '#renderer/chrome/form.tsx';
import { engineStore } from '#renderer/state/engine-store.ts';

export function AddBroker() {
  const brokers = engineStore.getState().catalog?.brokers ?? [];
  const [id, setId] = useState(Math.max(0, ...brokers.map((broker) => broker.id)) + 1);
  const [rack, setRack] = useState('');
  return (
    <CommandForm submit="Add broker" command={() => ({ kind: 'broker.add', broker: { id, host: '127.0.0.1', port: 0, ...(rack === '' ? {} : { rack }) } })}>
      <NumberField label="Broker id" value={id} onChange={setId} min={1} max={999_999} />
      <TextField label="Rack" value={rack} onChange={setRack} isRequired={false} hint="May be left empty." />
    </CommandForm>
  );
}
