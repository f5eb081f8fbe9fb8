import { Pause, Play, Power, RotateCcw } from 'lucide-react';
import { engineLink } from '#renderer/app/engine-link.ts';
import { applyFault, restartBroker } from '#renderer/commands/do.ts';
import { Fact, Facts, Num, PanelHead, Unknown } from '#renderer/inspector/parts.tsx';
import { SettingsSection } from '#renderer/inspector/SettingsSection.tsx';
import { WhySection } from '#renderer/inspector/WhySection.tsx';
import { useEngine } from '#renderer/state/engine-store.ts';
import { secondsText } from '#renderer/texts/numbers.ts';
import { brokerQuestion } from '#renderer/texts/questions.ts';

export function BrokerPanel({ broker }: { broker: number }) {
  const view = useEngine((state) => state.cluster?.brokers.find((candidate) => candidate.id === broker));
  const cluster = useEngine((state) => state.cluster);
  if (view === undefined || cluster === undefined) return <Unknown what={`Broker ${broker}`} />;
  const isController = cluster.controller === broker;
  const led = cluster.topics.flatMap((topic) => topic.partitions.filter((part) => part.leader === broker).map((part) => `${topic.name}-${part.partition}`));
  const held = cluster.topics.reduce((sum, topic) => sum + topic.partitions.filter((part) => part.replicas.some((replica) => replica.broker === broker)).length, 0);
  return (
    <>
      <PanelHead title={`Broker ${broker}`}>
        <span className={view.status === 'running' ? 'tag' : 'tag fault'}>{view.status}</span>
        <span className={view.registration === 'unfenced' ? 'tag' : 'tag fault'}>{view.registration}</span>
        {isController ? <span className="tag control">controller</span> : null}
      </PanelHead>
      <div className="inspector-body scroll">
        <div className="section">
          <Facts>
            <Fact name="Address">
              <Num>
                {view.host}:{view.port}
              </Num>
            </Fact>
            <Fact name="Rack">{view.rack ?? 'none'}</Fact>
            <Fact name="Broker epoch">
              <Num>{String(view.epoch)}</Num>
            </Fact>
            <Fact name="Session left">{view.sessionLeftMs < 0 ? <span className="quiet">none runs</span> : <Num>{secondsText(view.sessionLeftMs)}</Num>}</Fact>
            <Fact name="Quorum">
              {view.quorumRole}
              <span className="quiet">
                epoch <Num>{view.quorumEpoch < 0 ? '–' : view.quorumEpoch}</Num>
              </span>
            </Fact>
            <Fact name="Metadata log">
              <Num>{String(view.metadataLogEndOffset)}</Num>
              <span className="quiet">
                high watermark <Num>{view.metadataHighWatermark < 0n ? '–' : String(view.metadataHighWatermark)}</Num>
              </span>
            </Fact>
            <Fact name="Leads">
              <Num>{led.length}</Num>
              <span className="quiet">of {held} replicas here</span>
            </Fact>
          </Facts>
        </div>
        <WhySection question={brokerQuestion(view, isController)} />
        <SettingsSection of="broker" name={String(broker)} />
      </div>
      <div className="inspector-actions">
        {view.status === 'running' ? (
          <>
            <button type="button" className="button danger" onClick={() => applyFault('crash', { kind: 'broker', broker })}>
              <Power size={14} strokeWidth={1.8} />
              Crash
            </button>
            <button type="button" className="button" onClick={() => applyFault('pause', { kind: 'broker', broker })}>
              <Pause size={14} strokeWidth={1.8} />
              Pause
            </button>
          </>
        ) : view.status === 'paused' ? (
          <button type="button" className="button primary" onClick={() => void engineLink().run({ kind: 'broker.resume', broker })}>
            <Play size={14} strokeWidth={1.8} />
            Resume broker {broker}
          </button>
        ) : (
          <button type="button" className="button primary" onClick={() => restartBroker(broker)}>
            <RotateCcw size={14} strokeWidth={1.8} />
            Restart broker {broker}
          </button>
        )}
      </div>
    </>
  );
}
