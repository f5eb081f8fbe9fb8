/** Keys while the stage has the focus. The focus walks; Enter selects what it stands on. */
import { engineLink } from '#renderer/app/engine-link.ts';
import type { Target } from '#renderer/model/target.ts';
import type { Move } from '#renderer/stage/messages.ts';
import { screenStore, select } from '#renderer/state/screen-store.ts';

const moves: Record<string, Move> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down', l: 'leader', L: 'leader', f: 'follower', F: 'follower' };
const zoomStep = 0.12;

export function stageKeyDown(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { focused } = screenStore.getState();
  if (event.key === '+' || event.key === '=' || event.key === '-') {
    const { worker } = engineLink();
    worker.post({ type: 'zoom', change: event.key === '-' ? -zoomStep : zoomStep, x: 500, y: 300 });
  } else if (event.key === '0') {
    engineLink().worker.post({ type: 'camera', camera: { zoom: undefined, panX: 0, panY: 0 } });
  } else if (event.key === 'Enter') {
    if (focused !== undefined) select(focused);
    void walk('in');
  } else if (event.key === 'Escape') {
    if (focused?.kind === 'topic' || focused?.kind === 'group') select(undefined);
    else void walk('out');
  } else {
    const move = moves[event.key];
    if (move === undefined) return;
    void walk(move);
  }
  event.preventDefault();
  event.stopPropagation();
}

export async function walk(move: Move): Promise<void> {
  const next = (await engineLink().worker.ask({ type: 'move', move })) as Target | null;
  if (next !== null) screenStore.setState({ focused: next });
}
