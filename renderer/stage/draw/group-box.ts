/** A consumer group: its state, its members, and for each partition that a member owns the lag as a bar and a figure. */
import { groupStates } from '#engine/contract/frame.ts';
import type { SectionRow } from '#engine/contract/frame.ts';
import { people } from '#renderer/stage/draw/glyphs.ts';
import { disc, faint, fillBox, strokeBox, text } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';
import type { GroupBox, MemberCard } from '#renderer/stage/layout/side-cards.ts';
import { countText } from '#renderer/texts/numbers.ts';

export interface OwnedPicture {
  label: string;
  hue: string;
  lag: bigint | undefined;
}

export interface GroupPicture {
  name: string;
  type: string;
  hue: string;
  row: SectionRow<'groups'> | undefined;
  member(member: number): { name: string; owned: readonly OwnedPicture[]; notes: readonly string[] };
}

const lagBarWidth = 52;

export function drawGroupBox(pen: Pen, box: GroupBox, picture: GroupPicture): void {
  const { palette } = pen;
  const { row, hue } = picture;
  const state = groupStates[row?.state ?? 0] ?? 'Empty';
  const settled = state === 'Stable' || state === 'Empty';
  strokeBox(pen, box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1, 10, faint(hue, settled ? 0.38 : 0.9), settled ? 1 : 1.4, settled ? undefined : [5, 3]);
  people(pen, box.x + 16, box.y + 13, hue);
  const generation = row === undefined || row.generation < 0 ? '' : `g${row.generation}`;
  text(pen, box.x + 27, box.y + 17, picture.name, { font: 'head', color: hue, width: box.width - 40 - generation.length * 8 });
  text(pen, box.x + box.width - 9, box.y + 17, generation, { font: 'figure', align: 'right' });
  text(pen, box.x + 9, box.y + 35, stateWord(state), { color: settled ? palette.text2 : hue, font: settled ? 'text' : 'strong', width: box.width - 16 });
  for (const card of box.members) drawMember(pen, box, card, picture);
  if (box.members.length === 0) text(pen, box.x + 9, box.y + 62, 'no members', { color: palette.text3 });
  if (box.membersHidden > 0) text(pen, box.x + 9, box.y + box.height - 9, `and ${box.membersHidden} more`, { color: palette.text3 });
}

/** The state's own name, in the words that fit beside the box: the inspector has it in full. */
function stateWord(state: string): string {
  if (state === 'PreparingRebalance') return 'Preparing…';
  return state === 'CompletingRebalance' ? 'Completing…' : state;
}

function drawMember(pen: Pen, box: GroupBox, card: MemberCard, picture: GroupPicture): void {
  const { palette } = pen;
  const x = box.x + 6;
  const width = box.width - 12;
  const { name, owned, notes } = picture.member(card.member);
  fillBox(pen, x, card.y, width, card.height, 7, palette.bg1);
  strokeBox(pen, x + 0.5, card.y + 0.5, width - 1, card.height - 1, 7, palette.line2);
  text(pen, x + 8, card.y + 20, name, { font: 'head', color: palette.text1, width: width - 34 });
  const rows = owned.slice(0, card.rows);
  rows.forEach((row, at) => drawOwned(pen, x, width, card.y + 30 + at * card.rowHeight, row, picture.hue, card.rowHeight > 30));
  const hidden = owned.length - rows.length;
  if (hidden > 0) text(pen, x + 20, card.y + 44 + rows.length * card.rowHeight, `and ${hidden} more`, { color: palette.text3, width: width - 28 });
  if (owned.length === 0) text(pen, x + 8, card.y + 42, 'owns nothing', { color: palette.text3, width: width - 16 });
  if (card.hasNotes) notes.forEach((note, at) => text(pen, x + 8, card.y + card.height - 26 - (notes.length - 1 - at) * 16, note, { color: palette.text3, width: width - 16 }));
}

function drawOwned(pen: Pen, x: number, width: number, y: number, row: OwnedPicture, hue: string, roomy: boolean): void {
  const { palette } = pen;
  disc(pen, x + 12, y + 10, 3.5, row.hue);
  const lag = row.lag === undefined ? '' : countText(row.lag);
  const share = row.lag === undefined ? 0 : lagShare(row.lag);
  if (roomy) {
    text(pen, x + 20, y + 14, row.label, { width: width - 28 });
    fillBox(pen, x + 8, y + 22, lagBarWidth, 5, 1, palette.bg4);
    fillBox(pen, x + 8, y + 22, lagBarWidth * share, 5, 1, hue);
    text(pen, x + width - 8, y + 29, lag, { font: 'figure', align: 'right', color: palette.text1 });
    return;
  }
  text(pen, x + 20, y + 14, row.label, { width: width - 34 - lag.length * 7.3 });
  text(pen, x + width - 8, y + 14, lag, { font: 'figure', align: 'right', color: palette.text1 });
  fillBox(pen, x + 8, y + 18, width - 16, 2, 1, palette.bg4);
  fillBox(pen, x + 8, y + 18, (width - 16) * share, 2, 1, hue);
}

/** Bars grow with the logarithm: 1 and 10,000 must both be seen. */
export function lagShare(lag: bigint): number {
  if (lag <= 0n) return 0;
  return Math.min(1, Math.log2(Number(lag) + 1) / 12);
}

export function heartbeatRingPlace(box: GroupBox, card: MemberCard): { x: number; y: number } {
  return { x: box.x + box.width - 20, y: card.y + 16 };
}
