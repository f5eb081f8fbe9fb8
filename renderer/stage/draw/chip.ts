/** The role of a replica: a crown and a thick edge for the leader, a plain chip for a follower, dashed for what is out of the ISR. */
import { crownOutline } from '#renderer/stage/draw/glyphs.ts';
import { diamond, faint, fillBox, strokeBox, text, textWidth } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';
import type { ReplicaPicture } from '#renderer/model/core-picture.ts';

export interface ChipPlace {
  x: number;
  y: number;
  height: number;
  /** The most it may take. */
  width: number;
}

/** The chip's width follows its words, so that a long epoch is never cut. */
export function chipWidth(pen: Pen, replica: ReplicaPicture, most: number): number {
  const words = textWidth(pen, chipWord(replica), replica.isLeader ? 'bold' : 'text') + textWidth(pen, chipEpoch(replica), 'figure');
  return Math.min(most, Math.max(84, Math.ceil(words) + 26));
}

/** The epoch it acts in; of a broker that is down, the newest that its log knows. */
export function chipEpoch(replica: ReplicaPicture): string {
  const epoch = replica.leaderEpoch >= 0 ? replica.leaderEpoch : (replica.epochs.at(-1)?.epoch ?? -1);
  return epoch < 0 ? '' : `e${epoch}`;
}

export function chipWord(replica: ReplicaPicture): string {
  if (replica.isLeader) return 'Leader';
  return replica.believesLeader ? 'Was leader' : 'Follower';
}

export function drawChip(pen: Pen, place: ChipPlace, replica: ReplicaPicture, hue: string): void {
  const { ctx, palette } = pen;
  const width = chipWidth(pen, replica, place.width);
  const frozen = replica.standing === 'offline';
  const edge = frozen ? palette.text3 : hue;
  const baseline = place.y + place.height / 2 + 4.5;
  if (replica.isLeader) {
    crownOutline(pen, place.x, place.y, width, place.height);
    ctx.fillStyle = palette.bg1;
    ctx.fill();
    ctx.strokeStyle = edge;
    ctx.lineWidth = 2;
    ctx.stroke();
  } else {
    fillBox(pen, place.x + 0.5, place.y + 0.5, width - 1, place.height - 1, 4, palette.bg1);
    // A leader that has not yet heard of its successor keeps a thick, broken edge: it is stale.
    if (replica.believesLeader) strokeBox(pen, place.x + 0.5, place.y + 0.5, width - 1, place.height - 1, 4, edge, 2, [4, 3]);
    else strokeBox(pen, place.x + 0.5, place.y + 0.5, width - 1, place.height - 1, 4, faint(edge, 0.62));
  }
  const strong = replica.isLeader && !frozen;
  text(pen, place.x + 9, baseline, chipWord(replica), { font: replica.isLeader ? 'bold' : 'text', color: strong ? palette.text1 : frozen ? palette.text3 : palette.text2 });
  text(pen, place.x + width - 8, baseline, chipEpoch(replica), { font: 'figure', align: 'right', color: strong ? palette.text1 : frozen ? palette.text3 : palette.text2 });
}

/** The dashed frame at the heir of a leadership that is not yet committed. */
export function drawPendingFrame(pen: Pen, place: ChipPlace, width: number): void {
  strokeBox(pen, place.x - 3, place.y - 3, width + 6, place.height + 6, 6, pen.palette.control, 1.6, [4, 3]);
}

export function drawOutChip(pen: Pen, place: ChipPlace, replica: ReplicaPicture): void {
  const { palette } = pen;
  const baseline = place.y + place.height / 2 + 4.5;
  fillBox(pen, place.x, place.y, place.width, place.height, 4, palette.bg0);
  strokeBox(pen, place.x, place.y, place.width, place.height, 4, palette.fault, 1, [3, 2]);
  diamond(pen, place.x + 10, place.y + place.height / 2, 4.5, palette.fault);
  text(pen, place.x + 19, baseline, 'Out of ISR', { font: 'strong', color: palette.text1, width: place.width - 22 });
  const epoch = chipEpoch(replica);
  const room = place.width - 19 - textWidth(pen, 'Out of ISR', 'strong') - 11;
  if (textWidth(pen, epoch, 'figure') <= room) text(pen, place.x + place.width - 6, baseline, epoch, { font: 'figure', align: 'right', color: palette.text3 });
}
