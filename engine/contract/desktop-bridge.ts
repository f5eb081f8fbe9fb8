/**
 * What the desktop's preload gives the screen as `window.terrarium`; absent in a browser. The engine's channel cannot cross the
 * isolated bridge as a value: after `openEngine()` it arrives as a window message whose data is `enginePortMessage` and whose
 * only port is the channel.
 */
export const enginePortMessage = 'terrarium:engine-port';

export type EngineProcessNews =
  | { state: 'running'; restarts: number }
  | { state: 'restarting'; code: number; restarts: number }
  | { state: 'stopped'; code: number; advice: string };

/** Entries of the application menu that the screen carries out. */
export type MenuAction = 'toggleClock' | 'stepEvent' | 'palette' | 'toggleTheme' | 'shortcuts';

export interface DesktopBridge {
  platform: string;
  /** Asks for a channel to the engine; one more arrives each time the engine was started anew. */
  openEngine(): void;
  onEngineNews(listener: (news: EngineProcessNews) => void): void;
  onMenuAction(listener: (action: MenuAction) => void): void;
  /** By a name of the fixed list in electron/external-links.ts. */
  openExternal(name: string): void;
  /** The living cluster has been drawn for the first time. */
  painted(): void;
}
