/** The main thread's end of the render worker: hands messages over, waits for answers. One for the life of the page. */
import type { Target } from '#renderer/model/target.ts';
import type { FromWorker, ToWorker } from '#renderer/stage/messages.ts';

type Listener = (message: Exclude<FromWorker, { type: 'reply' }>) => void;
/** What is asked and answered; the request id is added here. */
type Question = { type: 'pick'; x: number; y: number } | { type: 'move'; move: Extract<ToWorker, { type: 'move' }>['move'] } | { type: 'describe'; target: Target } | { type: 'drawn' } | { type: 'statistics' };

export interface StageWorker {
  post(message: ToWorker, transfer?: Transferable[]): void;
  ask(question: Question): Promise<unknown>;
  listen(listener: Listener): void;
}

export function createStageWorker(): StageWorker {
  const worker = new Worker(new URL('./render-worker.ts', import.meta.url), { type: 'module', name: 'stage' });
  const listeners: Listener[] = [];
  const waiting = new Map<number, (value: unknown) => void>();
  let requestId = 0;
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    if (data.type === 'reply') {
      waiting.get(data.requestId)?.(data.value);
      waiting.delete(data.requestId);
      return;
    }
    for (const listener of listeners) listener(data);
  });
  worker.addEventListener('error', (event) => {
    for (const listener of listeners) listener({ type: 'failed', error: event.message || 'the render worker could not be started' });
  });
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    ask(question) {
      requestId++;
      const id = requestId;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        worker.postMessage({ ...question, requestId: id }, []);
      });
    },
    listen: (listener) => void listeners.push(listener),
  };
}
