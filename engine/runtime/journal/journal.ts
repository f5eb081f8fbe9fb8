/**
 * Whatever enters the world from outside, with the moment at which it entered (architecture law 7): seed, specification and
 * this list replay the run, hash for hash.
 *
 * A moment is the number of events handled so far and the world's time. Bounded in memory: a list without its beginning replays
 * nothing, so at the bound all of it is given up, and the journal says so. A recording takes every entry as it comes and loses none.
 */
import type { Command } from '#engine/contract/commands.ts';

export type JournalInput =
  | { type: 'command'; command: Command }
  /** A client outside connects to a broker; refused, `connectionId` is -1. */
  | { type: 'open'; connectionId: number; broker: number; clientAddress: string }
  /** A whole request frame as it came from the socket, without the size field. The world may change these bytes later. */
  | { type: 'request'; connectionId: number; frame: Uint8Array }
  | { type: 'close'; connectionId: number };

export interface JournalEntry {
  /** Events handled before it. */
  eventId: number;
  timeUs: number;
  input: JournalInput;
}

export interface Journal {
  entries: JournalEntry[];
  /** Entries that are not kept. */
  forgotten: number;
  keptBytes: number;
  keptBytesMax: number;
  /** Recordings; each is told of every entry, in order. */
  recordings: Set<Recording>;
}

export interface Recording {
  /** Takes what it needs of the entry at once. */
  append(entry: JournalEntry): void;
}

/** What an entry is reckoned to cost besides a frame. */
const entryBytes = 200;

export function createJournal(keptBytesMax = 16 * 1024 * 1024): Journal {
  return { entries: [], forgotten: 0, keptBytes: 0, keptBytesMax, recordings: new Set() };
}

export function addToJournal(journal: Journal, entry: JournalEntry): void {
  for (const recording of journal.recordings) recording.append(entry);
  if (journal.forgotten === 0 && journal.keptBytes + sizeOf(entry) <= journal.keptBytesMax) keep(journal, entry);
  else forget(journal);
}

function keep(journal: Journal, entry: JournalEntry): void {
  const { input } = entry;
  journal.entries.push(input.type === 'request' ? { ...entry, input: { ...input, frame: input.frame.slice() } } : entry);
  journal.keptBytes += sizeOf(entry);
}

/** The entry at hand, and all before it. */
function forget(journal: Journal): void {
  journal.forgotten += journal.entries.length + 1;
  journal.entries = [];
  journal.keptBytes = 0;
}

function sizeOf(entry: JournalEntry): number {
  return entryBytes + (entry.input.type === 'request' ? entry.input.frame.byteLength : 0);
}
