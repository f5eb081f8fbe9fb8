import { Inbox, Layers, Plus, Send, Server } from 'lucide-react';
import { openDialog } from '#renderer/state/screen-store.ts';
import type { DialogName } from '#renderer/state/screen-store.ts';

const tools: readonly { dialog: DialogName; label: string; Icon: typeof Server }[] = [
  { dialog: 'addBroker', label: 'Broker', Icon: Server },
  { dialog: 'addTopic', label: 'Topic', Icon: Layers },
  { dialog: 'addProducer', label: 'Producer', Icon: Send },
  { dialog: 'addConsumer', label: 'Consumer', Icon: Inbox },
];

export function AddTools() {
  return (
    <div className="section">
      <h2>
        <Plus size={14} strokeWidth={1.8} className="icon" />
        Add
      </h2>
      <div className="tools">
        {tools.map(({ dialog, label, Icon }) => (
          <button key={dialog} type="button" onClick={() => openDialog({ name: dialog })}>
            <Icon size={13} strokeWidth={1.8} className="icon" />
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}
