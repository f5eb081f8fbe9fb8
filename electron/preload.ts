/** The bridge: a few typed functions, nothing of Electron itself. Bundled as one CommonJS file, for the sandbox takes no other. */
import { contextBridge, ipcRenderer } from 'electron';
import { enginePortMessage, type DesktopBridge, type EngineProcessNews, type MenuAction } from '#engine/contract/desktop-bridge.ts';

ipcRenderer.on('engine:port', (event) => {
  // The bridge clones values but cannot carry a port; a window message can.
  window.postMessage(enginePortMessage, window.location.origin, event.ports);
});

const bridge: DesktopBridge = {
  platform: process.platform,
  openEngine: () => void ipcRenderer.invoke('engine:open', null),
  onEngineNews: (listener) => void ipcRenderer.on('engine:news', (_event, news: EngineProcessNews) => listener(news)),
  onMenuAction: (listener) => void ipcRenderer.on('menu:action', (_event, action: MenuAction) => listener(action)),
  openExternal: (name) => void ipcRenderer.invoke('external:open', name),
  painted: () => void ipcRenderer.invoke('screen:painted', null),
};

contextBridge.exposeInMainWorld('terrarium', bridge);
