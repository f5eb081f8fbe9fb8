import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterSpecSchema } from '#engine/contract/cluster-spec.ts';
import { addToJournal, createJournal } from '#engine/runtime/journal/journal.ts';
import type { JournalEntry } from '#engine/runtime/journal/journal.ts';
import { createRunFile, readRunFile, RunFileError } from '#engine/runtime/journal/run-file.ts';

const spec = clusterSpecSchema.parse({ brokers: [{ id: 1 }], topics: [{ name: 't', partitions: 1, replicationFactor: 1 }] });
const header = { engineVersion: '0.1.0', seed: 7141, spec };
const entries: JournalEntry[] = [
  { eventId: 10, timeUs: 5000, input: { type: 'open', connectionId: 3, broker: 1, clientAddress: '127.0.0.1:50000' } },
  { eventId: 10, timeUs: 5001, input: { type: 'request', connectionId: 3, frame: Uint8Array.from({ length: 300 }, (_, index) => index % 256) } },
  { eventId: 12, timeUs: 5400, input: { type: 'command', command: { kind: 'broker.crash', broker: 1 } } },
  { eventId: 13, timeUs: 5400, input: { type: 'close', connectionId: 3 } },
];
const end = { eventId: 99, timeUs: 9000, stateHash: '0123456789abcdef' };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-file-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const good = `{"run":1,"engine":"0.1.0","seed":1,"spec":{"brokers":[{"id":1}]}}\n`;

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** 0: the file was taken. */
function lineOfRefusal(lines: string[]): number {
  try {
    Array.from(readRunFile(written('changed.run', `${lines.join('\n')}\n`)).lines);
    return 0;
  } catch (error) {
    return error instanceof RunFileError ? error.line : -1;
  }
}

describe('a recorded run', () => {
  it('is read back as it was written, frames byte for byte', () => {
    const path = join(folder, 'good.run');
    const file = createRunFile(path, header);
    for (const entry of entries) file.append(entry);
    file.flush();
    file.end(end);
    const run = readRunFile(path);
    expect(run.header).toEqual(header);
    expect([...run.lines]).toEqual([...entries.map((entry) => ({ type: 'entry', entry })), { type: 'end', end }]);
  });

  it('is refused at the line in which one byte was changed, a line taken out or two exchanged', () => {
    const path = join(folder, 'whole.run');
    const file = createRunFile(path, header);
    for (const entry of entries) file.append(entry);
    file.end(end);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lineOfRefusal(lines)).toBe(0);
    lines.forEach((line, index) => {
      if (index === 0) return;
      const at = Math.floor(line.length / 2);
      const other = line[at] === '1' ? '2' : '1';
      expect(lineOfRefusal(lines.with(index, line.slice(0, at) + other + line.slice(at + 1)))).toBe(index + 1);
    });
    expect(lineOfRefusal(lines.toSpliced(2, 1))).toBe(3);
    expect(lineOfRefusal([...lines.slice(0, 2), lines[3] ?? '', lines[2] ?? '', ...lines.slice(4)])).toBe(3);
  });

  it('never writes over a file that exists', () => {
    const path = written('exists.run', 'mine');
    expect(() => createRunFile(path, header)).toThrow(/EEXIST/);
  });

  it.each([
    ['an empty file', '', 1, 'the file is empty'],
    ['something else', 'hello\n', 1, 'not JSON'],
    ['the header of another program', '{"version":3}\n', 1, 'not the header of a recorded run'],
    ['a newer format', good.replace('"run":1', '"run":2'), 1, 'not the header of a recorded run'],
    ['a line that is not JSON', `${good}{"e":1,\n`, 2, 'not JSON'],
    ['an unknown input', `${good}{"e":1,"t":1,"steal":{}}\n`, 2, 'not an input of a run'],
    ['a frame that is not base64', `${good}{"e":1,"t":1,"request":{"connection":1,"frame":"AB*D"}}\n`, 2, 'field request.frame: not base64'],
    ['an unknown command', `${good}{"e":1,"t":1,"command":{"kind":"broker.crahs","broker":1}}\n`, 2, 'did you mean "broker.crash"?'],
    ['a moment that goes back', `${good}{"e":5,"t":1,"close":{"connection":1}}\n{"e":4,"t":1,"close":{"connection":1}}\n`, 3, 'lies before the line above it'],
    ['a line after the end', `${good}{"e":5,"t":1,"end":{"hash":"0123456789abcdef"}}\n{"e":6,"t":1,"close":{"connection":1}}\n`, 3, 'a line follows the end'],
    ['a last line that was cut off', `${good}{"e":5,"t":1,"clo`, 2, 'the recording was cut off'],
  ])('with %s is refused with the line and the reason', (name, text, line, reason) => {
    const path = written(`${name}.run`, text);
    const error = ((): unknown => {
      try {
        return [...readRunFile(path).lines];
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(RunFileError);
    expect(String(error)).toContain(reason);
    expect((error as RunFileError).line).toBe(line);
  });

  it('that is longer than one read is split into its lines', () => {
    const path = join(folder, 'long.run');
    const file = createRunFile(path, header);
    const frame = new Uint8Array(1_200_000).fill(5);
    file.append({ eventId: 1, timeUs: 1, input: { type: 'request', connectionId: 1, frame } });
    file.append({ eventId: 2, timeUs: 2, input: { type: 'close', connectionId: 1 } });
    file.end(end);
    const lines = [...readRunFile(path).lines];
    expect(lines).toHaveLength(3);
    expect(lines[0]).toEqual({ type: 'entry', entry: { eventId: 1, timeUs: 1, input: { type: 'request', connectionId: 1, frame } } });
  });
});

describe('the journal', () => {
  it('keeps frames as they came, whatever is written into them later', () => {
    const journal = createJournal();
    const frame = Uint8Array.of(1, 2, 3);
    addToJournal(journal, { eventId: 0, timeUs: 0, input: { type: 'request', connectionId: 1, frame } });
    frame[0] = 9;
    expect(journal.entries).toEqual([{ eventId: 0, timeUs: 0, input: { type: 'request', connectionId: 1, frame: Uint8Array.of(1, 2, 3) } }]);
  });

  it('gives up all its entries at its bound and says so, while a recording gets every one', () => {
    const journal = createJournal(10_000);
    const recorded: JournalEntry[] = [];
    journal.recordings.add({ append: (entry) => void recorded.push(entry) });
    const add = (from: number, to: number): void => {
      for (let n = from; n < to; n++) addToJournal(journal, { eventId: n, timeUs: n, input: { type: 'request', connectionId: 1, frame: new Uint8Array(300) } });
    };
    add(0, 20);
    expect(journal).toMatchObject({ forgotten: 0, keptBytes: 10_000 });
    expect(journal.entries).toHaveLength(20);
    add(20, 100);
    expect(recorded).toHaveLength(100);
    expect(journal).toMatchObject({ forgotten: 100, keptBytes: 0, entries: [] });
  });
});
