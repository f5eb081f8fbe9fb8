/**
 * The desktop's main process: one window, the scheme of the screen, the engine process. It only puts tested parts together and
 * stays out of the data path: screen and engine speak over a channel of their own.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, BrowserWindow, ipcMain, Menu, MessageChannelMain, protocol, session, shell, utilityProcess } from 'electron';
import { appOrigin, appScheme, resolveAppFile } from '#electron/app-protocol.ts';
import { superviseEngine, type EngineProcess } from '#electron/engine-supervisor.ts';
import { externalAddress } from '#electron/external-links.ts';
import { menuTemplate } from '#electron/menu-template.ts';
import { handle, type CallDoor } from '#electron/trusted-handle.ts';
import { windowOptions } from '#electron/window-options.ts';
import { securityHeaders } from '#engine/contract/content-security-policy.ts';

const distDirectory = join(app.getAppPath(), 'dist');
const selfTest = process.argv.includes('--self-test');
const startedAtMs = Number(process.env['TERRARIUM_STARTED_AT'] ?? Date.now());

app.enableSandbox();
protocol.registerSchemesAsPrivileged([{ scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
if (!app.requestSingleInstanceLock()) app.quit();

let window: BrowserWindow | undefined;

function serveScreen(): void {
  protocol.handle(appScheme, async (request) => {
    const file = resolveAppFile(join(distDirectory, 'renderer'), request.url);
    if ('refused' in file) return new Response(file.reason, { status: file.refused, headers: securityHeaders });
    try {
      return new Response(new Uint8Array(await readFile(file.path)), { headers: { ...securityHeaders, 'Content-Type': file.contentType } });
    } catch {
      return new Response('no such file', { status: 404, headers: securityHeaders });
    }
  });
}

function denyEverythingElse(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.setDevicePermissionHandler(() => false);
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

function forkEngine(): EngineProcess {
  const child = utilityProcess.fork(join(distDirectory, 'engine', 'engine-process.js'), [process.env['TERRARIUM_ENGINE'] ?? JSON.stringify({ dataDirectory: join(app.getPath('userData'), 'cluster') })], { serviceName: 'Terrarium engine' });
  return {
    post: (message, ports) => child.postMessage(message, ports as Electron.MessagePortMain[] | undefined),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', listener),
    kill: () => void child.kill(),
  };
}

function connectScreen(): unknown {
  const { port1, port2 } = new MessageChannelMain();
  window?.webContents.postMessage('engine:port', null, [port1]);
  return port2;
}

const supervisor = superviseEngine({
  fork: forkEngine,
  connectScreen,
  tellScreen: (news) => window?.webContents.send('engine:news', news),
  nowMs: () => performance.now(),
  every: (intervalMs, work) => {
    const timer = setInterval(work, intervalMs);
    return () => clearInterval(timer);
  },
});

function nothing(argument: unknown): true | undefined {
  return argument === null ? true : undefined;
}

function registerCalls(): void {
  const door = ipcMain as unknown as CallDoor;
  handle(door, 'engine:open', nothing, () => supervisor.connect());
  handle(door, 'external:open', externalAddress, (address) => shell.openExternal(address));
  handle(door, 'screen:painted', nothing, () => {
    process.stdout.write(`Terrarium painted the living cluster ${((Date.now() - startedAtMs) / 1000).toFixed(2)} s after its start.\n`);
    if (selfTest) app.quit();
  });
}

function openWindow(): void {
  window = new BrowserWindow(windowOptions({ preload: join(distDirectory, 'electron', 'preload.cjs') }, !app.isPackaged));
  window.once('ready-to-show', () => window?.show());
  window.on('closed', () => {
    window = undefined;
  });
  void window.loadURL(`${appOrigin}/`);
}

await app.whenReady();
serveScreen();
denyEverythingElse();
registerCalls();
Menu.setApplicationMenu(
  Menu.buildFromTemplate(
    menuTemplate(process.platform, {
      screen: (action) => window?.webContents.send('menu:action', action),
      openExternal: (link) => void shell.openExternal(externalAddress(link) ?? ''),
    }) as Electron.MenuItemConstructorOptions[],
  ),
);
openWindow();
supervisor.start();
app.on('second-instance', () => window?.focus());
app.on('activate', () => {
  if (window === undefined) openWindow();
});
app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit();
});
app.on('before-quit', () => supervisor.stop());
