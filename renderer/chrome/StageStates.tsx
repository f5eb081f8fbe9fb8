/** What the stage shows when there is nothing to show, or nothing to be trusted: connecting, lost, refused, empty. */
import { Layers, LoaderCircle, PlugZap, TriangleAlert } from 'lucide-react';
import { engineLink } from '#renderer/app/engine-link.ts';
import { useEngine } from '#renderer/state/engine-store.ts';
import { openDialog, useScreen } from '#renderer/state/screen-store.ts';
import { zoomBy, zoomTo } from '#renderer/commands/do.ts';

export function StageStates() {
  const connection = useEngine((state) => state.connection);
  const reason = useEngine((state) => state.reason);
  const fatal = useEngine((state) => state.fatal);
  const hasPicture = useEngine((state) => state.figures !== undefined && state.figures.brokers.length > 0);
  if (fatal !== undefined) {
    return (
      <Veil isLost title="The engine has stopped" Icon={TriangleAlert}>
        <p>{fatal}</p>
        <p>What you see is the last that was known. Start Terrarium again; the disks are as the engine left them.</p>
      </Veil>
    );
  }
  if (connection === 'refused') {
    return (
      <Veil isLost title="This page is too old or too new" Icon={TriangleAlert}>
        <p>{reason}</p>
        <div className="row">
          <button type="button" className="button primary" onClick={() => window.location.reload()}>
            Reload
          </button>
        </div>
      </Veil>
    );
  }
  if (!hasPicture && connection !== 'lost') return <Connecting />;
  if (connection === 'lost' || (connection === 'connecting' && hasPicture)) return <Lost reason={reason} hasPicture={hasPicture} />;
  return (
    <>
      <EmptyCluster />
      <ZoomControls />
    </>
  );
}

function Veil({ title, Icon, isLost = false, children }: { title: string; Icon: typeof Layers; isLost?: boolean; children: React.ReactNode }) {
  return (
    <div className={isLost ? 'veil is-lost' : 'veil'}>
      <div className="card" role="alert">
        <h2>
          <Icon size={17} strokeWidth={1.8} className={isLost ? 'icon bad' : 'icon'} />
          {title}
        </h2>
        {children}
      </div>
    </div>
  );
}

function Connecting() {
  return (
    <>
      <div className="skeleton" aria-hidden="true">
        <div />
        <div />
        <div />
      </div>
      <output className="veil is-quiet">
        <span className="soft connecting">
          <LoaderCircle size={15} strokeWidth={1.8} className="icon" /> Waiting for the cluster
        </span>
      </output>
    </>
  );
}

function Lost({ reason, hasPicture }: { reason: string; hasPicture: boolean }) {
  return (
    <Veil isLost title="The engine is gone" Icon={PlugZap}>
      <p>{hasPicture ? 'This is the last picture. It is started again on the same disks; what was acknowledged is still there.' : 'It could not be reached yet.'}</p>
      {reason === '' ? null : <p className="small quiet">{reason}</p>}
      <div className="row">
        <button type="button" className="button primary" onClick={() => engineLink().reconnectNow()}>
          Try now
        </button>
        <span className="small quiet">trying by itself</span>
      </div>
    </Veil>
  );
}

function EmptyCluster() {
  const topics = useEngine((state) => state.figures?.topics);
  if (topics === undefined || topics.some((topic) => !topic.internal)) return null;
  return (
    <div className="veil is-quiet is-open">
      <div className="card">
        <h2>
          <Layers size={17} strokeWidth={1.8} className="icon" />
          Brokers stand ready, nothing is stored yet
        </h2>
        <p>Add a topic, then a producer that fills it. Or connect a client of your own: the address is in the header.</p>
        <div className="row">
          <button type="button" className="button primary" onClick={() => openDialog({ name: 'addTopic' })}>
            Add a topic
          </button>
          <button type="button" className="button" onClick={() => openDialog({ name: 'addProducer' })}>
            Add a producer
          </button>
        </div>
      </div>
    </div>
  );
}

function ZoomControls() {
  const depth = useScreen((state) => state.depth);
  return (
    <fieldset className="stage-controls" aria-label="Zoom">
      <button type="button" className="button plain square" aria-label="Zoom out" onClick={() => zoomBy(-0.2)}>
        −
      </button>
      <button type="button" className="button plain depth" title="As it opened" onClick={() => zoomTo(undefined)}>
        {depth}
      </button>
      <button type="button" className="button plain square" aria-label="Zoom in" onClick={() => zoomBy(0.2)}>
        +
      </button>
    </fieldset>
  );
}
