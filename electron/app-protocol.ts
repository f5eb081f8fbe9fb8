/**
 * The scheme app://terrarium: the built screen, and nothing else. A path is decoded once, kept inside the screen's folder, and
 * must have a known kind of content. Pure, so that it is tested where Electron's binary is missing.
 */
import { join, normalize, sep } from 'node:path';

export const appScheme = 'app';
export const appOrigin = 'app://terrarium';

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

export type ResolvedFile = { path: string; contentType: string } | { refused: 400 | 403 | 404; reason: string };

/** Answers which file a request means, or why it gets none. */
export function resolveAppFile(rendererDirectory: string, url: string): ResolvedFile {
  let pathname: string;
  try {
    const parsed = new URL(url);
    if (parsed.protocol !== `${appScheme}:` || parsed.host !== 'terrarium') return { refused: 403, reason: 'another origin' };
    pathname = decodeURIComponent(parsed.pathname);
  } catch {
    return { refused: 400, reason: 'malformed address' };
  }
  if (pathname.includes('\0') || pathname.includes('\\')) return { refused: 400, reason: 'malformed path' };
  const relative = pathname === '/' ? 'index.html' : pathname.replace(/^\/+/, '');
  const path = normalize(join(rendererDirectory, relative));
  if (!path.startsWith(normalize(rendererDirectory) + sep)) return { refused: 403, reason: 'outside of the screen' };
  const extension = /\.[a-z0-9]+$/.exec(path)?.[0] ?? '';
  const contentType = contentTypes[extension];
  return contentType === undefined ? { refused: 404, reason: `no ${extension || 'extensionless'} files here` } : { path, contentType };
}
