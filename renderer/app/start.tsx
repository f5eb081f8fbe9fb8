/** Puts the screen on the page, over whatever way to an engine it is given. */
import '#renderer/styles/all.css';
import { createRoot } from 'react-dom/client';
import { App } from '#renderer/app/App.tsx';
import { startEngineLink } from '#renderer/app/engine-link.ts';
import { openTestDoor } from '#renderer/app/test-door.ts';
import { applyTheme, followTheme } from '#renderer/app/theme.ts';
import { listenForShortcuts } from '#renderer/commands/shortcuts.ts';
import type { TransportSource } from '#renderer/connection/open-transport.ts';
import { keepScreen, screenStore } from '#renderer/state/screen-store.ts';

export function startScreen(source: TransportSource): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no place for the screen');
  applyTheme(screenStore.getState().theme);
  keepScreen();
  const link = startEngineLink(source);
  followTheme(link.worker);
  listenForShortcuts();
  openTestDoor();
  createRoot(root).render(<App />);
}
