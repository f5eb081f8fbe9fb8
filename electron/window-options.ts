/** How the one window is made: sandboxed, isolated, without Node, with nothing that could load what is not ours. */
export interface WindowPaths {
  preload: string;
}

export function windowOptions(paths: WindowPaths, inspectable: boolean) {
  return {
    width: 1600,
    height: 1000,
    minWidth: 960,
    minHeight: 600,
    show: false,
    backgroundColor: '#090D10',
    title: 'Terrarium',
    webPreferences: {
      preload: paths.preload,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      contextIsolation: true,
      sandbox: true,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: inspectable,
    },
  } as const;
}
