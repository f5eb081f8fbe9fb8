/** Settings of a broker or topic with where each value comes from: those that differ from Kafka's default first, all on request. */
import { useEffect, useState } from 'react';
import { SlidersHorizontal } from 'lucide-react';
import { engineLink } from '#renderer/app/engine-link.ts';
import { readSettings } from '#renderer/inspector/read-settings.ts';
import type { SettingRow } from '#renderer/inspector/read-settings.ts';

export function SettingsSection({ of, name }: { of: 'broker' | 'topic'; name: string }) {
  const [rows, setRows] = useState<SettingRow[] | undefined>();
  const [showsAll, setShowsAll] = useState(false);
  useEffect(() => {
    let isCurrent = true;
    engineLink()
      .query({ kind: 'settings', of, name })
      .then((value) => isCurrent && setRows(readSettings(value)))
      .catch(() => isCurrent && setRows([]));
    return () => {
      isCurrent = false;
    };
  }, [of, name]);
  if (rows === undefined || rows.length === 0) return null;
  const own = rows.filter((row) => row.isOwn);
  const shown = showsAll ? rows : own;
  return (
    <div className="section">
      <h3>
        <SlidersHorizontal size={14} strokeWidth={1.8} className="icon" />
        Settings
        <span className="spread" />
        <button type="button" className="link" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'only changed' : `all ${rows.length}`}
        </button>
      </h3>
      {shown.length === 0 ? <div className="small quiet">All as Kafka ships them.</div> : null}
      <dl className="settings">
        {shown.map((row) => (
          <div key={row.name}>
            <dt className="cut" title={row.name}>{row.name}</dt>
            <dd className="num">{row.value}</dd>
            {row.source === '' ? null : <dd className="small quiet">{row.source}</dd>}
          </div>
        ))}
      </dl>
    </div>
  );
}
