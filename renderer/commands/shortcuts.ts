/** Keys that work everywhere but in a field: told in one list, which the dialog shows. */
import { toggleTheme } from '#renderer/app/theme.ts';
import { nextKinds, stepEvent, stepToFact, togglePlay } from '#renderer/commands/do.ts';
import { walk } from '#renderer/stage/stage-keys.ts';
import { openDialog, screenStore } from '#renderer/state/screen-store.ts';

export interface Shortcut {
  keys: readonly string[];
  words: string;
}

export const shortcutList: readonly Shortcut[] = [
  { keys: ['Space'], words: 'Run or stop' },
  { keys: ['.'], words: 'Step one event' },
  { keys: ['N'], words: 'Run to the next election' },
  { keys: ['I'], words: 'Run to the next ISR change' },
  { keys: ['Ctrl', 'K'], words: 'Find or do anything' },
  { keys: ['?'], words: 'This list' },
  { keys: ['E'], words: 'Stage or explorer' },
  { keys: ['T'], words: 'Dark or light' },
  { keys: ['←', '→'], words: 'Stage: partition before, after' },
  { keys: ['↑', '↓'], words: 'Stage: broker above, below' },
  { keys: ['L'], words: 'Stage: to the leader' },
  { keys: ['F'], words: 'Stage: to the next follower' },
  { keys: ['Enter'], words: 'Stage: open what the focus is on' },
  { keys: ['Esc'], words: 'Stage: out; close a dialog' },
  { keys: ['+', '-'], words: 'Stage: zoom' },
  { keys: ['0'], words: 'Stage: as it opened' },
];

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

export function listenForShortcuts(): void {
  window.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      screenStore.setState((state) => ({ isPaletteOpen: !state.isPaletteOpen, dialog: undefined }));
      return;
    }
    const { dialog, isPaletteOpen } = screenStore.getState();
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target) || dialog !== undefined || isPaletteOpen) return;
    if (obey(event.key, event.target)) event.preventDefault();
  });
}

function obey(key: string, target: EventTarget | null): boolean {
  switch (key.toLowerCase()) {
    case ' ':
      // A focused button is pressed by the space bar; it must not also stop the cluster.
      if (target instanceof HTMLButtonElement && !target.classList.contains('stage-focus')) return false;
      togglePlay();
      return true;
    case '.':
      void stepEvent();
      return true;
    case 'n':
      void stepToFact(nextKinds[0]?.fact ?? 'partition.leaderElected');
      return true;
    case 'i':
      void stepToFact('partition.isrChanged');
      return true;
    case 'l':
      return goOnStage('leader');
    case 'f':
      return goOnStage('follower');
    case 'e':
      screenStore.setState((state) => ({ view: state.view === 'stage' ? 'explorer' : 'stage' }));
      return true;
    case 't':
      toggleTheme();
      return true;
    case '?':
      openDialog({ name: 'shortcuts' });
      return true;
    default:
      return false;
  }
}

/** Away from the stage, L and F move the selection itself. */
function goOnStage(move: 'leader' | 'follower'): boolean {
  void walk(move).then(() => screenStore.setState((state) => ({ selected: state.focused ?? state.selected, focused: undefined })));
  return true;
}
