/** The canvas of the lanes. It paints by itself a few times a second; React never hears of it. */
import { useEffect, useRef } from 'react';
import { engineLink } from '#renderer/app/engine-link.ts';
import { currentPalette } from '#renderer/app/theme.ts';
import { engineStore } from '#renderer/state/engine-store.ts';
import { screenStore } from '#renderer/state/screen-store.ts';
import { paintLanes } from '#renderer/timeline/paint-lanes.ts';

const paintEveryMs = 100;

export function Lanes() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (canvas.current === null ? undefined : runLanes(canvas.current)), []);
  return (
    <div className="lanes">
      <canvas ref={canvas} aria-hidden="true" />
      <span className="hidden-label">Timeline of leader epochs, ISR changes, rebalances, faults and throughput. The news below tells the same in words.</span>
    </div>
  );
}

function runLanes(canvas: HTMLCanvasElement): () => void {
  const ctx = canvas.getContext('2d');
  if (ctx === null) return () => undefined;
  const { timeline } = engineLink();
  let palette = currentPalette();
  let shown = '';
  const paint = (): void => {
    const { clientWidth: width, clientHeight: height } = canvas;
    const nowUs = engineStore.getState().figures?.timeUs ?? engineStore.getState().clock?.timeUs ?? 0;
    const key = `${timeline.version} ${width} ${height} ${Math.round(nowUs / 20_000)} ${palette.bg0}`;
    if (key === shown || width === 0 || height < 30) return;
    shown = key;
    const ratio = window.devicePixelRatio;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const labels = document.querySelector<HTMLElement>('.rail')?.offsetWidth ?? 208;
    paintLanes(ctx, palette, { width, height, labels }, timeline, nowUs);
  };
  const handle = setInterval(paint, paintEveryMs);
  const stopTheme = screenStore.subscribe((state, before) => {
    if (state.theme !== before.theme) palette = currentPalette();
  });
  void document.fonts.ready.then(() => {
    shown = '';
  });
  return () => {
    clearInterval(handle);
    stopTheme();
  };
}
