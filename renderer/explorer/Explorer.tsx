/** The same cluster as tables, from the same state as the stage, with the text of Kafka's own tools below. */
import { useState } from 'react';
import { Console } from '#renderer/explorer/Console.tsx';
import { GroupTable } from '#renderer/explorer/GroupTable.tsx';
import { PartitionTable } from '#renderer/explorer/PartitionTable.tsx';
import { TopicTable } from '#renderer/explorer/TopicTable.tsx';
import { useEngine } from '#renderer/state/engine-store.ts';
import { useScreen } from '#renderer/state/screen-store.ts';

export function Explorer() {
  const cluster = useEngine((state) => state.cluster);
  const showsInternal = useScreen((state) => state.showsInternalTopics);
  const [isConsoleOpen, setIsConsoleOpen] = useState(true);
  const topics = (cluster?.topics ?? []).filter((topic) => showsInternal || !topic.internal);
  if (cluster === undefined) return <div className="explorer"><div className="explorer-head soft">Waiting for the cluster.</div></div>;
  return (
    <div className="explorer">
      <div className="tables scroll">
        <TopicTable topics={topics} />
        <PartitionTable topics={topics} />
        {cluster.groups.map((group) => (
          <GroupTable key={group.group} group={group} />
        ))}
      </div>
      <Console isOpen={isConsoleOpen} onToggle={() => setIsConsoleOpen(!isConsoleOpen)} />
    </div>
  );
}
