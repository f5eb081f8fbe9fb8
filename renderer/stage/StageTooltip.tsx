/** What lies under the pointer, in a few words, beside the thing and never over it. */
import { useEffect, useRef, useState } from 'react';
import { engineLink } from '#renderer/app/engine-link.ts';
import type { Hover } from '#renderer/app/engine-link.ts';
import { sameTarget } from '#renderer/model/target.ts';
import { useScreen } from '#renderer/state/screen-store.ts';

const gap = 10;

export function StageTooltip() {
  const [hover, setHover] = useState<Hover>({ target: null, box: null, lines: [] });
  const selected = useScreen((state) => state.selected);
  const tip = useRef<HTMLDivElement>(null);
  useEffect(() => engineLink().onHover(setHover), []);
  useEffect(() => {
    if (tip.current !== null && hover.box !== null) place(tip.current, hover.box);
  }, [hover]);
  const [title, ...lines] = hover.lines;
  // What is selected is told by the inspector already.
  if (hover.box === null || title === undefined || (hover.target !== null && sameTarget(hover.target, selected))) return null;
  return (
    <div className="tooltip stage-tooltip" ref={tip} role="presentation">
      <div className="tooltip-title">{title}</div>
      {lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </div>
  );
}

function place(tip: HTMLElement, box: { x: number; y: number; width: number; height: number }): void {
  const room = tip.parentElement;
  if (room === null) return;
  const { offsetWidth: width, offsetHeight: height } = tip;
  const right = box.x + box.width + gap;
  const x = right + width <= room.clientWidth ? right : box.x - gap - width;
  const besides = x >= 0;
  const y = besides ? Math.min(box.y, room.clientHeight - height - 4) : box.y + box.height + gap;
  tip.style.left = `${besides ? x : Math.max(4, Math.min(box.x, room.clientWidth - width - 4))}px`;
  tip.style.top = `${Math.max(4, y)}px`;
}
