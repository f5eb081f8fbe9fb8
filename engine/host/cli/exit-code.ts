/**
 * From what was thrown to what the command line says and answers: one line, and an exit code by the table (0 well, 1 the run or
 * an expectation failed, 2 wrong usage or a malformed file, 3 the machine says no).
 */

/** Errors by name, so that no verb has to load what it does not use. */
const codeOfName: Record<string, number> = {
  CommandError: 2,
  ScenarioError: 2,
  RunFileError: 2,
  ClusterMetaError: 2,
  SettingError: 2,
  ProtocolError: 2,
  ListenError: 3,
  BootError: 1,
  DivergenceError: 1,
};

/** A path that is not there, or not what it should be, is a slip of the one who typed it; the rest is the machine's. */
const usageCodes = new Set(['ENOENT', 'EISDIR', 'ENOTDIR', 'EEXIST', 'ECORRUPT', 'ENAMETOOLONG']);

export function exitCodeOf(error: unknown): number {
  const { exitCode, name, code } = (error ?? {}) as { exitCode?: unknown; name?: unknown; code?: unknown };
  if (typeof exitCode === 'number') return exitCode;
  const known = typeof name === 'string' ? codeOfName[name] : undefined;
  if (known !== undefined) return known;
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return usageCodes.has(code) ? 2 : 3;
  return 1;
}

/** Something that nobody foresaw is a fault of ours, and then the place counts more than one line. */
export function isForeseen(error: unknown): boolean {
  const { exitCode, name, code } = (error ?? {}) as { exitCode?: unknown; name?: unknown; code?: unknown };
  return typeof exitCode === 'number' || (typeof name === 'string' && Object.hasOwn(codeOfName, name)) || (typeof code === 'string' && /^E[A-Z]+$/.test(code));
}

/** One line. Of several problems the first is told, and how many there are. */
export function lineOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as { code?: unknown; path?: unknown };
  if (code === 'ENOENT' && typeof path === 'string') return `there is no file ${path}`;
  if (code === 'EISDIR' && typeof path === 'string') return `${path} is a folder, a file is wanted`;
  const [first = '', ...more] = error.message.trim().split(/\s*\n\s*/);
  const rest = more.length === 0 ? '' : ` (and ${more.length} more of the kind)`;
  const advice = code === 'ENOSPC' ? '; free some space and start again, nothing that was acknowledged is lost' : '';
  return `${first}${rest}${advice}`;
}
