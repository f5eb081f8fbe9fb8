/** The tables of a disk file, and the checks that a file is one. A change here is a new `schemaVersion`. */
import type { Database } from 'better-sqlite3';
import { DiskError } from '#engine/ports/disk.ts';

/** "TRRM" */
const applicationId = 0x5452_524d;
const schemaVersion = 1;
export const pageSizeBytes = 8192;

/**
 * A chunk's rowid is its file's id times 2^32 plus its byte position: the chunks of a file are one range of rowids, an
 * append goes to the end of the range, cutting and deleting a file remove a range. No index is needed beside it.
 */
const tables = [
  'CREATE TABLE chunks (place INTEGER PRIMARY KEY, bytes BLOB NOT NULL)',
  'CREATE TABLE directories (name TEXT PRIMARY KEY) WITHOUT ROWID',
  'CREATE TABLE segments (id INTEGER PRIMARY KEY, path TEXT NOT NULL)',
  'CREATE TABLE small_files (path TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID',
];

/** A file's share of the rowids; a segment file cannot be larger. */
export const placesPerFile = 2 ** 32;
/** Rowids must be exact numbers here: below 2^53. */
export const fileIdMax = 2 ** 21 - 1;

/** Creates the tables in a new file, and refuses one that is not ours. */
export function prepareSchema(database: Database, file: string): void {
  if (isBlank(database)) {
    if (database.readonly) throw new DiskError('ECORRUPT', `"${file}" is empty`);
    database.transaction(() => {
      for (const table of tables) database.exec(table);
      database.pragma(`application_id = ${applicationId}`);
      database.pragma(`user_version = ${schemaVersion}`);
    })();
    return;
  }
  checkSchema(database, file);
}

function isBlank(database: Database): boolean {
  return pragma(database, 'application_id') === 0 && pragma(database, 'user_version') === 0 && schemaOf(database).length === 0;
}

function checkSchema(database: Database, file: string): void {
  if (pragma(database, 'application_id') !== applicationId) throw new DiskError('ECORRUPT', `"${file}" is an SQLite database, but not a disk of Terrarium`);
  const version = pragma(database, 'user_version');
  if (version !== schemaVersion) throw new DiskError('ECORRUPT', `"${file}" is a disk of format ${version}, this program reads format ${schemaVersion}`);
  if (schemaOf(database).join('\n') !== tables.join('\n')) throw new DiskError('ECORRUPT', `"${file}" does not have the tables of a disk of Terrarium`);
}

/** Every object of the schema: a trigger or a view has no place in a disk. */
function schemaOf(database: Database): string[] {
  return database.prepare<[], string>('SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name').pluck().all();
}

function pragma(database: Database, name: string): unknown {
  return database.pragma(name, { simple: true });
}
