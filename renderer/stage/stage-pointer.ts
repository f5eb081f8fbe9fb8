/** Pointer on the stage: hover, pick, drag to pan, wheel to zoom. What lies where is the worker's to say. */
import type { Target } from '#renderer/model/target.ts';
import type { StageWorker } from '#renderer/stage/worker-client.ts';
import { select } from '#renderer/state/screen-store.ts';

const dragStartsAfter = 4;

export function stagePointer(holder: HTMLElement, worker: StageWorker): () => void {
  let drag: { x: number; y: number; moved: boolean } | undefined;
  const place = (event: PointerEvent | WheelEvent): { x: number; y: number } => {
    const box = holder.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    drag = { ...place(event), moved: false };
    holder.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent): void => {
    const at = place(event);
    if (drag === undefined) return worker.post({ type: 'hover', at });
    const dx = at.x - drag.x;
    const dy = at.y - drag.y;
    if (!drag.moved && Math.hypot(dx, dy) < dragStartsAfter) return;
    if (!drag.moved) worker.post({ type: 'hover', at: null });
    drag = { ...at, moved: true };
    worker.post({ type: 'pan', dx, dy });
  };
  const up = async (event: PointerEvent): Promise<void> => {
    const was = drag;
    drag = undefined;
    if (was === undefined || was.moved) return;
    const target = (await worker.ask({ type: 'pick', ...place(event) })) as Target | null;
    select(target ?? undefined);
  };
  const leave = (): void => worker.post({ type: 'hover', at: null });
  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      worker.post({ type: 'pan', dx: -(event.deltaX || event.deltaY), dy: 0 });
      return;
    }
    const step = event.deltaMode === 0 ? event.deltaY / 900 : event.deltaY / 30;
    worker.post({ type: 'zoom', change: -Math.max(-0.2, Math.min(0.2, step)), ...place(event) });
  };
  const upSafely = (event: PointerEvent): void => void up(event);
  holder.addEventListener('pointerdown', down);
  holder.addEventListener('pointermove', move);
  holder.addEventListener('pointerup', upSafely);
  holder.addEventListener('pointerleave', leave);
  holder.addEventListener('wheel', wheel, { passive: false });
  return () => {
    holder.removeEventListener('pointerdown', down);
    holder.removeEventListener('pointermove', move);
    holder.removeEventListener('pointerup', upSafely);
    holder.removeEventListener('pointerleave', leave);
    holder.removeEventListener('wheel', wheel);
  };
}
