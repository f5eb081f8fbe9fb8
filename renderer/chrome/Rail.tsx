/** What exists, what can be added, what can be broken, which faults are active. */
import { Flame } from 'lucide-react';
import { AddTools } from '#renderer/chrome/AddTools.tsx';
import { BreakTools } from '#renderer/chrome/BreakTools.tsx';
import { ClusterTree } from '#renderer/chrome/ClusterTree.tsx';
import { undoFault } from '#renderer/commands/do.ts';
import { useEngine } from '#renderer/state/engine-store.ts';
import { commandWords } from '#renderer/state/timeline-store.ts';
import { secondsText } from '#renderer/texts/numbers.ts';

export function Rail() {
  return (
    <aside className="rail" aria-label="Cluster">
      <ClusterTree />
      <AddTools />
      <BreakTools />
      <ActiveFaults />
    </aside>
  );
}

function ActiveFaults() {
  const cluster = useEngine((state) => state.cluster);
  const faults = cluster?.faults ?? [];
  return (
    <div className="section faults-section scroll">
      <h2>
        <Flame size={14} strokeWidth={1.8} className="icon" />
        Active faults
      </h2>
      {faults.length === 0 ? <div className="small quiet">none</div> : null}
      <ul className="faults">
        {faults.map((fault) => (
          <li key={fault.id}>
            <svg width="12" height="18" aria-hidden="true" className="icon">
              <path d="M6 3l6 6-6 6-6-6z" fill="var(--fault)" />
            </svg>
            <div className="words">
              <div>{fault.text.charAt(0).toUpperCase() + fault.text.slice(1)}</div>
              <div className="small quiet">for {secondsText(Math.max(0, ((cluster?.timeUs ?? 0) - fault.sinceUs) / 1_000))}</div>
              <button type="button" className="button" onClick={() => undoFault(fault.inverse)}>
                {undoWords(fault.inverse)}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

function undoWords(inverse: string): string {
  const { words } = commandWords(inverse);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
