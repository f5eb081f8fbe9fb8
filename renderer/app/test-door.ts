/** `window.terrariumTest`: what a test may read of the screen. It can change nothing. */
import { engineLink } from '#renderer/app/engine-link.ts';
import type { Drawn, Statistics } from '#renderer/stage/messages.ts';
import { engineStore } from '#renderer/state/engine-store.ts';

export interface TestDoor {
  /** Brings the picture up to date and answers what it shows, replica by replica. */
  drawn(): Promise<Drawn>;
  /** Script time and intervals of the last paints. */
  statistics(): Promise<Statistics>;
  connection(): string;
}

declare global {
  interface Window {
    terrariumTest?: TestDoor;
  }
}

export function openTestDoor(): void {
  window.terrariumTest = {
    drawn: async () => (await engineLink().worker.ask({ type: 'drawn' })) as Drawn,
    statistics: async () => (await engineLink().worker.ask({ type: 'statistics' })) as Statistics,
    connection: () => engineStore.getState().connection,
  };
}
