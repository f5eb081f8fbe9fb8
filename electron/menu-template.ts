/** The application menu as data; what an entry does in the screen goes as one named message. */
import { externalLinks, type ExternalLink } from '#electron/external-links.ts';

export interface MenuEntry {
  label?: string;
  role?: string;
  type?: 'separator';
  accelerator?: string;
  submenu?: MenuEntry[];
  click?: () => void;
}

export interface MenuActions {
  /** Sends the name of a screen action (palette, shortcuts, present, theme). */
  screen(action: string): void;
  openExternal(link: ExternalLink): void;
}

export function menuTemplate(platform: string, actions: MenuActions): MenuEntry[] {
  const send = (label: string, action: string, accelerator?: string): MenuEntry => ({ label, click: () => actions.screen(action), ...(accelerator === undefined ? {} : { accelerator }) });
  const link = (label: string, name: keyof typeof externalLinks): MenuEntry => ({ label, click: () => actions.openExternal(name) });
  return [
    ...(platform === 'darwin' ? [{ role: 'appMenu' }] : []),
    { label: 'File', submenu: [platform === 'darwin' ? { role: 'close' } : { role: 'quit' }] },
    { role: 'editMenu' },
    { label: 'Run', submenu: [send('Run or stop the clock', 'toggleClock'), send('One event on', 'stepEvent'), send('Find or do anything', 'palette', 'CommandOrControl+K')] },
    { label: 'View', submenu: [send('Dark or light', 'toggleTheme'), { type: 'separator' }, { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }] },
    { role: 'windowMenu' },
    { label: 'Help', submenu: [send('Keyboard shortcuts', 'shortcuts'), link('Kafka documentation', 'kafkaDocumentation'), link('Kafka protocol', 'kafkaProtocol')] },
  ];
}
