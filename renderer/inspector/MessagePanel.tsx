/** A message in flight: told by the stage, because it is soon gone. */
import { useEffect, useState } from 'react';
import { engineLink } from '#renderer/app/engine-link.ts';
import { PanelHead } from '#renderer/inspector/parts.tsx';

export function MessagePanel({ id }: { id: number }) {
  const [lines, setLines] = useState<readonly string[]>([]);
  useEffect(() => {
    let isCurrent = true;
    void engineLink().worker.ask({ type: 'describe', target: { kind: 'message', id } }).then((value) => isCurrent && setLines(value as string[]));
    return () => {
      isCurrent = false;
    };
  }, [id]);
  return (
    <>
      <PanelHead title="Message in flight">
        <span className="tag num">message {id}</span>
      </PanelHead>
      <div className="section soft">
        {lines.map((line) => (
          <div key={line}>{line}</div>
        ))}
      </div>
      <div className="section small quiet">Stop the clock to look at messages at leisure.</div>
    </>
  );
}
