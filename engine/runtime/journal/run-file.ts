/**
 * A recorded run: JSON Lines (docs/decisions: "A recorded run is JSON Lines"). The first line says what cluster it was, each
 * following line is one input, the last says how many events there were and what the state's hash was. A file without a last
 * line was cut off (the process was killed) and can be replayed, but has nothing to compare with.
 */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { clusterSpecSchema } from '#engine/contract/cluster-spec.ts';
import type { ClusterSpec } from '#engine/contract/cluster-spec.ts';
import type { Command } from '#engine/contract/commands.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import { parseCommand } from '#engine/runtime/commands.ts';
import { createLineChecker, createLineSummer } from '#engine/runtime/journal/line-sum.ts';
import type { JournalEntry, JournalInput, Recording } from '#engine/runtime/journal/journal.ts';

export interface RunHeader {
  engineVersion: string;
  seed: number;
  spec: ClusterSpec;
}

export interface RunEnd {
  eventId: number;
  timeUs: number;
  stateHash: string;
}

export type RunLine = { type: 'entry'; entry: JournalEntry } | { type: 'end'; end: RunEnd };

/** Says where a run file is wrong. */
export class RunFileError extends Error {
  override readonly name = 'RunFileError';
  readonly line: number;
  constructor(path: string, line: number, message: string) {
    super(`${path}, line ${line}: ${message}`);
    this.line = line;
  }
}

const formatVersion = 1;
/** A frame has at most 100 MiB (socket.request.max.bytes), four thirds of that in base64. */
const lineCharactersMax = 150 * 1024 * 1024;

const moment = { e: z.int().min(0), t: z.int().min(0) };
const connection = z.int().min(-1);
/** `sums`: every line, this one too, ends with a check sum (line-sum.ts); a file written by hand goes without. */
const headerSchema = z.strictObject({ run: z.literal(formatVersion), engine: z.string(), seed: z.int().min(0), sums: z.literal('crc32').optional(), spec: clusterSpecSchema });
const lineSchema = z.union([
  z.strictObject({ ...moment, request: z.strictObject({ connection, frame: z.string() }) }),
  z.strictObject({ ...moment, open: z.strictObject({ connection, broker: z.int(), address: z.string().max(100) }) }),
  z.strictObject({ ...moment, close: z.strictObject({ connection }) }),
  z.strictObject({ ...moment, command: z.looseObject({ kind: z.string() }) }),
  z.strictObject({ ...moment, end: z.strictObject({ hash: z.string().regex(/^[0-9a-f]{16}$/) }) }),
]);

export interface RunFileWriter extends Recording {
  /** Hands what was appended to the operating system. */
  flush(): void;
  end(end: RunEnd): void;
}

/** Refuses a file that exists: a recording never writes over another. */
export function createRunFile(path: string, header: RunHeader): RunFileWriter {
  const file = openSync(path, 'wx');
  const summed = createLineSummer();
  const lineText = (value: object): string => `${summed(JSON.stringify(value))}\n`;
  let pending: string[] = [lineText({ run: formatVersion, engine: header.engineVersion, seed: header.seed, sums: 'crc32', spec: header.spec })];
  function flush(): void {
    if (pending.length === 0) return;
    const bytes = Buffer.from(pending.join(''));
    pending = [];
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  }
  flush();
  return {
    append: (entry) => void pending.push(lineText(lineOf(entry))),
    flush,
    end({ eventId, timeUs, stateHash }) {
      pending.push(lineText({ e: eventId, t: timeUs, end: { hash: stateHash } }));
      flush();
      closeSync(file);
    },
  };
}

function lineOf({ eventId, timeUs, input }: JournalEntry): z.input<typeof lineSchema> {
  const at = { e: eventId, t: timeUs };
  switch (input.type) {
    case 'command':
      return { ...at, command: input.command };
    case 'open':
      return { ...at, open: { connection: input.connectionId, broker: input.broker, address: input.clientAddress } };
    case 'request':
      return { ...at, request: { connection: input.connectionId, frame: Buffer.from(input.frame.buffer, input.frame.byteOffset, input.frame.byteLength).toString('base64') } };
    case 'close':
      return { ...at, close: { connection: input.connectionId } };
  }
}

export interface RunFileReader {
  header: RunHeader;
  /** In order; the moments never go back, and nothing follows the end. */
  lines: Iterable<RunLine>;
}

export function readRunFile(path: string): RunFileReader {
  const texts = checkedLines(path);
  const first = texts.next();
  if (first.done) throw new RunFileError(path, 1, 'the file is empty, a recorded run begins with its header');
  const parsed = headerSchema.safeParse(parse(path, 1, first.value));
  if (!parsed.success) throw new RunFileError(path, 1, `not the header of a recorded run (${problemOf(parsed.error)})`);
  const { engine, seed, spec } = parsed.data;
  return { header: { engineVersion: engine, seed, spec }, lines: readEntries(path, texts) };
}

/** The lines without their check sums. */
function* checkedLines(path: string): Generator<string> {
  const check = createLineChecker();
  let number = 0;
  let hasSums = false;
  for (const text of readLines(path)) {
    number++;
    if (number === 1) hasSums = text.includes('"sums":"crc32"');
    const line = hasSums ? check(text) : text;
    if (line === undefined) throw new RunFileError(path, number, 'this line is not as it was written: the file is damaged');
    yield line;
  }
}

function* readEntries(path: string, texts: Iterable<string>): Generator<RunLine> {
  let number = 1;
  let eventId = 0;
  let timeUs = 0;
  let ended = false;
  for (const text of texts) {
    number++;
    if (ended) throw new RunFileError(path, number, 'a line follows the end of the run');
    const parsed = lineSchema.safeParse(parse(path, number, text));
    if (!parsed.success) throw new RunFileError(path, number, `not an input of a run (${problemOf(parsed.error)})`);
    const line = parsed.data;
    if (line.e < eventId || line.t < timeUs) throw new RunFileError(path, number, `event ${line.e} at ${line.t} us lies before the line above it (event ${eventId} at ${timeUs} us)`);
    ({ e: eventId, t: timeUs } = line);
    if ('end' in line) {
      ended = true;
      yield { type: 'end', end: { eventId, timeUs, stateHash: line.end.hash } };
    } else {
      yield { type: 'entry', entry: { eventId, timeUs, input: inputOf(path, number, line) } };
    }
  }
}

function inputOf(path: string, number: number, line: Exclude<z.output<typeof lineSchema>, { end: unknown }>): JournalInput {
  if ('request' in line) return { type: 'request', connectionId: line.request.connection, frame: frameOf(path, number, line.request.frame) };
  if ('open' in line) return { type: 'open', connectionId: line.open.connection, broker: line.open.broker, clientAddress: line.open.address };
  if ('close' in line) return { type: 'close', connectionId: line.close.connection };
  return { type: 'command', command: commandOf(path, number, line.command) };
}

function commandOf(path: string, number: number, command: unknown): Command {
  try {
    return parseCommand(command);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new RunFileError(path, number, error.message);
  }
}

/** Node skips what is not base64, so a damaged text comes out too short. */
function frameOf(path: string, number: number, text: string): Uint8Array {
  const frame = Buffer.from(text, 'base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (frame.length !== (text.length / 4) * 3 - padding) throw new RunFileError(path, number, 'field request.frame: not base64');
  return new Uint8Array(frame);
}

function parse(path: string, number: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RunFileError(path, number, `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function problemOf(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'not valid';
  return issue.path.length === 0 ? issue.message : `field ${issue.path.map(String).join('.')}: ${issue.message}`;
}

/** Line by line, so that a run of any length needs only the memory of its longest line. */
function* readLines(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    if (!fstatSync(file).isFile()) throw new RunFileError(path, 1, 'not a file');
    const chunk = Buffer.allocUnsafe(1 << 20);
    let rest: Buffer[] = [];
    let restBytes = 0;
    let number = 0;
    for (;;) {
      const count = readSync(file, chunk, 0, chunk.length, null);
      if (count === 0) break;
      let start = 0;
      for (;;) {
        const newline = chunk.subarray(0, count).indexOf(10, start);
        if (newline === -1) break;
        number++;
        yield Buffer.concat([...rest, chunk.subarray(start, newline)]).toString('utf8');
        rest = [];
        restBytes = 0;
        start = newline + 1;
      }
      rest.push(Buffer.from(chunk.subarray(start, count)));
      restBytes += count - start;
      if (restBytes > lineCharactersMax) throw new RunFileError(path, number + 1, `longer than ${lineCharactersMax} characters`);
    }
    if (restBytes > 0) throw new RunFileError(path, number + 1, 'the file ends inside this line: the recording was cut off');
  } finally {
    closeSync(file);
  }
}
