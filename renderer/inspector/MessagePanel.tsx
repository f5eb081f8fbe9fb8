/** A message in flight: told by the stage, because it is soon gone; held, dropped, delayed and doubled here. */
import { Copy, Hand, Play, Timer, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { engineLink } from '#renderer/app/engine-link.ts';
import { delayMessage, dropMessage, duplicateMessage, holdMessage, undoFault } from '#renderer/commands/do.ts';
import { PanelHead } from '#renderer/inspector/parts.tsx';
import { useEngine } from '#renderer/state/engine-store.ts';

const delayMsDefault = 500;

export function MessagePanel({ id }: { id: number }) {
  const hold = useEngine((state) => state.cluster?.faults.find((fault) => fault.id === `message.hold ${id}`));
  return (
    <>
      <PanelHead title="Message in flight">
        <span className="tag num">message {id}</span>
        {hold === undefined ? null : <span className="tag fault">held</span>}
      </PanelHead>
      <Description key={`${id} ${hold === undefined}`} id={id} />
      <div className="section small quiet">
        {hold === undefined ? 'Stop the clock to look at messages at leisure.' : 'What follows it on its connection waits behind it, as with TCP. When the sender gives the connection up, it is lost.'}
      </div>
      <div className="inspector-actions">
        {hold === undefined ? <Interventions id={id} /> : (
          <button type="button" className="button" onClick={() => undoFault(hold.inverse)}>
            <Play size={14} strokeWidth={1.8} />
            Release
          </button>
        )}
      </div>
    </>
  );
}

function Description({ id }: { id: number }) {
  const [lines, setLines] = useState<readonly string[]>([]);
  useEffect(() => {
    let isCurrent = true;
    void engineLink().worker.ask({ type: 'describe', target: { kind: 'message', id } }).then((value) => isCurrent && setLines(value as string[]));
    return () => {
      isCurrent = false;
    };
  }, [id]);
  return (
    <div className="section soft">
      {lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </div>
  );
}

function Interventions({ id }: { id: number }) {
  return (
    <>
      <button type="button" className="button" onClick={() => holdMessage(id)}>
        <Hand size={14} strokeWidth={1.8} />
        Hold
      </button>
      <button type="button" className="button" onClick={() => delayMessage(id, delayMsDefault)}>
        <Timer size={14} strokeWidth={1.8} />
        Delay {delayMsDefault} ms
      </button>
      <button type="button" className="button" onClick={() => duplicateMessage(id)}>
        <Copy size={14} strokeWidth={1.8} />
        Double
      </button>
      <button type="button" className="button danger" onClick={() => dropMessage(id)}>
        <Trash2 size={14} strokeWidth={1.8} />
        Drop
      </button>
    </>
  );
}
