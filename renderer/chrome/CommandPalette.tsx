/** Find or do anything: every act that has a button, and every thing that can be gone to. */
import { Dialog } from '@base-ui/react/dialog';
import { Command } from 'cmdk';
import { currentActions } from '#renderer/commands/actions.ts';
import type { Action } from '#renderer/commands/actions.ts';
import { useEngine } from '#renderer/state/engine-store.ts';
import { screenStore, useScreen } from '#renderer/state/screen-store.ts';

const groups: readonly Action['group'][] = ['Run', 'Repair', 'Look', 'Add', 'Go to', 'Break'];

export function CommandPalette() {
  const isOpen = useScreen((state) => state.isPaletteOpen);
  return (
    // cmdk's own dialog locks the page with an inline style, which our content security policy refuses.
    <Dialog.Root open={isOpen} onOpenChange={(open) => screenStore.setState({ isPaletteOpen: open })}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="palette" aria-label="Find or do anything">
          {isOpen ? (
            <Command label="Find or do anything" filter={matchOf}>
              <Entries />
            </Command>
          ) : null}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Every word has to occur; what begins with the first one comes first. Letters scattered over a title are no match. */
export function matchOf(value: string, search: string): number {
  const title = value.toLowerCase();
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (!words.every((word) => title.includes(word))) return 0;
  const [first = ''] = words;
  if (title.startsWith(first)) return 1;
  return title.includes(` ${first}`) ? 0.6 : 0.3;
}

function Entries() {
  // What can be done changes with the cluster: while the list is open it follows.
  useEngine((state) => state.cluster?.faults);
  useEngine((state) => state.figures === undefined);
  const actions = currentActions();
  return (
    <>
      <Command.Input placeholder="Crash, slow down, orders-1, billing…" />
      <Command.List>
        <Command.Empty>Nothing is called that.</Command.Empty>
        {groups.map((group) => (
          <Command.Group key={group} heading={group}>
            {actions.filter((action) => action.group === group).map((action) => (
              <Command.Item
                key={action.id}
                value={action.title}
                onSelect={() => {
                  screenStore.setState({ isPaletteOpen: false });
                  action.run();
                }}
              >
                <span className="cut">{action.title}</span>
                {action.keys === undefined ? null : (
                  <span className="keys">
                    <kbd>{action.keys}</kbd>
                  </span>
                )}
              </Command.Item>
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </>
  );
}
