/** The dialogs: one at a time, by name. */
import { Dialog } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import { AddBroker } from '#renderer/chrome/AddBroker.tsx';
import { AddConsumer, AddProducer } from '#renderer/chrome/AddClients.tsx';
import { AddTopic } from '#renderer/chrome/AddTopic.tsx';
import { FaultForm } from '#renderer/chrome/FaultForm.tsx';
import { ShortcutList } from '#renderer/chrome/ShortcutList.tsx';
import { faultKind } from '#renderer/commands/faults.ts';
import { closeDialog, useScreen } from '#renderer/state/screen-store.ts';
import type { OpenDialog } from '#renderer/state/screen-store.ts';

export function Dialogs() {
  const dialog = useScreen((state) => state.dialog);
  return (
    <Dialog.Root open={dialog !== undefined} onOpenChange={(open) => !open && closeDialog()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className={dialog?.name === 'shortcuts' ? 'dialog is-wide' : 'dialog'}>{dialog === undefined ? null : <Body dialog={dialog} />}</Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Body({ dialog }: { dialog: OpenDialog }) {
  switch (dialog.name) {
    case 'addBroker':
      return (
        <Frame title="Add a broker" intro="It registers with the controller and takes part; partitions move to it only when they are told to.">
          <AddBroker />
        </Frame>
      );
    case 'addTopic':
      return (
        <Frame title="Add a topic" intro="The controller places the replicas, rack by rack.">
          <AddTopic />
        </Frame>
      );
    case 'addProducer':
      return (
        <Frame title="Add a producer" intro="A built-in client with Kafka's own defaults.">
          <AddProducer />
        </Frame>
      );
    case 'addConsumer':
      return (
        <Frame title="Add a consumer" intro="It joins the group, and the group shares the partitions out anew.">
          <AddConsumer />
        </Frame>
      );
    case 'fault': {
      const fault = faultKind(dialog.fault ?? '');
      if (fault === undefined || dialog.target === undefined) return null;
      const broker = dialog.target.kind === 'broker' ? dialog.target.broker : 0;
      return (
        <Frame title={`${fault.verb} broker ${broker}`} intro={fault.says}>
          <FaultForm fault={fault} target={dialog.target} />
        </Frame>
      );
    }
    case 'shortcuts':
      return (
        <Frame title="Shortcuts">
          <ShortcutList />
        </Frame>
      );
    case 'settings':
      return null;
  }
}

function Frame({ title, intro, children }: { title: string; intro?: string; children: ReactNode }) {
  return (
    <>
      <Dialog.Title>{title}</Dialog.Title>
      {intro === undefined ? null : <Dialog.Description className="intro">{intro}</Dialog.Description>}
      {children}
    </>
  );
}
