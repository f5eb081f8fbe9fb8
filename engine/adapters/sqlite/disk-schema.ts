/** The tables of a disk file, and the checks that a file is one. A change here is a new `schemaVersion`. */
import type { Database } from 'better-sqlite3';
import { DiskError } from '#engine/ports/disk.ts';

/** "TRRM" */
const applicationId = 0x5452_524d;
const schemaVersion = 2;
export const pageSizeBytes = 4096;

/**
 * The chunks lie in plain files beside (chunk-file.ts). How far each counts is a narrow table of its own, so that a commit
 * touches few pages. `closings` has a row when the disk was closed in order, with everything on the medium.
 */
const tables = [
  'CREATE TABLE closings (id INTEGER PRIMARY KEY)',
  'CREATE TABLE directories (name TEXT PRIMARY KEY) WITHOUT ROWID',
  'CREATE TABLE extents (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, extent INTEGER NOT NULL)',
  'CREATE TABLE segments (id INTEGER PRIMARY KEY, path TEXT NOT NULL)',
  'CREATE TABLE small_files (path TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID',
];

/** A segment file cannot be larger; with its id times this, a chunk's place on the disk is one number. */
export const placesPerFile = 2 ** 32;
/** Places must be exact numbers: below 2^53. */
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
