import { describe, expect, it } from 'vitest';
import { coreAt, layoutStage, openingCamera, shelfAt, visibleCores, zoomedCamera } from '#renderer/stage/layout/stage-layout.ts';
import type { LayoutInput } from '#renderer/stage/layout/stage-layout.ts';
import { depthAt, logExtentMin } from '#renderer/stage/layout/sizes.ts';

function input(brokers: number, partitions: readonly number[], width = 1088, height = 728): LayoutInput {
  let next = 0;
  return {
    width,
    height,
    brokers: Array.from({ length: brokers }, (_, at) => ({ id: at + 1, rack: null })),
    topics: partitions.map((count, topic) => ({ topic, partitions: Array.from({ length: count }, () => next++) })),
    clients: [0, 1, 2],
    groups: [{ group: 0, members: [{ member: 0, partitions: 2 }, { member: 1, partitions: 2 }, { member: 2, partitions: 1 }] }],
    camera: openingCamera,
    depth: undefined,
  };
}

describe('the layout of the stage', () => {
  it('shows the logs of three brokers and five partitions whole in a window of 1600 x 1000', () => {
    const layout = layoutStage(input(3, [3, 2]));
    expect(layout.depth).toBe('log');
    expect([layout.panXMax, layout.panYMax]).toEqual([0, 0]);
    expect(visibleCores(layout)).toHaveLength(5);
    expect(layout.cores.at(-1)!.x + layout.coreWidth).toBeLessThanOrEqual(layout.viewX1 + 0.01);
    expect(layout.shelves.at(-1)!.y + layout.shelfHeight).toBeLessThanOrEqual(layout.viewY1 + 0.01);
  });

  it('keeps logs readable in a window of 1280 x 720 and lets the rest be panned to', () => {
    const layout = layoutStage(input(3, [3, 2], 824, 540));
    expect(layout.depth).toBe('log');
    expect(layout.coreWidth).toBeGreaterThanOrEqual(logExtentMin.coreWidth);
    expect(layout.panXMax).toBeGreaterThan(0);
    expect(layout.panYMax).toBe(0);
  });

  it('shows every replica of a hundred brokers as a cell', () => {
    const layout = layoutStage(input(100, Array.from({ length: 20 }, () => 10)));
    expect(layout.depth).toBe('fleet');
    expect([layout.panXMax, layout.panYMax]).toEqual([0, 0]);
  });

  it('does not move a core or a shelf when clients and members come and go', () => {
    const before = layoutStage(input(3, [3, 2]));
    const after = layoutStage({ ...input(3, [3, 2]), clients: [0, 1, 2, 3, 4, 5], groups: [] });
    expect(after.cores).toEqual(before.cores);
    expect(after.shelves).toEqual(before.shelves);
  });

  it('does not move the cores of earlier topics when a topic is added, as long as the zoom stays', () => {
    const camera = { zoom: 1, panX: 0, panY: 0 };
    const before = layoutStage({ ...input(12, [20, 20]), camera });
    const after = layoutStage({ ...input(12, [20, 20, 20]), camera });
    expect(after.cores.slice(0, 40).map((core) => core.x)).toEqual(before.cores.map((core) => core.x));
  });

  it('keeps what lies under the pointer in its place while zooming', () => {
    const start = input(12, [20, 20, 20]);
    const before = layoutStage(start);
    const under = before.cores[30]!;
    const x = under.x + before.coreWidth / 2;
    const camera = zoomedCamera(before, start, 0.5, x, 300);
    const after = layoutStage({ ...start, camera });
    expect(coreAt(after, x)?.partition).toBe(under.partition);
    expect(shelfAt(after, 300)?.broker).toBe(shelfAt(before, 300)?.broker);
  });

  it('leaves a depth only well below the size at which it was entered', () => {
    const border = { coreWidth: logExtentMin.coreWidth - 4, shelfHeight: 200 };
    expect(depthAt(border, undefined)).toBe('broker');
    expect(depthAt(border, 'log')).toBe('log');
    expect(depthAt({ ...border, coreWidth: logExtentMin.coreWidth * 0.8 }, 'log')).toBe('broker');
  });

  it('counts the clients and members that have no room', () => {
    const layout = layoutStage({ ...input(3, [3]), clients: Array.from({ length: 40 }, (_, at) => at) });
    expect(layout.clients.length + layout.clientsHidden).toBe(40);
    expect(layout.clients.at(-1)!.y + layout.clients.at(-1)!.height).toBeLessThanOrEqual(layout.viewY1);
  });

  it('keeps members of crowded groups inside their box and apart', () => {
    const members = Array.from({ length: 9 }, (_, member) => ({ member, partitions: 12 }));
    const layout = layoutStage({ ...input(3, [3]), groups: [{ group: 0, members }, { group: 1, members }] });
    for (const box of layout.groups) {
      const ends = box.members.map((card) => card.y + card.height);
      const next = [...box.members.slice(1).map((card) => card.y), box.y + box.height];
      expect(ends.filter((end, at) => end > next[at]!)).toEqual([]);
      expect(box.members.length + box.membersHidden).toBe(9);
    }
  });
});
