/**
 * Whatever enters the world from outside, with the moment at which it entered (architecture law 7): seed, specification and
 * this list replay the run, hash for hash.
 *
 * A moment is the number of events handled so far and the world's time. Bounded in memory; when the oldest entries had to be
 * given up the journal says that it is no longer complete. A recording takes every entry as it comes and loses none.
 */
import type { Command } from '#engine/contract/commands.ts';

export type JournalInput =
  | { type: 'command'; command: Command }
  /** A client outside connects to a broker; refused, `connectionId` is -1. */
  | { type: 'open'; connectionId: number; broker: number; clientAddress: string }
  /** A whole request frame as it came from the socket, without the size field. */
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
  /** Entries that are no longer kept. */
  forgotten: number;
  keptBytes: number;
  keptBytesMax: number;
  /** Recordings; each is told of every entry, in order. */
  recordings: Set<Recording>;
}

export interface Recording {
  append(entry: JournalEntry): void;
}

/** What an entry is reckoned to cost besides a frame. */
const entryBytes = 200;

export function createJournal(keptBytesMax = 16 * 1024 * 1024): Journal {
  return { entries: [], forgotten: 0, keptBytes: 0, keptBytesMax, recordings: new Set() };
}

export function addToJournal(journal: Journal, entry: JournalEntry): void {
  journal.entries.push(entry);
  journal.keptBytes += sizeOf(entry);
  if (journal.keptBytes > journal.keptBytesMax) forgetOldest(journal);
  for (const recording of journal.recordings) recording.append(entry);
}

/** Halves what is kept, so that the array is not shifted for every entry. */
function forgetOldest(journal: Journal): void {
  let count = 0;
  while (journal.keptBytes > journal.keptBytesMax / 2 && count < journal.entries.length) {
    journal.keptBytes -= sizeOf(journal.entries[count] as JournalEntry);
    count++;
  }
  journal.entries.splice(0, count);
  journal.forgotten += count;
}

function sizeOf(entry: JournalEntry): number {
  return entryBytes + (entry.input.type === 'request' ? entry.input.frame.byteLength : 0);
}
