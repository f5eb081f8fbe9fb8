/** Tells a screen reader what changed in the cluster: politely, and at most one message in two seconds. */
import { useEffect, useRef } from 'react';
import { newsBetween } from '#renderer/texts/news.ts';
import { engineStore } from '#renderer/state/engine-store.ts';

const quietMs = 2_000;

export function LiveRegion() {
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let told = engineStore.getState();
    let toldAtMs = -quietMs;
    return engineStore.subscribe((state) => {
      if (performance.now() - toldAtMs < quietMs) return;
      const words = newsBetween(told, state);
      told = state;
      if (words === '' || region.current === null) return;
      toldAtMs = performance.now();
      region.current.textContent = words;
    });
  }, []);
  return <div ref={region} className="hidden-label" role="log" aria-live="polite" aria-label="News of the cluster" />;
}
