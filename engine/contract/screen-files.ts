/**
 * Which file of the built screen an address means. Both hosts serve the screen by this one rule: the path is decoded once, must
 * stay inside the screen's folder, and must have a known kind of content.
 */
const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

export type ScreenFile = { relativePath: string; contentType: string } | { refused: 400 | 403 | 404; reason: string };

/** `pathname` as it stands in the address, still encoded. */
export function screenFileOf(pathname: string): ScreenFile {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return { refused: 400, reason: 'malformed address' };
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return { refused: 400, reason: 'malformed path' };
  const parts = decoded.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return { refused: 403, reason: 'outside of the screen' };
  const relativePath = parts.length === 0 ? 'index.html' : parts.join('/');
  const extension = /\.[a-z0-9]+$/.exec(relativePath)?.[0] ?? '';
  const contentType = contentTypes[extension];
  return contentType === undefined ? { refused: 404, reason: `no ${extension || 'extensionless'} files here` } : { relativePath, contentType };
}
