/** The selected thing: what it is, its facts, and why it is so. One selection in the whole app. */
import { BrokerPanel } from '#renderer/inspector/BrokerPanel.tsx';
import { ClientPanel } from '#renderer/inspector/ClientPanel.tsx';
import { EmptyPanel } from '#renderer/inspector/EmptyPanel.tsx';
import { GroupPanel, MemberPanel } from '#renderer/inspector/GroupPanel.tsx';
import { MessagePanel } from '#renderer/inspector/MessagePanel.tsx';
import { PartitionPanel } from '#renderer/inspector/PartitionPanel.tsx';
import { TopicPanel } from '#renderer/inspector/TopicPanel.tsx';
import { targetKey } from '#renderer/model/target.ts';
import type { Target } from '#renderer/model/target.ts';
import { useScreen } from '#renderer/state/screen-store.ts';

export function Inspector() {
  const selected = useScreen((state) => state.selected);
  return (
    <aside className="inspector" aria-label="Inspector">
      {selected === undefined ? <EmptyPanel /> : <Panel key={targetKey(selected)} target={selected} />}
    </aside>
  );
}

function Panel({ target }: { target: Target }) {
  switch (target.kind) {
    case 'broker':
      return <BrokerPanel broker={target.broker} />;
    case 'topic':
      return <TopicPanel topic={target.topic} />;
    case 'partition':
      return <PartitionPanel topic={target.topic} partition={target.partition} broker={undefined} />;
    case 'replica':
      return <PartitionPanel topic={target.topic} partition={target.partition} broker={target.broker} />;
    case 'client':
      return <ClientPanel node={target.node} />;
    case 'group':
      return <GroupPanel group={target.group} />;
    case 'member':
      return <MemberPanel group={target.group} memberId={target.memberId} />;
    case 'message':
      return <MessagePanel id={target.id} />;
  }
}
