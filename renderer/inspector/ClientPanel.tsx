/** A producer or consumer of ours, or a client from outside. */
import { Square, Zap } from 'lucide-react';
import { engineLink } from '#renderer/app/engine-link.ts';
import { clientName } from '#renderer/commands/do.ts';
import { Fact, Facts, Num, PanelHead, Unknown } from '#renderer/inspector/parts.tsx';
import { connectionsOf } from '#renderer/stage/outside-clients.ts';
import { useEngine } from '#renderer/state/engine-store.ts';
import { countText, rateText } from '#renderer/texts/numbers.ts';

export function ClientPanel({ node }: { node: string }) {
  const client = useEngine((state) => state.catalog?.clients.find((candidate) => candidate.node === node));
  if (client === undefined) return <Unknown what={node} />;
  return (
    <>
      <PanelHead title={client.label}>
        <span className="tag">{client.kind === 'external' ? 'from outside' : client.kind}</span>
        {client.topic === null ? null : <span className="tag">{client.topic}</span>}
      </PanelHead>
      <div className="inspector-body scroll">
        <div className="section">
          {client.kind === 'producer' ? <ProducerFacts name={clientName(node)} /> : client.kind === 'consumer' ? <ConsumerFacts name={clientName(node)} /> : null}
          <Facts>
            <Fact name="Client id">{client.clientId === '' ? 'none' : client.clientId}</Fact>
            {client.address === null ? null : (
              <Fact name="Address">
                <Num>{client.address}</Num>
              </Fact>
            )}
            {client.kind === 'external' ? <Connections node={node} /> : null}
          </Facts>
        </div>
        {Object.keys(client.settings).length === 0 ? null : (
          <div className="section">
            <h3>Settings it was given</h3>
            <dl className="settings">
              {Object.entries(client.settings).map(([name, value]) => (
                <div key={name}>
                  <dt className="cut" title={name}>{name}</dt>
                  <dd className="num">{value}</dd>
                </div>
              ))}
            </dl>
          </div>
        )}
      </div>
      {client.kind === 'external' ? null : <ClientActions name={clientName(node)} kind={client.kind} />}
    </>
  );
}

function Connections({ node }: { node: string }) {
  const count = useEngine((state) => (state.catalog === undefined ? 0 : connectionsOf(state.catalog, state.catalog.clients.findIndex((candidate) => candidate.node === node))));
  return (
    <Fact name="Connections">
      <Num>{count}</Num>
    </Fact>
  );
}

export function ClientActions({ name, kind }: { name: string; kind: 'producer' | 'consumer' }) {
  if (kind === 'producer') {
    return (
      <div className="inspector-actions">
        <button type="button" className="button" onClick={() => void engineLink().run({ kind: 'producer.stop', producer: name })}>
          <Square size={13} strokeWidth={1.8} />
          Stop producer
        </button>
      </div>
    );
  }
  return (
    <div className="inspector-actions">
      <button type="button" className="button danger" onClick={() => void engineLink().run({ kind: 'consumer.crash', consumer: name })}>
        <Zap size={14} strokeWidth={1.8} />
        Crash
      </button>
      <PauseButton name={name} />
      <button type="button" className="button" onClick={() => void engineLink().run({ kind: 'consumer.stop', consumer: name })}>
        Leave
      </button>
    </div>
  );
}

function PauseButton({ name }: { name: string }) {
  const status = useEngine((state) => state.cluster?.consumers.find((consumer) => consumer.id === name)?.status);
  const isPaused = status === 'paused';
  return (
    <button type="button" className="button" onClick={() => void engineLink().run({ kind: isPaused ? 'consumer.resume' : 'consumer.pause', consumer: name })}>
      {isPaused ? 'Resume' : 'Pause'}
    </button>
  );
}

function ProducerFacts({ name }: { name: string }) {
  const view = useEngine((state) => state.cluster?.producers.find((candidate) => candidate.id === name));
  if (view === undefined) return null;
  return (
    <Facts>
      <Fact name="Status">{view.status}</Fact>
      <Fact name="acks">
        <Num>{view.acks}</Num>
      </Fact>
      <Fact name="Producer id">{view.producerId < 0n ? <span className="quiet">none</span> : <Num>{`${view.producerId}, epoch ${view.producerEpoch}`}</Num>}</Fact>
      <Fact name="Sends">
        <Num>{rateText(view.recordsPerSecond)}</Num>
        <span className="quiet">records per second</span>
      </Fact>
      <Fact name="Sent">
        <Num>{countText(view.sent)}</Num>
      </Fact>
      <Fact name="Acknowledged">
        <Num>{countText(view.acknowledged)}</Num>
      </Fact>
      <Fact name="Failed">
        <span className={view.failed > 0 ? 'num bad' : 'num'}>{countText(view.failed)}</span>
        <span className="quiet">{countText(view.retries)} retries</span>
      </Fact>
      <Fact name="In flight">
        <Num>{view.inFlight}</Num>
        <span className="quiet">{countText(view.buffered)} records wait in batches</span>
      </Fact>
    </Facts>
  );
}

function ConsumerFacts({ name }: { name: string }) {
  const view = useEngine((state) => state.cluster?.consumers.find((candidate) => candidate.id === name));
  if (view === undefined) return null;
  return (
    <Facts>
      <Fact name="Status">{view.status}</Fact>
      <Fact name="Group">{view.group}</Fact>
      <Fact name="Generation">
        <Num>{view.generation}</Num>
      </Fact>
      <Fact name="Has read">
        <Num>{countText(view.consumed)}</Num>
        <span className="quiet">records</span>
      </Fact>
    </Facts>
  );
}
