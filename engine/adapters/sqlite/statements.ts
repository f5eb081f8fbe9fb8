/** Everything that a disk asks of its file, prepared once. */
import type { Database, Statement } from 'better-sqlite3';

export interface SegmentRow {
  id: number;
  path: string;
  sizeBytes: number;
  extentBytes: number;
}

export interface Statements {
  begin: Statement<[]>;
  commit: Statement<[]>;
  rollback: Statement<[]>;
  listDirectories: Statement<[], { name: string }>;
  insertDirectory: Statement<[string]>;
  deleteDirectory: Statement<[string]>;
  listSegments: Statement<[], SegmentRow>;
  insertSegment: Statement<[number, string]>;
  renameSegment: Statement<[string, number]>;
  deleteSegment: Statement<[number]>;
  insertExtent: Statement<[number]>;
  updateExtent: Statement<[number, number, number]>;
  deleteExtent: Statement<[number]>;
  wasClosed: Statement<[], { id: number }>;
  insertClosing: Statement<[]>;
  deleteClosing: Statement<[]>;
  readSmallFile: Statement<[string], { bytes: Uint8Array }>;
  writeSmallFile: Statement<[string, Uint8Array]>;
  deleteSmallFile: Statement<[string]>;
  deleteSmallFiles: Statement<[string, string]>;
  listSmallFiles: Statement<[], { path: string }>;
}

export function prepareStatements(database: Database): Statements {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    listDirectories: database.prepare('SELECT name FROM directories'),
    insertDirectory: database.prepare('INSERT INTO directories (name) VALUES (?)'),
    deleteDirectory: database.prepare('DELETE FROM directories WHERE name = ?'),
    listSegments: database.prepare('SELECT id, path, size AS sizeBytes, extent AS extentBytes FROM segments JOIN extents USING (id)'),
    insertSegment: database.prepare('INSERT INTO segments (id, path) VALUES (?, ?)'),
    renameSegment: database.prepare('UPDATE segments SET path = ? WHERE id = ?'),
    deleteSegment: database.prepare('DELETE FROM segments WHERE id = ?'),
    insertExtent: database.prepare('INSERT INTO extents (id, size, extent) VALUES (?, 0, 0)'),
    updateExtent: database.prepare('UPDATE extents SET size = ?, extent = ? WHERE id = ?'),
    deleteExtent: database.prepare('DELETE FROM extents WHERE id = ?'),
    wasClosed: database.prepare('SELECT id FROM closings'),
    insertClosing: database.prepare('INSERT INTO closings (id) VALUES (1)'),
    deleteClosing: database.prepare('DELETE FROM closings'),
    readSmallFile: database.prepare('SELECT bytes FROM small_files WHERE path = ?'),
    writeSmallFile: database.prepare('INSERT INTO small_files (path, bytes) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET bytes = excluded.bytes'),
    deleteSmallFile: database.prepare('DELETE FROM small_files WHERE path = ?'),
    deleteSmallFiles: database.prepare('DELETE FROM small_files WHERE path >= ? AND path < ?'),
    listSmallFiles: database.prepare('SELECT path FROM small_files'),
  };
}
