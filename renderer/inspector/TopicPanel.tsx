import { Trash2 } from 'lucide-react';
import { engineLink } from '#renderer/app/engine-link.ts';
import { Fact, Facts, Num, PanelHead, Unknown } from '#renderer/inspector/parts.tsx';
import { SettingsSection } from '#renderer/inspector/SettingsSection.tsx';
import { useEngine } from '#renderer/state/engine-store.ts';
import { select } from '#renderer/state/screen-store.ts';

const partitionsMax = 50;

export function TopicPanel({ topic }: { topic: string }) {
  const view = useEngine((state) => state.cluster?.topics.find((candidate) => candidate.name === topic));
  if (view === undefined) return <Unknown what={`Topic ${topic}`} />;
  return (
    <>
      <PanelHead title={topic}>
        <span className="tag num">
          {view.partitions.length} × {view.replicationFactor}
        </span>
        {view.internal ? <span className="tag">internal</span> : null}
      </PanelHead>
      <div className="inspector-body scroll">
        <div className="section">
          <Facts>
            <Fact name="Topic id">
              <Num>{view.topicId}</Num>
            </Fact>
          </Facts>
        </div>
        <div className="section">
          <h3>Partitions</h3>
          <table className="rows">
            <thead>
              <tr>
                <th>Partition</th>
                <th className="right">Leader</th>
                <th className="right">ISR</th>
                <th className="right">End</th>
              </tr>
            </thead>
            <tbody>
              {view.partitions.slice(0, partitionsMax).map((part) => (
                <tr key={part.partition}>
                  <td>
                    <button type="button" onClick={() => select({ kind: 'partition', topic, partition: part.partition })}>
                      {topic}-{part.partition}
                    </button>
                  </td>
                  <td className="num">{part.leader < 0 ? <span className="bad">none</span> : part.leader}</td>
                  <td className={part.isr.length < part.replicas.length ? 'num bad' : 'num'}>{part.isr.join(',')}</td>
                  <td className="num">{String(part.replicas.find((replica) => replica.broker === part.leader)?.logEndOffset ?? '–')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <SettingsSection of="topic" name={topic} />
      </div>
      {view.internal ? null : (
        <div className="inspector-actions">
          <button type="button" className="button danger" onClick={() => void engineLink().run({ kind: 'topic.delete', topic })}>
            <Trash2 size={14} strokeWidth={1.8} />
            Delete topic
          </button>
        </div>
      )}
    </>
  );
}
