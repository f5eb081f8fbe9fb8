/**
 * Cached layers of the stage. Glass changes with the layout and when a broker falls; logs change where frames brought news, one
 * core, label, card or box at a time. What moves all the time lies over both and is drawn anew for each picture.
 */
import { brokerOf } from '#renderer/model/view-model.ts';
import type { Changes } from '#renderer/model/view-model.ts';
import type { Motion } from '#renderer/model/motion.ts';
import { drawBrokerLabel } from '#renderer/stage/draw/broker-label.ts';
import { brokerStanding } from '#renderer/stage/draw/broker-label.ts';
import { drawClientCard } from '#renderer/stage/draw/client-card.ts';
import { drawCells, drawChips } from '#renderer/stage/draw/coarse.ts';
import { drawCore, isGliding } from '#renderer/stage/draw/core.ts';
import type { CoreScene } from '#renderer/stage/draw/core.ts';
import { clipToShelves, clipToView, drawEdgeHints, drawGlass } from '#renderer/stage/draw/glass.ts';
import { drawGroupBox } from '#renderer/stage/draw/group-box.ts';
import { drawLegend } from '#renderer/stage/draw/legend.ts';
import { text } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';
import type { Core } from '#renderer/stage/layout/stage-layout.ts';
import { visibleCores, visibleShelves } from '#renderer/stage/layout/stage-layout.ts';
import { clientPicture, groupHue, groupPicture, pictureIn, topicHead, topicHue } from '#renderer/stage/scene.ts';
import type { Scene } from '#renderer/stage/scene.ts';
import type { Box } from '#renderer/stage/messages.ts';

export function paintGlass(pen: Pen, scene: Scene, legendNote: string): void {
  const { layout } = scene;
  drawGlass(pen, {
    layout,
    cores: visibleCores(layout),
    isDown: (broker) => {
      const row = brokerOf(scene.model, broker);
      return row !== undefined && !brokerStanding(row.flags).isRunning;
    },
    topicName: (topic) => topicHead(scene, pen.palette, topic),
    hasClients: layout.clients.length > 0,
    hasGroups: layout.groups.length > 0,
  });
  drawEdgeHints(pen, layout);
  drawLegend(pen, layout, legendNote);
  if (layout.clientsHidden > 0) text(pen, 12, layout.viewY1 + 4, `and ${layout.clientsHidden} more`, { color: pen.palette.text3 });
}

/** Which shelves are broken: when this changes, the glass has to be drawn again. */
export function brokenShelves(scene: Scene): string {
  return scene.input.brokers.map(({ id }) => (brokerStanding(brokerOf(scene.model, id)?.flags ?? 0).isRunning ? '1' : '0')).join('');
}

export function paintLogs(pen: Pen, scene: Scene, changes: Changes, motion: Motion, nowMs: number): { gliding: Set<number> } {
  const { layout, model } = scene;
  const gliding = new Set<number>();
  for (const core of visibleCores(layout)) {
    if (!changes.everything && !changes.partitions.has(core.partition)) continue;
    if (paintCore(pen, scene, core, motion, nowMs)) gliding.add(core.partition);
  }
  for (const shelf of visibleShelves(layout)) {
    if (!changes.everything && !changes.brokers.has(shelf.broker)) continue;
    clipToShelves(pen, layout, () =>
      inBox(pen, { x: layout.shelfX0 + 2, y: shelf.y + 1, width: layout.viewX0 - layout.shelfX0 - 6, height: layout.shelfHeight - 2 }, () =>
        drawBrokerLabel(pen, layout, shelf, { row: brokerOf(model, shelf.broker), rack: shelf.rack }),
      ),
    );
  }
  for (const card of layout.clients) {
    if (!changes.everything && !changes.clients.has(card.client)) continue;
    inBox(pen, card, () => drawClientCard(pen, card, clientPicture(scene, pen.palette, card.client)));
  }
  for (const box of layout.groups) {
    if (!changes.everything && !changes.groups.has(box.group) && !sharesPartition(scene, box.group, changes)) continue;
    inBox(pen, box, () => drawGroupBox(pen, box, groupPicture(scene, pen.palette, box.group)));
  }
  return { gliding };
}

/** Lag moves with the high watermark too, of which only the partition tells. */
function sharesPartition(scene: Scene, group: number, changes: Changes): boolean {
  for (const partition of changes.partitions) if (scene.model.tables.assignments.find(group, partition) >= 0) return true;
  return false;
}

function paintCore(pen: Pen, scene: Scene, core: Core, motion: Motion, nowMs: number): boolean {
  const { layout } = scene;
  const picture = pictureIn(scene, core.partition);
  const top = layout.depth === 'fleet' ? layout.viewY0 : 28;
  // Neighbours stand close: each core clears its own half of the gap.
  const spill = layout.depth === 'log' ? 4 : layout.depth === 'broker' ? 2 : 0;
  const box = { x: core.x - spill, y: top - 2, width: layout.coreWidth + spill * 2, height: layout.viewY1 + 12 - top };
  const coreScene: CoreScene | undefined =
    picture === undefined ? undefined : { layout, core, picture, hue: topicHue(scene, pen.palette, core.topic), groupHue: groupHue(pen.palette, picture.group), motion, nowMs };
  clipToView(pen, layout, () =>
    inBox(pen, box, () => {
      if (coreScene === undefined || picture === undefined) return;
      if (layout.depth === 'log') drawCore(pen, coreScene);
      else if (layout.depth === 'broker') drawChips(pen, layout, core, picture, coreScene.hue);
      else drawCells(pen, layout, core, picture, coreScene.hue);
    }),
  );
  return coreScene !== undefined && layout.depth === 'log' && isGliding(coreScene);
}

function inBox(pen: Pen, box: Box, draw: () => void): void {
  const { ctx } = pen;
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.x - 1, box.y - 1, box.width + 2, box.height + 2);
  ctx.clip();
  ctx.clearRect(box.x - 1, box.y - 1, box.width + 2, box.height + 2);
  draw();
  ctx.restore();
}
