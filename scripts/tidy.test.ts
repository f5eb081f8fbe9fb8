/**
 * The house rules as failing checks: who may import whom, what the core may not touch, how files are named and how long they
 * may be. A rule is one entry; a broken one names the file, the line and what to do.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importLaw, roomOf } from './tidy/import-law.ts';

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(path));
const code = files.filter((path) => /\.(ts|tsx|mjs|css)$/.test(path));
const typescript = code.filter((path) => /\.tsx?$/.test(path));
/** Without tests and what only they use. */
const production = typescript.filter((path) => !/(\.test\.tsx?|-fixture\.ts|\/test-[a-z-]+\.ts|\/scripted-[a-z-]+\.ts)$/.test(path));
const text = new Map(code.map((path) => [path, readFileSync(path, 'utf8')]));

function linesOf(path: string): string[] {
  return (text.get(path) ?? '').split('\n');
}

/** "path:line: text" of each line that matches. */
function offences(paths: string[], pattern: RegExp): string[] {
  // This file names what it forbids.
  return paths.filter((path) => path !== 'scripts/tidy.test.ts').flatMap((path) => linesOf(path).flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])));
}

function importsOf(path: string): { specifier: string; line: number }[] {
  const pattern = /(?:^\s*(?:import|export|\}).*\bfrom\s+|\bimport\s*\(\s*|^\s*import\s+)['"]([^'"]+)['"]/;
  return linesOf(path).flatMap((line, index) => {
    const found = pattern.exec(line);
    return found?.[1] === undefined ? [] : [{ specifier: found[1], line: index + 1 }];
  });
}

describe('The import law', () => {
  it('lets each folder import only what it is allowed to', () => {
    const broken = production.flatMap((path) => {
      const allowed = importLaw[roomOf(path)];
      if (allowed === undefined) return [];
      return importsOf(path).flatMap(({ specifier, line }) => {
        const verdict = allowed(specifier, roomOf(path));
        return verdict === undefined ? [] : [`${path}:${line}: imports ${specifier}: ${verdict}`];
      });
    });
    expect(broken).toEqual([]);
  });

  it('has every folder of the engine in it', () => {
    const rooms = new Set(production.filter((path) => path.startsWith('engine/') && path.split('/').length > 2).map(roomOf));
    expect([...rooms].filter((room) => importLaw[room] === undefined)).toEqual([]);
  });

  it('is written with subpath imports, so that a file can move', () => {
    expect(offences(typescript.filter((path) => /^(engine|renderer|electron)\//.test(path)), /(?:from|import\()\s*['"]\.\.?\//)).toEqual([]);
  });
});

describe('The core', () => {
  const pure = production.filter((path) => /^engine\/(core|protocol|ports|contract)\//.test(path));

  it('knows no platform time, chance, promise or timer', () => {
    const banned = /\b(Date\.now|new Date\(|Math\.random|performance\.now|setTimeout|setInterval|setImmediate|queueMicrotask|process\.(env|hrtime|exit|nextTick|argv|cwd|std))|\basync\s|\bawait\s|\bnew Promise\b|\bPromise\./;
    const paths = pure.filter((path) => !path.startsWith('engine/contract/'));
    const found = offences(paths, banned).filter((offence) => !/^\S+: (\*|\/\/|\/\*)/.test(offence));
    expect(found).toEqual([]);
  });

  it('opens every file with what it models', () => {
    const bare = production.filter((path) => path.startsWith('engine/core/') && !/^\s*\/\*\*/.test(text.get(path) ?? ''));
    expect(bare).toEqual([]);
  });
});

describe('Files', () => {
  it('are at most 600 lines, and past 400 say at the top why they are one thing', () => {
    const long = code.filter((path) => linesOf(path).length > 600);
    const silent = code.filter((path) => linesOf(path).length > 400 && !/one file|one thing|in one place/i.test(linesOf(path).slice(0, 20).join('\n')));
    expect({ long, silent }).toEqual({ long: [], silent: [] });
  });

  it('are named in kebab-case, React components in PascalCase', () => {
    const odd = typescript.filter((path) => {
      const name = basename(path).replace(/(\.test|\.spec|\.config|\.d)?\.tsx?$/, '');
      return path.endsWith('.tsx') ? !/^([A-Z][A-Za-z0-9]*|[a-z0-9]+(-[a-z0-9]+)*)$/.test(name) : !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
    });
    expect(odd).toEqual([]);
  });

  it('have names that say what is in them', () => {
    expect(code.filter((path) => /\/(utils?|helpers?|misc|common|types)\.(ts|tsx|mjs)$/.test(path))).toEqual([]);
  });

  it('export by name', () => {
    const allowed = /(\.config\.ts|\.d\.ts)$/;
    expect(offences(typescript.filter((path) => !allowed.test(path)), /^\s*export default\b/)).toEqual([]);
  });

  it('leave no hole in the types and silence no rule', () => {
    const holes = new RegExp(['@ts-ignore', '@ts-nocheck', 'eslint-disable', 'oxlint-disable', ': any\\b', '\\bas any\\b', '<any>'].join('|'));
    expect(offences(typescript, holes).filter((offence) => !/^\S+: (\*|\/\/)/.test(offence))).toEqual([]);
  });

  it('carry no path of a machine and no host of a registry', () => {
    const pattern = new RegExp(['/work/', '/root/', '/home/[a-z]+/', 'registry\\.npmjs', '"resolved": "http'].join('|'));
    const paths = files.filter((path) => /\.(ts|tsx|mjs|css|json|md|yml|yaml|html)$/.test(path) && path !== 'scripts/tidy.test.ts');
    const found = paths.flatMap((path) => readFileSync(path, 'utf8').split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])));
    expect(found).toEqual([]);
  });

  it('leave no test skipped or focused', () => {
    const marks = new RegExp('\\b(it|test|describe)\\.(skip|only|todo|fixme)\\b');
    expect(offences(typescript, marks)).toEqual([]);
  });

  it('wait in tests for facts, never for time', () => {
    const sleeps = new RegExp('waitForTimeout|setTimeout\\(\\s*(resolve|r|done)\\b');
    expect(offences(typescript.filter((path) => /\.(test|spec)\.tsx?$/.test(path) || path.startsWith('e2e/')), sleeps)).toEqual([]);
  });
});
