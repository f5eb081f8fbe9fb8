/** Brand, views, what is being run, the palette's door, the theme. */
import { Layers, Moon, Search, Sun, Table2 } from 'lucide-react';
import { toggleTheme } from '#renderer/app/theme.ts';
import { useEngine } from '#renderer/state/engine-store.ts';
import { screenStore, useScreen } from '#renderer/state/screen-store.ts';
import type { View } from '#renderer/state/screen-store.ts';

const views: readonly { view: View; name: string; Icon: typeof Layers }[] = [
  { view: 'stage', name: 'Stage', Icon: Layers },
  { view: 'explorer', name: 'Explorer', Icon: Table2 },
];

export function Header() {
  const view = useScreen((state) => state.view);
  const theme = useScreen((state) => state.theme);
  return (
    <header className="header">
      <div className="brand">
        <Brand />
        <h1>Terrarium</h1>
      </div>
      <nav className="views" aria-label="Views">
        {views.map(({ view: name, name: label, Icon }) => (
          <button key={name} type="button" aria-current={view === name ? 'page' : undefined} onClick={() => screenStore.setState({ view: name })}>
            <Icon size={15} strokeWidth={1.8} className="icon" />
            {label}
          </button>
        ))}
      </nav>
      <div className="spread" />
      <RunName />
      <div className="spread" />
      <button type="button" className="button plain" onClick={() => screenStore.setState({ isPaletteOpen: true })}>
        <Search size={14} strokeWidth={1.8} className="icon" />
        Find or do anything <kbd>Ctrl K</kbd>
      </button>
      <button type="button" className="button plain square" aria-label={theme === 'dark' ? 'Light theme' : 'Dark theme'} onClick={toggleTheme}>
        {theme === 'dark' ? <Sun size={15} strokeWidth={1.8} /> : <Moon size={15} strokeWidth={1.8} />}
      </button>
    </header>
  );
}

/** What is being run, and where clients outside find it. */
function RunName() {
  const welcome = useEngine((state) => state.welcome);
  if (welcome === undefined) return <div className="crumb" />;
  const place = welcome.dataDirectory === null ? 'in memory' : (welcome.dataDirectory.split(/[/\\]/).at(-1) ?? '');
  return (
    <div className="crumb">
      <b>{welcome.preset === 'classroom' ? 'Classroom' : 'Kafka defaults'}</b>
      <span className="cut only-wide">{place}</span>
      {welcome.bootstrap === '' ? null : (
        <span className="num cut" title="bootstrap.servers for clients outside">
          {welcome.bootstrap.split(',')[0]}
        </span>
      )}
    </div>
  );
}

function Brand() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" fill="none" aria-hidden="true">
      <path className="line" d="M3 17V9a7 7 0 0 1 14 0v8" strokeWidth="1.5" />
      <path className="line" d="M1.5 17.6h17" strokeWidth="1.5" strokeLinecap="round" />
      <path className="water" d="M6 14.6h5.5M6 11.6h7.5M6 8.6h4" strokeWidth="1.7" />
      <path className="line" d="M12.2 6.4v9.6" strokeWidth="1.2" />
    </svg>
  );
}
