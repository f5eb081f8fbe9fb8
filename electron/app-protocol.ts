/**
 * The scheme app://terrarium: the built screen, and nothing else. Pure, so that it is tested where Electron's binary is missing.
 */
import { join } from 'node:path';
import { screenFileOf } from '#engine/contract/screen-files.ts';

export const appScheme = 'app';
export const appOrigin = 'app://terrarium';

export type ResolvedFile = { path: string; contentType: string } | { refused: 400 | 403 | 404; reason: string };

/** Answers which file a request means, or why it gets none. */
export function resolveAppFile(rendererDirectory: string, url: string): ResolvedFile {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined) return { refused: 400, reason: 'malformed address' };
  if (parsed.protocol !== `${appScheme}:` || parsed.host !== 'terrarium') return { refused: 403, reason: 'another origin' };
  const file = screenFileOf(parsed.pathname);
  return 'refused' in file ? file : { path: join(rendererDirectory, file.relativePath), contentType: file.contentType };
}
