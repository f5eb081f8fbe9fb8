/** An engine process for the tests of its host: it echoes what a screen sends, and dies or hangs when it is told to. */
import type { FromEngineProcess, ToEngineProcess } from '#engine/host/loopback/engine-messages.ts';

function say(message: FromEngineProcess): void {
  process.send?.(message);
}

process.on('message', (received) => {
  const message = received as ToEngineProcess;
  if (message.type === 'heartbeat') say(message);
  if (message.type === 'shutdown') process.exit(0);
  if (message.type !== 'screen.data') return;
  if (message.data === 'die') process.exit(9);
  if (message.data === 'end this screen') return say({ type: 'screen.close', screen: message.screen, reason: 'as it was asked' });
  if (message.data === 'hang') for (;;);
  say({ type: 'screen.data', screen: message.screen, data: message.data });
});
process.on('disconnect', () => process.exit(0));

if (process.argv[2] === 'refuse') {
  say({ type: 'failed', error: 'the port is in use', exitCode: 3 });
  process.disconnect();
} else {
  say({ type: 'ready', bootstrap: '127.0.0.1:1', startMs: 1, dataDirectory: null });
}
