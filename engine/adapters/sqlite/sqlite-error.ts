/** What SQLite and the file system say, in the terms of the operating system. */
import { DiskError, type DiskErrorCode } from '#engine/ports/disk.ts';

const codes: readonly [prefix: string, code: DiskErrorCode, meaning: string][] = [
  ['SQLITE_FULL', 'ENOSPC', 'there is no space left for it'],
  ['SQLITE_BUSY', 'EBUSY', 'another process uses it'],
  ['SQLITE_LOCKED', 'EBUSY', 'another process uses it'],
  ['SQLITE_IOERR', 'EIO', 'reading or writing it failed'],
  ['SQLITE_CORRUPT', 'ECORRUPT', 'its content is damaged'],
  ['SQLITE_NOTADB', 'ECORRUPT', 'it is not a disk of Terrarium'],
  ['SQLITE_READONLY', 'EROFS', 'it may not be written'],
  ['SQLITE_CANTOPEN', 'ENOENT', 'it cannot be opened'],
  ['SQLITE_PERM', 'EROFS', 'access to it is denied'],
];

const systemCodes: readonly [systemCode: string, code: DiskErrorCode, meaning: string][] = [
  ['ENOSPC', 'ENOSPC', 'there is no space left for it'],
  ['EDQUOT', 'ENOSPC', 'there is no space left for it'],
  ['EFBIG', 'ENOSPC', 'it would be larger than a file may be'],
  ['EROFS', 'EROFS', 'it may not be written'],
  ['EACCES', 'EROFS', 'access to it is denied'],
  ['EPERM', 'EROFS', 'access to it is denied'],
  ['ENOENT', 'ECORRUPT', 'a part of it is missing'],
];

/** A DiskError for what the medium did; anything else is handed back as it is. */
export function toDiskError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if ('syscall' in error) {
    const [, code, meaning] = systemCodes.find(([systemCode]) => systemCode === error.code) ?? ['', 'EIO', 'reading or writing it failed'];
    return new DiskError(code as DiskErrorCode, `disk file "${file}": ${meaning} (${error.message})`);
  }
  if (error.name !== 'SqliteError') return error;
  const sqliteCode = String(error.code);
  const known = codes.find(([prefix]) => sqliteCode.startsWith(prefix));
  return known === undefined ? error : new DiskError(known[1], `disk file "${file}": ${known[2]} (${sqliteCode}: ${error.message})`);
}
