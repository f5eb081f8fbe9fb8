import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../renderer/styles/tokens.css', import.meta.url), 'utf8');

/** The custom properties of one block of the tokens. */
function tokensOf(selector: string): Map<string, string> {
  const at = css.indexOf(selector);
  const block = css.slice(css.indexOf('{', at) + 1, css.indexOf('}', at));
  return new Map([...block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)].map((match) => [match[1]!, match[2]!]));
}

function luminance(hex: string): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

const surfaces = ['--bg-0', '--bg-1', '--bg-2', '--bg-3'];
const texts = ['--text-1', '--text-2', '--text-3', '--topic-a', '--topic-b', '--topic-c', '--topic-d', '--group-a', '--group-b', '--control', '--fault'];

describe.each([['dark', "[data-theme='dark'] {"], ['light', "[data-theme='light'] {"]])('the %s theme', (_, selector) => {
  const tokens = tokensOf(selector);
  it('has text of at least 4.5:1 on every surface it may stand on', () => {
    const weak = texts.flatMap((text) => surfaces.flatMap((surface) => (contrast(tokens.get(text)!, tokens.get(surface)!) < 4.5 ? [`${text} on ${surface}: ${contrast(tokens.get(text)!, tokens.get(surface)!).toFixed(2)}`] : [])));
    expect(weak).toEqual([]);
  });
  it('has marks of at least 3:1', () => {
    const weak = ['--line-3', '--meniscus', '--focus'].flatMap((mark) => ['--bg-0', '--bg-1'].flatMap((surface) => (contrast(tokens.get(mark)!, tokens.get(surface)!) < 3 ? [`${mark} on ${surface}`] : [])));
    expect(weak).toEqual([]);
  });
  it('keeps tinted tags readable', () => {
    for (const [text, surface] of [['--fault', '--fault-bg'], ['--control', '--control-bg'], ['--group-a', '--group-bg']] as const) {
      expect(contrast(tokens.get(text)!, tokens.get(surface)!)).toBeGreaterThanOrEqual(4.5);
    }
  });
});
