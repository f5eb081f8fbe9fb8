/** What the engine says of itself: connection, greeting, clock, and the figures of the render worker (at most ten a second). */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Catalog, ClockView, ToScreen } from '#engine/contract/envelope.ts';
import type { ClusterState } from '#engine/contract/state.ts';
import type { ConnectionState } from '#renderer/connection/session.ts';
import type { StageFigures } from '#renderer/stage/stage-figures.ts';

export type Welcome = Extract<ToScreen, { type: 'welcome' }>;

export interface EngineState {
  connection: ConnectionState;
  reason: string;
  lostSinceMs: number | undefined;
  welcome: Welcome | undefined;
  fatal: string | undefined;
  clock: ClockView | undefined;
  catalog: Catalog | undefined;
  figures: StageFigures | undefined;
  /** The whole state, asked for about twice a second while a panel needs it. */
  cluster: ClusterState | undefined;
}

export const engineStore = createStore<EngineState>(() => ({
  connection: 'connecting',
  reason: '',
  lostSinceMs: undefined,
  welcome: undefined,
  fatal: undefined,
  clock: undefined,
  catalog: undefined,
  figures: undefined,
  cluster: undefined,
}));

export function useEngine<T>(selector: (state: EngineState) => T): T {
  return useStore(engineStore, selector);
}
