import { shortcutList } from '#renderer/commands/shortcuts.ts';

export function ShortcutList() {
  return (
    <div className="content">
      <div className="shortcuts">
        {shortcutList.map((shortcut) => (
          <div key={shortcut.words}>
            <span className="soft">{shortcut.words}</span>
            <span className="keys">
              {shortcut.keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}
