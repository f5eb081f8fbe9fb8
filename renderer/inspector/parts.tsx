/** The few building blocks of every panel. */
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { select } from '#renderer/state/screen-store.ts';

export function PanelHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="inspector-head">
      <div className="head-line">
        <h2>{title}</h2>
        <button type="button" className="button plain square" aria-label="Deselect" onClick={() => select(undefined)}>
          <X size={14} />
        </button>
      </div>
      {children === undefined ? null : <div className="tags">{children}</div>}
    </div>
  );
}

export function Facts({ children }: { children: ReactNode }) {
  return <dl className="facts">{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

export function Num({ children }: { children: ReactNode }) {
  return <span className="num">{children}</span>;
}

export function Unknown({ what }: { what: string }) {
  return (
    <>
      <PanelHead title={what} />
      <div className="section soft">It is not there any more, or nothing is known of it yet.</div>
    </>
  );
}
