import { describe, expect, it } from 'vitest';
import { resolveAppFile } from '#electron/app-protocol.ts';
import { superviseEngine, type EngineProcess } from '#electron/engine-supervisor.ts';
import { externalAddress, externalLinks } from '#electron/external-links.ts';
import { menuTemplate, type MenuEntry } from '#electron/menu-template.ts';
import { handle, isTrustedSender, type CallEvent } from '#electron/trusted-handle.ts';
import { windowOptions } from '#electron/window-options.ts';
import { contentSecurityPolicy } from '#engine/contract/content-security-policy.ts';
import type { EngineProcessNews } from '#engine/contract/desktop-bridge.ts';

describe('The scheme app://', () => {
  const resolve = (url: string) => resolveAppFile('/app/dist/renderer', url);

  it('serves the screen and its assets with their kind of content', () => {
    expect(resolve('app://terrarium/')).toEqual({ path: '/app/dist/renderer/index.html', contentType: 'text/html; charset=utf-8' });
    expect(resolve('app://terrarium/assets/stage.js')).toMatchObject({ path: '/app/dist/renderer/assets/stage.js' });
  });

  it.each(['app://terrarium/..%2f..%2fetc/passwd.json', 'app://terrarium/%2e%2e/%2e%2e/main.js', 'app://terrarium/a/..%2f..%2f..%2fx.js'])('keeps %s inside the screen', (url) => {
    const file = resolve(url);
    expect('path' in file ? file.path : '/app/dist/renderer/').toMatch(/^\/app\/dist\/renderer\//);
    expect('path' in file ? 403 : file.refused).toBe(403);
  });

  it('refuses another host, another scheme, a zero byte and an unknown kind of file', () => {
    expect(resolve('app://elsewhere/')).toMatchObject({ refused: 403 });
    expect(resolve('file:///etc/passwd')).toMatchObject({ refused: 403 });
    expect(resolve('app://terrarium/a%00.js')).toMatchObject({ refused: 400 });
    expect(resolve('app://terrarium/data.sqlite')).toMatchObject({ refused: 404 });
    expect(resolve('app://terrarium/%E0%A4%A')).toMatchObject({ refused: 400 });
  });
});

describe('A call from the screen', () => {
  const own: CallEvent = { senderFrame: { url: 'app://terrarium/index.html', parent: null } };

  it('is taken only from the main frame of our own origin', () => {
    expect(isTrustedSender(own)).toBe(true);
    expect(isTrustedSender({ senderFrame: { url: 'app://terrarium.evil/', parent: null } })).toBe(false);
    expect(isTrustedSender({ senderFrame: { url: 'https://terrarium/', parent: null } })).toBe(false);
    expect(isTrustedSender({ senderFrame: { url: 'app://terrarium/', parent: {} } })).toBe(false);
    expect(isTrustedSender({ senderFrame: null })).toBe(false);
  });

  it('reaches its work only with an argument that the check accepts', () => {
    let listener: ((event: CallEvent, argument: unknown) => unknown) | undefined;
    const done: string[] = [];
    handle({ handle: (_channel, registered) => (listener = registered) }, 'external:open', externalAddress, (address) => done.push(address));
    expect(() => listener?.(own, 'https://evil.example/')).toThrow(/argument is not/);
    expect(() => listener?.(own, 'constructor')).toThrow(/argument is not/);
    expect(() => listener?.({ senderFrame: null }, 'kafkaProtocol')).toThrow(/does not come from/);
    expect(done).toEqual([]);
    listener?.(own, 'kafkaProtocol');
    expect(done).toEqual([externalLinks.kafkaProtocol]);
  });
});

describe('The window', () => {
  it('is sandboxed, isolated and has no Node', () => {
    expect(windowOptions({ preload: '/p' }, false).webPreferences).toMatchObject({
      nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false, contextIsolation: true, sandbox: true,
      webSecurity: true, allowRunningInsecureContent: false, experimentalFeatures: false, webviewTag: false, devTools: false,
    });
  });

  it('has a policy that allows nothing by default and no inline code', () => {
    expect(contentSecurityPolicy).toMatch(/^default-src 'none'/);
    expect(contentSecurityPolicy).not.toMatch(/unsafe|\*|https?:/);
  });

  it('has a menu whose actions go to the screen by name', () => {
    const actions: string[] = [];
    const walk = (entries: MenuEntry[]): void => entries.forEach((entry) => (entry.click?.(), walk(entry.submenu ?? [])));
    walk(menuTemplate('linux', { screen: (action) => actions.push(action), openExternal: (link) => actions.push(link) }));
    expect(actions).toEqual(['toggleClock', 'stepEvent', 'palette', 'toggleTheme', 'shortcuts', 'kafkaDocumentation', 'kafkaProtocol']);
  });
});

describe('The supervisor of the engine process', () => {
  function bench() {
    const forks: { exit: (code: number) => void; say: (message: unknown) => void; sent: unknown[]; killed: boolean }[] = [];
    const news: EngineProcessNews[] = [];
    let nowMs = 0;
    let tick: () => void = () => undefined;
    const supervisor = superviseEngine({
      fork(): EngineProcess {
        const fork = { exit: (_code: number) => undefined as void, say: (_message: unknown) => undefined as void, sent: [] as unknown[], killed: false };
        forks.push(fork);
        return {
          post: (message) => fork.sent.push(message),
          onMessage: (listener) => (fork.say = listener),
          onExit: (listener) => (fork.exit = listener),
          kill: () => ((fork.killed = true), fork.exit(-9)),
        };
      },
      connectScreen: () => ({}),
      tellScreen: (item) => news.push(item),
      nowMs: () => nowMs,
      every: (_interval, work) => ((tick = work), () => (tick = () => undefined)),
    });
    return { supervisor, forks, news, pass: (ms: number) => ((nowMs += ms), tick()), at: (ms: number) => (nowMs = ms) };
  }

  it('starts a dead engine again and gives the screen a channel to the new one', () => {
    const { supervisor, forks, news } = bench();
    supervisor.start();
    forks[0]?.exit(139);
    expect(forks).toHaveLength(2);
    expect(forks[1]?.sent).toEqual([{ type: 'connect' }]);
    expect(news.map((item) => item.state)).toEqual(['running', 'restarting', 'running']);
  });

  it('gives up at the fourth death within five minutes, and says what to do', () => {
    const { supervisor, forks, news, at } = bench();
    supervisor.start();
    for (let death = 0; death < 4; death += 1) {
      at(death * 1000);
      forks[death]?.exit(1);
    }
    expect(forks).toHaveLength(4);
    expect(news.at(-1)).toMatchObject({ state: 'stopped', advice: expect.stringContaining('disks are untouched') });
  });

  it('goes on restarting an engine that dies rarely', () => {
    const { supervisor, forks, at } = bench();
    supervisor.start();
    for (let death = 0; death < 10; death += 1) {
      at(death * 120_000);
      forks[death]?.exit(1);
    }
    expect(forks).toHaveLength(11);
  });

  it('kills an engine whose heart has stopped, and leaves one alone that beats', () => {
    const { supervisor, forks, pass } = bench();
    supervisor.start();
    for (let second = 0; second < 20; second += 1) {
      pass(1000);
      forks[0]?.say({ type: 'heartbeat', n: second });
    }
    expect(forks).toHaveLength(1);
    for (let second = 0; second < 6; second += 1) pass(1000);
    expect(forks[0]?.killed).toBe(true);
    expect(forks).toHaveLength(2);
  });

  it('lets the engine end in order when the app quits', () => {
    const { supervisor, forks } = bench();
    supervisor.start();
    supervisor.stop();
    forks[0]?.exit(0);
    expect(forks).toHaveLength(1);
    expect(forks[0]?.sent).toContainEqual({ type: 'shutdown' });
  });
});
