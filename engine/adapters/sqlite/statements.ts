/** Everything that a disk asks of its file, prepared once. */
import type { Database, Statement } from 'better-sqlite3';

interface ChunkRow {
  place: number;
  bytes: Uint8Array;
}

export interface Statements {
  begin: Statement<[]>;
  commit: Statement<[]>;
  rollback: Statement<[]>;
  listDirectories: Statement<[], { name: string }>;
  insertDirectory: Statement<[string]>;
  deleteDirectory: Statement<[string]>;
  listSegments: Statement<[], { id: number; path: string }>;
  insertSegment: Statement<[number, string]>;
  renameSegment: Statement<[string, number]>;
  deleteSegment: Statement<[number]>;
  insertChunk: Statement<[number, Uint8Array]>;
  chunkAt: Statement<[number], { place: number }>;
  chunkContaining: Statement<[number, number], ChunkRow>;
  chunksWithin: Statement<[number, number, number], ChunkRow>;
  lastChunk: Statement<[number, number], { place: number; sizeBytes: number }>;
  deleteChunks: Statement<[number, number]>;
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
    listSegments: database.prepare('SELECT id, path FROM segments'),
    insertSegment: database.prepare('INSERT INTO segments (id, path) VALUES (?, ?)'),
    renameSegment: database.prepare('UPDATE segments SET path = ? WHERE id = ?'),
    deleteSegment: database.prepare('DELETE FROM segments WHERE id = ?'),
    insertChunk: database.prepare('INSERT INTO chunks (place, bytes) VALUES (?, ?)'),
    chunkAt: database.prepare('SELECT place FROM chunks WHERE place = ?'),
    chunkContaining: database.prepare('SELECT place, bytes FROM chunks WHERE place <= ? AND place >= ? ORDER BY place DESC LIMIT 1'),
    // A chunk's end is judged before its bytes are loaded: length() of a blob reads only the row's header.
    chunksWithin: database.prepare('SELECT place, bytes FROM chunks WHERE place >= ? AND place < ? AND place + length(bytes) <= ? ORDER BY place'),
    lastChunk: database.prepare('SELECT place, length(bytes) AS sizeBytes FROM chunks WHERE place >= ? AND place < ? ORDER BY place DESC LIMIT 1'),
    deleteChunks: database.prepare('DELETE FROM chunks WHERE place >= ? AND place < ?'),
    readSmallFile: database.prepare('SELECT bytes FROM small_files WHERE path = ?'),
    writeSmallFile: database.prepare('INSERT INTO small_files (path, bytes) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET bytes = excluded.bytes'),
    deleteSmallFile: database.prepare('DELETE FROM small_files WHERE path = ?'),
    deleteSmallFiles: database.prepare('DELETE FROM small_files WHERE path >= ? AND path < ?'),
    listSmallFiles: database.prepare('SELECT path FROM small_files'),
  };
}
