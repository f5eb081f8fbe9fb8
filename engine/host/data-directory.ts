/**
 * The folder of a cluster: its description (terrarium.json), and for each broker's disk an SQLite file and a folder of chunks. A folder that is neither
 * ours nor empty is refused before anything is written; one that another process has open is refused by its disks' locks.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { ClusterMetaStore } from '#engine/runtime/cluster-meta.ts';

export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';
  /** By the table of the command line: 2 what was asked for is wrong, 3 the machine says no. */
  readonly exitCode: 2 | 3;
  constructor(message: string, exitCode: 2 | 3) {
    super(message);
    this.exitCode = exitCode;
  }
}

export interface DataDirectory {
  path: string;
  metaStore: ClusterMetaStore;
  diskFile(brokerId: number): string;
}

const descriptionFile = 'terrarium.json';
const oursPattern = /^(terrarium\.json(\.new)?|broker-\d+\.(chunks|sqlite(-wal|-shm|-journal)?))$/;

/** Opens a cluster's folder, or makes it. */
export function openDataDirectory(given: string): DataDirectory {
  const path = resolve(given);
  const description = join(path, descriptionFile);
  try {
    if (existsSync(path)) checkOurs(path, description);
    else makeFolder(path);
  } catch (error) {
    throw error instanceof DataDirectoryError ? error : machineSaysNo(path, error);
  }
  return {
    path,
    metaStore: {
      read: () => (existsSync(description) ? readFileSync(description, 'utf8') : undefined),
      write(text) {
        // Written beside and renamed: a reader finds the old text or the new one, never half of it.
        writeFileSync(`${description}.new`, text, { mode: 0o600 });
        renameSync(`${description}.new`, description);
      },
    },
    diskFile: (brokerId) => join(path, `broker-${brokerId}.sqlite`),
  };
}

function checkOurs(path: string, description: string): void {
  if (!statSync(path).isDirectory()) throw new DataDirectoryError(`--data ${path} is a file; give a folder`, 2);
  const foreign = readdirSync(path).filter((name) => !oursPattern.test(name));
  if (foreign.length > 0 && !existsSync(description)) {
    throw new DataDirectoryError(`--data ${path} is not a Terrarium folder (it holds ${foreign.slice(0, 3).join(', ')}); give an empty or a new one`, 2);
  }
}

/** With its parents, one by one: Node's own recursive way never ends where a folder cannot be made (in /proc, for instance). */
function makeFolder(path: string): void {
  const parent = dirname(path);
  if (parent !== path && !existsSync(parent)) makeFolder(parent);
  mkdirSync(path, { mode: 0o700 });
}

function machineSaysNo(path: string, error: unknown): DataDirectoryError {
  return new DataDirectoryError(`--data ${path} cannot be used: ${error instanceof Error ? error.message : String(error)}`, 3);
}

/** Where this platform keeps an application's data. */
export function userDataDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  if (process.platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Terrarium');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Terrarium');
  return join(environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'terrarium');
}
