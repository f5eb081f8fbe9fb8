/** The screen survives the death of the engine: it says so, the host starts it again on the same disks, and the run goes on. */
import { EngineSession, expect, test, untilPainted } from './opened-app.ts';

test('an engine that is killed is back on the same disks, three times in a row, and the screen has stayed', async ({ glass, app, engine }) => {
  await expect.poll(async () => (await engine.state()).producers.reduce((sum, producer) => sum + producer.acknowledged, 0)).toBeGreaterThan(5);
  const before = await engine.state();
  const committed = before.topics.filter(({ internal }) => !internal).flatMap((topic) => topic.partitions.map((partition) => ({ name: topic.name, ...partition })));
  await glass.evaluate(() => document.body.setAttribute('data-same-page', 'yes'));

  // The host gives up at the fourth death within five minutes; three are survived in a row.
  for (let death = 1; death <= 3; death += 1) {
    const victim = app.engineProcessId();
    process.kill(victim, 'SIGKILL');
    await expect(glass.getByRole('alert')).toContainText(/engine is gone|being restarted/i);
    await expect.poll(() => app.engineProcessId()).not.toBe(victim);
    await expect.poll(() => glass.evaluate(() => window.terrariumTest?.connection())).toBe('open');
    await expect(glass.getByRole('alert')).toHaveCount(0);
  }
  await untilPainted(glass);
  expect(await glass.evaluate(() => document.body.getAttribute('data-same-page'))).toBe('yes');
  expect(app.lines.filter((line) => /the engine died/.test(line))).toHaveLength(3);

  const again = await EngineSession.beside(glass, app);
  const after = await again.state();
  for (const partition of committed) {
    const leader = partition.replicas.find(({ broker }) => broker === partition.leader);
    const now = after.topics.find(({ name }) => name === partition.name)?.partitions[partition.partition];
    const furthest = (now?.replicas ?? []).reduce((most, { logEndOffset }) => (logEndOffset > most ? logEndOffset : most), 0n);
    expect(furthest, `${partition.name}-${partition.partition}`).toBeGreaterThanOrEqual(leader?.highWatermark ?? 0n);
  }
  await expect.poll(async () => (await again.state()).eventId).toBeGreaterThan(after.eventId);
  again.close();
});

test('what does not come from the page itself is refused before it is looked at', async ({ app, glass }) => {
  const cookie = (await glass.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const get = (path: string, headers: Record<string, string>) => fetch(`${app.origin}${path}`, { headers, redirect: 'manual' }).then(({ status }) => status);
  expect(await get('/', {})).toBe(401);
  expect(await get('/', { Cookie: cookie })).toBe(200);
  expect(await get('/', { Cookie: cookie, Origin: 'http://evil.example' })).toBe(403);
  expect(await get('/..%2f..%2fpackage.json', { Cookie: cookie })).toBe(403);
  expect(await get(`/?token=${new URL(app.address).searchParams.get('token')}`, {})).toBe(401);
});
