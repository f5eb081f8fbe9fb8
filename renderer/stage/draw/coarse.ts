/**
 * The coarser depths. Broker: a chip for each replica with its role and a bar of how far it is behind. Fleet: a cell for each
 * replica, told apart by fill, notch and hatch, so that a sick one is seen among ten thousand.
 */
import { cellsFrom } from '#renderer/model/core-picture.ts';
import type { CorePicture, ReplicaPicture } from '#renderer/model/core-picture.ts';
import { chipEpoch } from '#renderer/stage/draw/chip.ts';
import { diamond, faint, fillBox, line, polygon, strokeBox, text } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';
import type { Core, StageLayout } from '#renderer/stage/layout/stage-layout.ts';
import { visibleShelves } from '#renderer/stage/layout/stage-layout.ts';

export function drawChips(pen: Pen, layout: StageLayout, core: Core, picture: CorePicture, hue: string): void {
  const first = layout.shelves[0];
  if (first !== undefined && layout.coreWidth >= 22) {
    text(pen, core.x + layout.coreWidth / 2, first.y - 8, `P${picture.number}`, { font: 'strong', align: 'center', color: pen.palette.text2 });
  }
  for (const shelf of visibleShelves(layout)) {
    const replica = picture.replicas.find((candidate) => candidate.broker === shelf.broker);
    if (replica !== undefined) drawSmallChip(pen, layout, core, shelf.y, picture, replica, hue);
  }
}

function drawSmallChip(pen: Pen, layout: StageLayout, core: Core, y: number, picture: CorePicture, replica: ReplicaPicture, topicHue: string): void {
  const { palette } = pen;
  const frozen = replica.standing === 'offline';
  const hue = frozen ? palette.text3 : topicHue;
  const width = layout.coreWidth;
  const height = Math.min(24, layout.shelfHeight - 16);
  const top = y + Math.max(5, (layout.shelfHeight - height - 10) / 2);
  const { x } = core;
  if (replica.standing === 'outOfSync') {
    fillBox(pen, x, top, width, height, 4, palette.bg1);
    fillBox(pen, x, top, width, height, 4, pen.hatch(palette.hatch));
    strokeBox(pen, x + 0.5, top + 0.5, width - 1, height - 1, 4, palette.fault, 1.2, [3, 2]);
    diamond(pen, x + 9, top + height / 2, 4, palette.fault);
  } else if (replica.isLeader) {
    const middle = x + width / 2;
    polygon(pen, [[x, top], [middle - 6, top], [middle - 3, top - 4], [middle, top], [middle + 3, top - 4], [middle + 6, top], [x + width, top], [x + width, top + height], [x, top + height]], faint(hue, palette.alpha.leader));
  } else {
    fillBox(pen, x, top, width, height, 4, faint(hue, frozen ? 0.12 : palette.alpha.follower * 0.6));
    strokeBox(pen, x + 0.5, top + 0.5, width - 1, height - 1, 4, faint(hue, palette.alpha.edge), 1, frozen ? [3, 3] : undefined);
  }
  if (width >= 34) {
    const isStrong = replica.isLeader && !frozen;
    const shift = replica.standing === 'outOfSync' ? 7 : 0;
    text(pen, x + width / 2 + shift, top + height / 2 + 4.5, chipEpoch(replica), { font: 'figure', align: 'center', color: isStrong ? palette.onHue : frozen ? palette.text3 : palette.text1 });
  }
  lagBar(pen, x, top + height + 4, width, picture, replica, hue);
}

/** How far the replica's high watermark has come on the way to the partition's end. */
function lagBar(pen: Pen, x: number, y: number, width: number, picture: CorePicture, replica: ReplicaPicture, hue: string): void {
  const behind = Math.max(0, cellsFrom(replica.logEndOffset, picture.logEndOffset));
  const share = 1 - Math.min(1, Math.log2(behind + 1) / 12);
  fillBox(pen, x, y, width, 3, 1, pen.palette.bg4);
  fillBox(pen, x, y, Math.max(1, width * share), 3, 1, behind > 0 && replica.standing === 'outOfSync' ? pen.palette.fault : hue);
}

export function drawCells(pen: Pen, layout: StageLayout, core: Core, picture: CorePicture, topicHue: string): void {
  const { palette } = pen;
  for (const shelf of visibleShelves(layout)) {
    const replica = picture.replicas.find((candidate) => candidate.broker === shelf.broker);
    if (replica === undefined) continue;
    const hue = replica.standing === 'offline' ? palette.text3 : topicHue;
    const inset = layout.shelfHeight > 12 ? 2 : 1;
    const height = layout.shelfHeight - inset * 2;
    const width = layout.coreWidth;
    const y = shelf.y + inset;
    if (replica.standing === 'outOfSync') {
      fillBox(pen, core.x, y, width, height, 0, faint(palette.fault, 0.35));
      line(pen, core.x, y + height, core.x + width, y, palette.fault, 1.2);
    } else if (replica.isLeader) {
      fillBox(pen, core.x, y, width, height, 0, faint(hue, palette.alpha.leader));
    } else {
      fillBox(pen, core.x, y + height * 0.3, width, height * 0.7, 0, faint(hue, replica.standing === 'offline' ? 0.25 : palette.alpha.follower * 0.8));
    }
  }
}
