/** Faults to be dragged onto a broker, or pressed for the broker that is selected. */
import { Clock, Hand, HardDrive, Percent, Plug, Power, PowerOff, Snail, Snowflake, Timer, Trash2, Unplug, Zap } from 'lucide-react';
import { useRef, useState } from 'react';
import type { PointerEvent } from 'react';
import { engineLink } from '#renderer/app/engine-link.ts';
import { applyFault, selectedBroker } from '#renderer/commands/do.ts';
import { faultKinds } from '#renderer/commands/faults.ts';
import type { FaultKind } from '#renderer/commands/faults.ts';
import type { Target } from '#renderer/model/target.ts';
import { useScreen } from '#renderer/state/screen-store.ts';

const icons: Record<string, typeof Zap> = { crash: Power, powerLoss: Plug, pause: Snowflake, shutdown: PowerOff, cut: Unplug, latency: Timer, loss: Percent, holdNext: Hand, dropNext: Trash2, slowDisk: Snail, fullDisk: HardDrive, skew: Clock };
const dragStartsAfter = 5;

export function BreakTools() {
  const selected = useScreen((state) => state.selected);
  const broker = selected?.kind === 'broker' || selected?.kind === 'replica' ? selected.broker : undefined;
  return (
    <div className="section">
      <h2>
        <Zap size={14} strokeWidth={1.8} className="icon" />
        Break
        <span className="spread" />
        <span className="aside">{broker === undefined ? 'drag to a broker' : `broker ${broker}`}</span>
      </h2>
      <div className="tools breaks">
        {faultKinds.map((fault) => (
          <BreakTool key={fault.id} fault={fault} />
        ))}
      </div>
    </div>
  );
}

interface Carry {
  x: number;
  y: number;
}

function BreakTool({ fault }: { fault: FaultKind }) {
  const [carry, setCarry] = useState<Carry | undefined>();
  const from = useRef<Carry | undefined>(undefined);
  const dropped = useRef(false);
  const Icon = icons[fault.id] ?? Zap;
  const move = (event: PointerEvent): void => {
    const start = from.current;
    if (start === undefined || (carry === undefined && Math.hypot(event.clientX - start.x, event.clientY - start.y) < dragStartsAfter)) return;
    if (carry === undefined) engineLink().worker.post({ type: 'targets', legal: fault.targets });
    setCarry({ x: event.clientX, y: event.clientY });
    engineLink().worker.post({ type: 'hover', at: stagePoint(event) });
  };
  const drop = async (event: PointerEvent): Promise<void> => {
    from.current = undefined;
    if (carry === undefined) return;
    dropped.current = true;
    setCarry(undefined);
    const { worker } = engineLink();
    worker.post({ type: 'targets', legal: null });
    worker.post({ type: 'hover', at: null });
    const at = stagePoint(event);
    if (at !== null) applyFault(fault.id, (await worker.ask({ type: 'pick', ...at })) as Target | null);
  };
  return (
    <>
      <button
        type="button"
        title={fault.says}
        className={carry === undefined ? '' : 'is-carried'}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          dropped.current = false;
          from.current = { x: event.clientX, y: event.clientY };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={move}
        onPointerUp={(event) => void drop(event)}
        onClick={() => {
          if (!dropped.current) applyFault(fault.id, selectedBroker());
        }}
      >
        <Icon size={13} strokeWidth={1.8} className="icon" />
        {fault.label}
      </button>
      {carry === undefined ? null : (
        <div className="carried" style={{ left: carry.x + 10, top: carry.y + 8 }}>
          <Icon size={13} strokeWidth={1.8} />
          {fault.label}
        </div>
      )}
    </>
  );
}

function stagePoint(event: PointerEvent): Carry | null {
  const box = document.querySelector('.stage')?.getBoundingClientRect();
  if (box === undefined || event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom) return null;
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
