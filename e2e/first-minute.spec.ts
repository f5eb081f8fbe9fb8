/** The app opens on a small living cluster; a person breaks it, follows it and mends it, by mouse and by keyboard. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test, untilPainted } from './opened-app.ts';

/** The README's pictures are taken here: TERRARIUM_PICTURES=1 npm test -- e2e. */
const pictures = process.env['TERRARIUM_PICTURES'] === '1' ? 'docs/pictures' : 'test-results/pictures';

/** Through the command palette, by keyboard. */
async function choose(glass: Page, words: string): Promise<void> {
  await glass.keyboard.press('Control+k');
  await glass.getByPlaceholder(/Crash, slow down/).fill(words);
  await expect(glass.locator('[cmdk-item][data-selected=true]')).toContainText(new RegExp(words, 'i'));
  await glass.keyboard.press('Enter');
}

test('it opens on three brokers, two topics, three producers and a group that reads', async ({ glass, engine }) => {
  await expect(glass.getByText('Nothing acknowledged is lost.')).toBeVisible();
  await expect.poll(async () => (await engine.state()).groups[0]?.state).toBe('Stable');
  await engine.command({ kind: 'clock.rate', rate: 10 });
  await expect.poll(async () => (await engine.state()).producers.reduce((sum, producer) => sum + producer.acknowledged, 0)).toBeGreaterThan(150);
  await engine.command({ kind: 'clock.rate', rate: 1 });
  // A few seconds at the pace of the picture, so that messages are on their way.
  const rested = (await engine.state()).timeUs + 2_500_000;
  await expect.poll(async () => (await engine.state()).timeUs).toBeGreaterThan(rested);
  await glass.screenshot({ path: `${pictures}/first-minute.png` });
});

test('the painted cluster is reported to the host once, with the time it took', async ({ glass, app }) => {
  await untilPainted(glass);
  await expect.poll(() => app.lines.filter((line) => /painted the living cluster/.test(line)).length).toBe(1);
});

test('a crashed leader is replaced, the screen says so, and a restart brings it back', async ({ glass, engine }) => {
  // A log worth looking at, sooner than at the pace of a lecture.
  await engine.command({ kind: 'clock.rate', rate: 10 });
  await expect.poll(async () => (await engine.state()).producers.reduce((sum, producer) => sum + producer.acknowledged, 0)).toBeGreaterThan(150);
  await engine.command({ kind: 'clock.rate', rate: 1 });
  const before = (await engine.state()).topics.find(({ name }) => name === 'orders')?.partitions[0];
  const leader = before?.leader ?? -1;
  await choose(glass, `crash broker ${leader}`);
  await expect.poll(async () => (await engine.state()).brokers.find(({ id }) => id === leader)?.status).toBe('crashed');
  await expect.poll(async () => (await engine.state()).topics.find(({ name }) => name === 'orders')?.partitions[0]?.leader, { timeout: 30_000 }).not.toBe(leader);
  await glass.screenshot({ path: `${pictures}/leader-crashed.png` });
  await choose(glass, `restart broker ${leader}`);
  await expect.poll(async () => (await engine.state()).topics.find(({ name }) => name === 'orders')?.partitions[0]?.isr.length, { timeout: 30_000 }).toBe(3);
});

test('Space stops and runs the clock, the point steps one event', async ({ glass, engine }) => {
  const position = async () => (await engine.state()).eventId;
  await glass.keyboard.press('Space');
  await expect(glass.getByRole('button', { name: 'Run', exact: true })).toBeVisible();
  const stopped = await position();
  expect(await position()).toBe(stopped);
  await glass.keyboard.press('.');
  await expect.poll(position).toBe(stopped + 1);
  await glass.keyboard.press('Space');
  await expect.poll(position).toBeGreaterThan(stopped + 1);
});

test('the next message of a broker is held, stands on the stage, and goes on when it is released', async ({ glass, engine }) => {
  const held = async () => (await engine.state()).faults.filter(({ text }) => text.includes('is held'));
  await untilPainted(glass);
  await choose(glass, 'hold the next message of broker 2');
  await expect.poll(async () => (await held()).length).toBe(1);
  await glass.screenshot({ path: `${pictures}/message-held.png` });
  await choose(glass, 'undo: message');
  await expect.poll(async () => (await held()).length).toBe(0);
});

test('the stage is walked with the arrow keys, and Enter opens what the focus is on', async ({ glass }) => {
  const stage = glass.locator('.stage-focus');
  await stage.focus();
  await glass.keyboard.press('ArrowRight');
  await glass.keyboard.press('l');
  await glass.keyboard.press('Enter');
  await expect(glass.getByRole('complementary', { name: 'Inspector' })).toContainText(/Leader/);
});

test('a producer and a consumer are added and removed on the screen', async ({ glass, engine }) => {
  await glass.getByRole('button', { name: 'Producer', exact: true }).click();
  await glass.getByRole('button', { name: 'Add producer' }).click();
  await expect.poll(async () => (await engine.state()).producers.length).toBe(4);
  await glass.getByRole('button', { name: 'Consumer', exact: true }).click();
  await glass.getByRole('button', { name: 'Add consumer' }).click();
  await expect.poll(async () => (await engine.state()).groups[0]?.members.length, { timeout: 30_000 }).toBe(4);
  await choose(glass, 'stop producer producer-1');
  await expect.poll(async () => (await engine.state()).producers.find(({ id }) => id === 'producer-1')?.status ?? 'stopped').toBe('stopped');
  await choose(glass, 'stop consumer billing-4');
  await expect.poll(async () => (await engine.state()).groups[0]?.members.length, { timeout: 30_000 }).toBe(3);
});

test('a reader with assistive technology meets no violation, in either theme', async ({ glass }) => {
  for (const key of ['', 't']) {
    if (key !== '') await glass.keyboard.press(key);
    const { violations } = await new AxeBuilder({ page: glass }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)).toEqual([]);
  }
});

test('nothing is cut or hidden in a small window', async ({ glass }) => {
  await glass.setViewportSize({ width: 1280, height: 720 });
  const overflow = await glass.evaluate(() => ({ x: document.documentElement.scrollWidth - window.innerWidth, y: document.documentElement.scrollHeight - window.innerHeight }));
  expect(overflow).toEqual({ x: 0, y: 0 });
});
