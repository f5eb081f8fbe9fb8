/** A partition, or one of its replicas. */
import { Crown, TriangleAlert } from 'lucide-react';
import type { PartitionView, ReplicaView, TopicView } from '#engine/contract/state.ts';
import { Fact, Facts, Num, PanelHead, Unknown } from '#renderer/inspector/parts.tsx';
import { MiniCore } from '#renderer/inspector/MiniCore.tsx';
import { WhySection } from '#renderer/inspector/WhySection.tsx';
import { hueOrder } from '#renderer/stage/palette.ts';
import { engineStore, useEngine } from '#renderer/state/engine-store.ts';
import { select } from '#renderer/state/screen-store.ts';
import { countText, sizeText } from '#renderer/texts/numbers.ts';
import { partitionQuestion } from '#renderer/texts/questions.ts';

export function PartitionPanel({ topic, partition, broker }: { topic: string; partition: number; broker: number | undefined }) {
  const view = useEngine((state) => state.cluster?.topics.find((candidate) => candidate.name === topic));
  const hue = useTopicHue(topic);
  const part = view?.partitions[partition];
  const replica = broker === undefined ? undefined : part?.replicas.find((candidate) => candidate.broker === broker);
  const title = broker === undefined ? `${topic}-${partition}` : `${topic}-${partition} on broker ${broker}`;
  if (view === undefined || part === undefined || (broker !== undefined && replica === undefined)) return <Unknown what={title} />;
  const question = partitionQuestion(topic, part, replica);
  return (
    <>
      <PanelHead title={title}>{replica === undefined ? <PartitionTags part={part} /> : <ReplicaTags part={part} replica={replica} />}</PanelHead>
      <div className="inspector-body scroll">
        <div className="section">
          <MiniCore partition={part} hue={hue} />
          {replica === undefined ? <PartitionFacts view={view} part={part} /> : <ReplicaFacts view={view} part={part} replica={replica} />}
        </div>
        <WhySection question={question} />
        {replica === undefined ? null : <Epochs replica={replica} />}
      </div>
    </>
  );
}

const hueTokens: Record<string, string> = { topicA: 'var(--topic-a)', topicB: 'var(--topic-b)', topicC: 'var(--topic-c)', topicD: 'var(--topic-d)', text3: 'var(--text-3)' };

function useTopicHue(topic: string): string {
  const topics = useEngine((state) => state.catalog?.topics);
  const at = topics?.findIndex((candidate) => candidate.name === topic) ?? -1;
  return hueTokens[hueOrder(topics ?? []).get(at) ?? 'topicA'] ?? 'var(--topic-a)';
}

function PartitionTags({ part }: { part: PartitionView }) {
  return (
    <>
      {part.leader < 0 ? (
        <span className="tag fault">
          <TriangleAlert size={12} />
          No leader
        </span>
      ) : (
        <span className="tag">
          <Crown size={12} />
          Broker {part.leader}
        </span>
      )}
      <span className="tag num">epoch {part.leaderEpoch}</span>
      <span className="tag num">partition epoch {part.partitionEpoch}</span>
    </>
  );
}

function ReplicaTags({ part, replica }: { part: PartitionView; replica: ReplicaView }) {
  return (
    <>
      {replica.online ? null : <span className="tag fault">Offline</span>}
      {replica.inSync ? null : (
        <span className="tag fault">
          <TriangleAlert size={12} />
          Out of ISR
        </span>
      )}
      <span className="tag">
        {part.leader === replica.broker ? <Crown size={12} /> : null}
        {part.leader === replica.broker ? 'Leader' : 'Follower'}
      </span>
      {replica.role === 'leader' && part.leader !== replica.broker ? <span className="tag fault">Believes it leads</span> : null}
      <span className="tag num">epoch {replica.leaderEpoch >= 0 ? replica.leaderEpoch : (replica.epochs.at(-1)?.epoch ?? '–')}</span>
    </>
  );
}

function minIsrOf(view: TopicView): number {
  const catalog = engineStore.getState().catalog?.topics.find((candidate) => candidate.name === view.name);
  return catalog?.minInsyncReplicas ?? Number(view.config['min.insync.replicas'] ?? 1);
}

function PartitionFacts({ view, part }: { view: TopicView; part: PartitionView }) {
  const leader = part.replicas.find((replica) => replica.broker === part.leader);
  return (
    <Facts>
      <Fact name="ISR">
        <Num>{part.isr.join(', ') || 'empty'}</Num>
        <span className="quiet">
          of {part.replicas.map((replica) => replica.broker).join(', ')}, min {minIsrOf(view)}
        </span>
      </Fact>
      <Fact name="Preferred">
        <Num>{part.replicas[0]?.broker ?? '–'}</Num>
        <span className="quiet">{part.replicas[0]?.broker === part.leader ? 'leads' : 'does not lead now'}</span>
      </Fact>
      <Fact name="High watermark">
        <Num>{String(leader?.highWatermark ?? '–')}</Num>
      </Fact>
      <Fact name="Log end offset">
        <Num>{String(leader?.logEndOffset ?? '–')}</Num>
        {leader === undefined ? null : <span className="quiet">{countText(leader.logEndOffset - leader.highWatermark)} not committed</span>}
      </Fact>
      <Fact name="Log start">
        <Num>{String(leader?.logStartOffset ?? '–')}</Num>
      </Fact>
      {part.elr.length + part.lastKnownElr.length > 0 ? (
        <Fact name="ELR">
          <Num>{part.elr.join(', ') || 'none'}</Num>
        </Fact>
      ) : null}
      <Fact name="Size">
        <Num>{sizeText(leader?.sizeBytes ?? 0)}</Num>
      </Fact>
    </Facts>
  );
}

function ReplicaFacts({ view, part, replica }: { view: TopicView; part: PartitionView; replica: ReplicaView }) {
  const leader = part.replicas.find((candidate) => candidate.broker === part.leader);
  const behind = leader === undefined ? undefined : leader.logEndOffset - replica.logEndOffset;
  return (
    <Facts>
      <Fact name="ISR">
        <Num>{part.isr.join(', ') || 'empty'}</Num>
        <span className="quiet">
          of {part.replicas.map((candidate) => candidate.broker).join(', ')}, min {minIsrOf(view)}
        </span>
      </Fact>
      {behind === undefined || replica === leader ? null : (
        <Fact name={behind < 0n ? 'Ahead' : 'Behind'}>
          <Num>{countText(behind < 0n ? -behind : behind)}</Num>
          <span className="quiet">records</span>
        </Fact>
      )}
      <Fact name="Own HW, LEO">
        <Num>{String(replica.highWatermark)}</Num>
        <Num>{String(replica.logEndOffset)}</Num>
      </Fact>
      {leader === undefined || replica === leader ? null : (
        <Fact name="Leader's">
          <Num>{String(leader.highWatermark)}</Num>
          <Num>{String(leader.logEndOffset)}</Num>
        </Fact>
      )}
      <Fact name="Last stable">
        <Num>{String(replica.lastStableOffset)}</Num>
      </Fact>
      <Fact name="Log start">
        <Num>{String(replica.logStartOffset)}</Num>
        <span className="quiet">{sizeText(replica.sizeBytes)}</span>
      </Fact>
      <Fact name="Broker">
        <button type="button" className="link" onClick={() => select({ kind: 'broker', broker: replica.broker })}>
          Broker {replica.broker}
        </button>
      </Fact>
    </Facts>
  );
}

function Epochs({ replica }: { replica: ReplicaView }) {
  if (replica.epochs.length === 0) return null;
  const shown = replica.epochs.slice(-6).toReversed();
  return (
    <div className="section">
      <h3>Leader epochs in this log</h3>
      <table className="rows">
        <tbody>
          {shown.map((entry, at) => (
            <tr key={entry.epoch}>
              <td>epoch <Num>{entry.epoch}</Num></td>
              <td className="num">from {String(entry.startOffset)}</td>
              <td className="num quiet">{at === 0 ? `to ${String(replica.logEndOffset)}` : `to ${String(shown[at - 1]?.startOffset ?? '')}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
