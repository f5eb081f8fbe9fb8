/** Puts the chosen theme on the document and hands its colours to the render worker. */
import type { StageWorker } from '#renderer/stage/worker-client.ts';
import { readPalette } from '#renderer/stage/palette.ts';
import type { Palette } from '#renderer/stage/palette.ts';
import { screenStore } from '#renderer/state/screen-store.ts';
import type { Theme } from '#renderer/state/screen-store.ts';

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}

export function currentPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  return readPalette((token) => style.getPropertyValue(token));
}

export function followTheme(worker: StageWorker): void {
  screenStore.subscribe((state, before) => {
    if (state.theme === before.theme) return;
    applyTheme(state.theme);
    worker.post({ type: 'palette', palette: currentPalette() });
  });
}

export function toggleTheme(): void {
  screenStore.setState((state) => ({ theme: state.theme === 'dark' ? 'light' : 'dark' }));
}
