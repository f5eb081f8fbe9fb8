/** What the marks mean, along the lower edge; entries that do not fit are left out from the end. */
import { square } from '#renderer/stage/draw/glyphs.ts';
import { circle, diamond, disc, line, polygon, text, textWidth } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';
import type { StageLayout } from '#renderer/stage/layout/stage-layout.ts';

export function drawLegend(pen: Pen, layout: StageLayout, note: string): void {
  const { palette } = pen;
  const y = layout.legendY;
  const entries: readonly [string, (x: number, middle: number) => void][] = [
    ['produce', (x, m) => disc(pen, x, m, 4, palette.text2)],
    ['fetch asks', (x, m) => circle(pen, x, m, 3.6, palette.text2, 1.6)],
    ['fetch answers', (x, m) => disc(pen, x, m, 4, palette.text2)],
    ['consume', (x, m) => polygon(pen, [[x - 4, m - 5], [x + 4, m], [x - 4, m + 5]], palette.groupA)],
    ['control', (x, m) => square(pen, x, m, 8, palette.control, true, palette.bg0)],
    ['error', (x, m) => diamond(pen, x, m, 5.5, palette.fault)],
    ['own HW', (x, m) => line(pen, x, m - 7, x, m + 7, palette.meniscus, 1.6)],
  ];
  const widthOf = (words: string): number => 11 + textWidth(pen, words, 'text') + 17;
  const noteWidth = textWidth(pen, note, 'text');
  let x = layout.shelfX0 + 5;
  const needed = entries.reduce((sum, [words]) => sum + widthOf(words), x) + noteWidth;
  const right = needed <= layout.shelfX1 ? layout.shelfX1 : layout.width - 10;
  text(pen, right, y, note, { color: palette.text3, align: 'right' });
  for (const [words, sign] of entries) {
    const width = widthOf(words);
    if (x + width > right - noteWidth - 8) return;
    sign(x, y - 4);
    text(pen, x + 11, y, words, { color: palette.text3 });
    x += width;
  }
}
