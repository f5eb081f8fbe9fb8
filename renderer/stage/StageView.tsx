/** The canvas of the stage, its pointer and its single stop for the keyboard. Drawing happens in the render worker. */
import interUrl from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url';
import monoUrl from '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2?url';
import { useEffect, useRef } from 'react';
import { engineLink } from '#renderer/app/engine-link.ts';
import { currentPalette } from '#renderer/app/theme.ts';
import { stageKeyDown } from '#renderer/stage/stage-keys.ts';
import { stagePointer } from '#renderer/stage/stage-pointer.ts';
import { StageFocus } from '#renderer/stage/StageFocus.tsx';
import { StageTooltip } from '#renderer/stage/StageTooltip.tsx';
import { screenStore } from '#renderer/state/screen-store.ts';

export function StageView() {
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (holder.current === null || canvas.current === null ? undefined : runStage(holder.current, canvas.current)), []);
  return (
    <section className="stage" ref={holder} aria-label="Stage">
      <canvas ref={canvas} className="stage-canvas" aria-hidden="true" />
      <StageFocus />
      <StageTooltip />
    </section>
  );
}

let isStarted = false;

function runStage(holder: HTMLDivElement, canvas: HTMLCanvasElement): () => void {
  const { worker } = engineLink();
  const size = (): { width: number; height: number; pixelRatio: number } => ({ width: Math.max(320, holder.clientWidth), height: Math.max(240, holder.clientHeight), pixelRatio: window.devicePixelRatio });
  // A canvas can be handed to a worker once: the stage is mounted once and hidden while other views are shown.
  if (!isStarted) {
    isStarted = true;
    const offscreen = canvas.transferControlToOffscreen();
    const fonts = { ui: new URL(interUrl, window.location.href).href, figures: new URL(monoUrl, window.location.href).href };
    worker.post({ type: 'start', canvas: offscreen, ...size(), palette: currentPalette(), fonts, camera: screenStore.getState().camera }, [offscreen]);
  }
  const reduced = window.matchMedia('(prefers-reduced-motion: reduce)');
  const tellOptions = (): void => worker.post({ type: 'options', showsInternalTopics: screenStore.getState().showsInternalTopics, reducedMotion: reduced.matches });
  tellOptions();
  worker.post({ type: 'select', target: screenStore.getState().selected ?? null });
  const stopStore = screenStore.subscribe((state, before) => {
    if (state.selected !== before.selected) worker.post({ type: 'select', target: state.selected ?? null });
    if (state.focused !== before.focused) worker.post({ type: 'focus', target: state.focused ?? null });
    if (state.showsInternalTopics !== before.showsInternalTopics) tellOptions();
  });
  const resized = new ResizeObserver(() => {
    if (holder.clientWidth > 0) worker.post({ type: 'resize', ...size() });
  });
  resized.observe(holder);
  reduced.addEventListener('change', tellOptions);
  const stopPointer = stagePointer(holder, worker);
  holder.addEventListener('keydown', stageKeyDown);
  return () => {
    stopStore();
    resized.disconnect();
    reduced.removeEventListener('change', tellOptions);
    stopPointer();
    holder.removeEventListener('keydown', stageKeyDown);
  };
}
