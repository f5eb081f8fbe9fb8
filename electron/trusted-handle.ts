/**
 * The one door for calls from the screen to the main process: only the main frame of our own window, only from our origin,
 * only with an argument that its check accepts. Electron's `ipcMain` is handed in.
 */
import { appOrigin } from '#electron/app-protocol.ts';

export interface CallEvent {
  senderFrame: { url: string; parent: unknown } | null;
}

export interface CallDoor {
  handle(channel: string, listener: (event: CallEvent, argument: unknown) => unknown): void;
}

export function isTrustedSender(event: CallEvent): boolean {
  const frame = event.senderFrame;
  if (frame === null || frame.parent !== null) return false;
  try {
    return new URL(frame.url).origin === appOrigin || frame.url.startsWith(`${appOrigin}/`);
  } catch {
    return false;
  }
}

/** Registers a call. `check` turns the argument into what the work needs, or answers undefined to refuse it. */
export function handle<Argument>(door: CallDoor, channel: string, check: (argument: unknown) => Argument | undefined, work: (argument: Argument) => unknown): void {
  door.handle(channel, (event, argument) => {
    if (!isTrustedSender(event)) throw new Error(`${channel}: refused, the call does not come from Terrarium's own window`);
    const checked = check(argument);
    if (checked === undefined) throw new Error(`${channel}: refused, the argument is not what this call takes`);
    return work(checked);
  });
}
