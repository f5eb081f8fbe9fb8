/**
 * What the loopback server and its engine process say to each other. A screen's traffic is passed on unread: `data` is what its
 * WebSocket carried, text or bytes, and the engine's end treats it as that socket.
 */
export type ToEngineProcess =
  | { type: 'screen.open'; screen: number }
  | { type: 'screen.data'; screen: number; data: string | Uint8Array }
  | { type: 'screen.close'; screen: number }
  | { type: 'heartbeat'; n: number }
  | { type: 'shutdown' };

export type FromEngineProcess =
  | { type: 'ready'; bootstrap: string; startMs: number; dataDirectory: string | null }
  | { type: 'failed'; error: string; exitCode: number }
  | { type: 'screen.data'; screen: number; data: string | Uint8Array }
  | { type: 'screen.close'; screen: number; reason: string }
  | { type: 'heartbeat'; n: number }
  | { type: 'log'; line: string };
