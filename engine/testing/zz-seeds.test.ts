import { test } from 'vitest';
import { simulate } from '#engine/testing/simulate.ts';
test('seeds', () => {
  const [from, to] = (process.env['SEEDS'] ?? '1-12').split('-').map(Number);
  for (let seed = from!; seed <= to!; seed++) {
    const t = Date.now();
    try { const r = simulate({ seed }); console.log('ok', seed, r.events, Math.round(r.virtualMs), r.acknowledged, `${Date.now() - t}ms`); } catch (error) { console.log('FAIL', seed, String((error as Error).message).split('\n')[0]!.slice(0, 500), (error as any).cause?.stack?.split('\n').slice(0, 5).join(' ') ?? ''); }
  }
}, 600000);
