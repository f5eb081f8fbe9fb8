// Decides whether what was installed or built still fits the sources: a digest of the inputs beside the output.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './right-node.mjs';

/** Digest over names, sizes and times of all files below the given folders and files (tests and dot files left out). */
export function digestOf(paths) {
  const hash = createHash('sha1');
  const visit = (path) => {
    const absolute = join(root, path);
    if (!existsSync(absolute)) return;
    const stat = statSync(absolute);
    if (!stat.isDirectory()) {
      hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
      return;
    }
    for (const entry of readdirSync(absolute).sort()) {
      if (!entry.startsWith('.') && entry !== 'node_modules' && !/\.test\.tsx?$/.test(entry)) visit(`${path}/${entry}`);
    }
  };
  for (const path of paths) visit(path);
  return hash.digest('hex');
}

/** Digest over the content of a file: for the lock file, whose time says nothing. */
export function digestOfContent(path) {
  return createHash('sha1').update(readFileSync(join(root, path))).digest('hex');
}

export function isFresh(stampPath, digest) {
  const absolute = join(root, stampPath);
  return existsSync(absolute) && readFileSync(absolute, 'utf8') === digest;
}

export function markFresh(stampPath, digest) {
  const absolute = join(root, stampPath);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, digest);
}
