/** What the person has chosen: selection, view, theme, panels. Kept over a reload; nothing of the cluster is in it. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { targetKey, targetOf } from '#renderer/model/target.ts';
import type { Target } from '#renderer/model/target.ts';
import type { Camera } from '#renderer/stage/layout/stage-layout.ts';
import { openingCamera } from '#renderer/stage/layout/stage-layout.ts';
import type { Depth } from '#renderer/stage/layout/sizes.ts';

export type View = 'stage' | 'explorer';
export type Theme = 'dark' | 'light';
export type DialogName = 'addBroker' | 'addTopic' | 'addProducer' | 'addConsumer' | 'shortcuts' | 'fault' | 'settings';

export interface OpenDialog {
  name: DialogName;
  /** For a fault: which, and on what. */
  fault?: string;
  target?: Target;
}

export interface ScreenState {
  view: View;
  theme: Theme;
  selected: Target | undefined;
  focused: Target | undefined;
  showsInternalTopics: boolean;
  openBranches: Record<string, boolean>;
  camera: Camera;
  depth: Depth;
  canPan: boolean;
  isPaletteOpen: boolean;
  dialog: OpenDialog | undefined;
  /** A fault that is being carried to its target. */
  carriedFault: string | undefined;
  isRailOpen: boolean;
  isInspectorOpen: boolean;
}

const storageKey = 'terrarium.screen';

interface Kept {
  view?: View;
  theme?: Theme;
  selected?: string;
  showsInternalTopics?: boolean;
  openBranches?: Record<string, boolean>;
  camera?: Camera;
}

export function readKept(text: string | null): Kept {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Kept) : {};
  } catch {
    return {};
  }
}

const kept = readKept(typeof localStorage === 'undefined' ? null : localStorage.getItem(storageKey));

export const screenStore = createStore<ScreenState>(() => ({
  view: kept.view === 'explorer' ? 'explorer' : 'stage',
  theme: kept.theme === 'light' ? 'light' : 'dark',
  selected: kept.selected === undefined ? undefined : targetOf(kept.selected),
  focused: undefined,
  showsInternalTopics: kept.showsInternalTopics === true,
  openBranches: kept.openBranches ?? { brokers: true },
  camera: kept.camera ?? openingCamera,
  depth: 'log',
  canPan: false,
  isPaletteOpen: false,
  dialog: undefined,
  carriedFault: undefined,
  isRailOpen: true,
  isInspectorOpen: true,
}));

export function useScreen<T>(selector: (state: ScreenState) => T): T {
  return useStore(screenStore, selector);
}

/** Writes what is worth keeping; called on every change, cheap because nothing of the flow is in this store. */
export function keepScreen(): void {
  screenStore.subscribe((state) => {
    const value: Kept = {
      view: state.view,
      theme: state.theme,
      showsInternalTopics: state.showsInternalTopics,
      openBranches: state.openBranches,
      camera: state.camera,
      ...(state.selected === undefined || state.selected.kind === 'message' ? {} : { selected: targetKey(state.selected) }),
    };
    localStorage.setItem(storageKey, JSON.stringify(value));
  });
}

export function select(target: Target | undefined): void {
  screenStore.setState({ selected: target });
}
export function openDialog(dialog: OpenDialog): void {
  screenStore.setState({ dialog, isPaletteOpen: false });
}
export function closeDialog(): void {
  screenStore.setState({ dialog: undefined });
}
