/** Speaks to the control port of a served cluster, for the verbs `inject` and `describe`. */
import { request } from 'node:http';
import { UsageError } from '#engine/host/cli/usage-error.ts';

export interface ControlAddress {
  /** "http://127.0.0.1:PORT" */
  control: string;
  token: string;
}

export interface ControlAnswer {
  status: number;
  text: string;
}

export class ControlUnreachable extends Error {
  override readonly name = 'ControlUnreachable';
  readonly exitCode = 3;
}

const answerBytesMax = 268_435_456;
const answerWithinMs = 60_000;

/** From the options, or from TERRARIUM_CONTROL and TERRARIUM_TOKEN. */
export function controlAddress(flags: { control?: string; token?: string }, environment: NodeJS.ProcessEnv = process.env): ControlAddress {
  const control = flags.control ?? environment['TERRARIUM_CONTROL'];
  const token = flags.token ?? environment['TERRARIUM_TOKEN'];
  if (control === undefined || token === undefined) {
    throw new UsageError('which cluster? give --control and --token as serve printed them, or set TERRARIUM_CONTROL and TERRARIUM_TOKEN');
  }
  if (!URL.canParse(control) || new URL(control).protocol !== 'http:') throw new UsageError(`--control ${control} is not an address like http://127.0.0.1:41234`);
  return { control, token };
}

export function askControl({ control, token }: ControlAddress, method: 'GET' | 'POST', path: string, body?: string): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const unreachable = (why: string): void => reject(new ControlUnreachable(`no cluster answers at ${control} (${why}); is serve still running?`));
    const outgoing = request(new URL(path, control), { method, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, timeout: answerWithinMs }, (response) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      response.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (bytes > answerBytesMax) outgoing.destroy(new Error(`an answer of more than ${answerBytesMax} bytes`));
        else pieces.push(piece);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString('utf8') }));
      response.on('error', (error) => unreachable(error.message));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${answerWithinMs} ms`)));
    outgoing.on('error', (error) => unreachable(error.message));
    outgoing.end(body);
  });
}

/** The error that a refusal carries. */
export function errorOf({ status, text }: ControlAnswer): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === 'string') return error;
  } catch {
    // Whatever answered, it was no control port: its status says more than its text.
  }
  return `the control port answered ${status}`;
}
