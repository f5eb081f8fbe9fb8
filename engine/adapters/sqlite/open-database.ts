/**
 * Opening a disk file. Ours is locked for this process alone and set for its duty; one that somebody sent is only read, and
 * only after it was checked.
 */
import { statSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { DiskError } from '#engine/ports/disk.ts';
import { pageSizeBytes, prepareSchema } from '#engine/adapters/sqlite/disk-schema.ts';
import { toDiskError } from '#engine/adapters/sqlite/sqlite-error.ts';

/** What a commit survives: the death of the process, or also a power cut (each commit then waits for the medium). */
export type Durability = 'process' | 'power';

const cacheKibibytes = 1024;
const lockTimeoutMs = 50;
const foreignFileBytesMax = 4_294_967_296;

export function openOwn(file: string, durability: Durability): Database {
  return opening(file, () => {
    const database = new Sqlite(file, { timeout: lockTimeoutMs });
    return closedOnFailure(database, () => {
      // The page size can only be set before the first page is written; the lock keeps the WAL's index out of a shared file.
      database.pragma(`page_size = ${pageSizeBytes}`);
      database.pragma('locking_mode = EXCLUSIVE');
      database.pragma('trusted_schema = OFF');
      database.pragma('journal_mode = WAL');
      database.pragma(`synchronous = ${durability === 'power' ? 'FULL' : 'NORMAL'}`);
      database.pragma('wal_autocheckpoint = 0');
      database.pragma(`cache_size = -${cacheKibibytes}`);
      database.exec('BEGIN IMMEDIATE; COMMIT');
      prepareSchema(database, file);
    });
  });
}

export function openForeign(file: string): Database {
  return opening(file, () => {
    const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: -1 };
    if (size < 0) throw new DiskError('ENOENT', `there is no file "${file}"`);
    if (size > foreignFileBytesMax) throw new DiskError('ECORRUPT', `"${file}" has ${size} bytes, more than the ${foreignFileBytesMax} that are opened unasked`);
    const database = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: lockTimeoutMs });
    return closedOnFailure(database, () => {
      database.pragma('trusted_schema = OFF');
      database.pragma('query_only = ON');
      database.pragma('cell_size_check = ON');
      prepareSchema(database, file);
      const verdict = database.pragma('quick_check(1)', { simple: true });
      if (verdict !== 'ok') throw new DiskError('ECORRUPT', `"${file}" is damaged: ${String(verdict)}`);
    });
  });
}

function opening(file: string, open: () => Database): Database {
  // Its native part ends an older process without a word.
  if (Number(process.versions['napi']) < 10) throw new DiskError('EIO', `disk file "${file}": SQLite needs Node 22.14 or newer, this is ${process.versions.node}`);
  try {
    return open();
  } catch (error) {
    // better-sqlite3 refuses a path in a missing directory by itself.
    if (error instanceof TypeError) throw new DiskError('ENOENT', `disk file "${file}": ${error.message}`);
    throw toDiskError(error, file);
  }
}

function closedOnFailure(database: Database, prepare: () => void): Database {
  try {
    prepare();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
