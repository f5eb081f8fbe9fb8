/** The equation that always balances: acknowledged = durable + at risk + lost; then the verdict in one sentence. */
import { CircleDot, CircleX, ShieldAlert, ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useEngine } from '#renderer/state/engine-store.ts';
import { countText, rateText } from '#renderer/texts/numbers.ts';
import { verdictText } from '#renderer/texts/verdict.ts';

export function Totals() {
  const figures = useEngine((state) => state.figures);
  const totals = figures?.totals;
  const topics = figures?.topics ?? [];
  const underReplicated = topics.reduce((sum, topic) => sum + topic.underReplicated, 0);
  const leaderless = topics.reduce((sum, topic) => sum + topic.leaderless, 0);
  const down = (figures?.brokers ?? []).filter((broker) => !broker.isRunning).map((broker) => broker.broker);
  const lost = totals?.lost ?? 0;
  const known = totals !== undefined;
  const { say, more } = verdictText({ acknowledged: totals?.acknowledged ?? 0, atRisk: totals?.atRisk ?? 0, lost, awaiting: totals?.awaiting ?? 0, underReplicated, leaderless, down });
  const Shield = lost > 0 ? ShieldAlert : ShieldCheck;
  return (
    <section className="totals" aria-label="Promises kept">
      <div className="totals-lead">
        <Shield size={18} strokeWidth={1.6} className={lost > 0 ? 'icon bad' : 'icon'} />
        <div className="cut">
          <div className="strong">Promises</div>
          <div className="small quiet cut">to producers</div>
        </div>
      </div>
      <div className="equation">
        <Figure value={totals?.acknowledged} label="acknowledged" sign={<Box />} />
        <div className="operator">=</div>
        <Figure value={totals?.durable} label="durable" sign={<Box isFilled />} />
        <div className="operator">+</div>
        <Figure value={totals?.atRisk} label="at risk" sign={<CircleDot size={12} strokeWidth={1.8} />} fades />
        <div className="operator">+</div>
        <Figure value={totals?.lost} label="lost" sign={<CircleX size={12} strokeWidth={1.8} />} fades kind={lost > 0 ? 'is-lost' : undefined} />
      </div>
      <div className="totals-others">
        <Figure value={totals?.awaiting} label="awaiting ack" fades />
        <Figure value={totals?.unread} label="not yet read" fades />
        <Figure value={underReplicated} label="under-replicated" fades kind={underReplicated > 0 ? 'is-bad' : undefined} className="only-wide" />
        <Figure text={rateText(totals?.appendedPerSecond ?? 0)} value={totals?.appendedPerSecond} label="records/s" className="only-wide" />
      </div>
      <div className="verdict">
        <div className="strong cut">{known ? say : 'Waiting for the cluster.'}</div>
        <div className="small soft cut">{known ? more : 'Figures appear with the first picture.'}</div>
      </div>
    </section>
  );
}

interface FigureProps {
  value: number | undefined;
  label: string;
  text?: string;
  sign?: ReactNode;
  /** Zero is grey: nothing to look at. */
  fades?: boolean;
  kind?: 'is-lost' | 'is-bad' | undefined;
  className?: string;
}

function Figure({ value, label, text, sign, fades, kind, className }: FigureProps) {
  const classes = ['figure', kind ?? '', fades === true && (value ?? 0) === 0 ? 'is-zero' : '', className ?? ''].filter((name) => name !== '').join(' ');
  return (
    <div className={classes}>
      <span className="value">{value === undefined ? '–' : (text ?? countText(value))}</span>
      <span className="label">
        {sign}
        {label}
      </span>
    </div>
  );
}

function Box({ isFilled = false }: { isFilled?: boolean }) {
  return (
    <svg width="10" height="10" aria-hidden="true">
      <rect x="1" y="1" width="8" height="8" rx="1.5" fill={isFilled ? 'var(--text-2)' : 'none'} stroke="var(--text-2)" strokeWidth="1.4" />
    </svg>
  );
}
