import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSqliteDisk } from '#engine/adapters/sqlite/sqlite-disk.ts';

const chunkBytes = 6000;
const script = join(import.meta.dirname, 'write-until-killed.ts');

/** Runs the writer until it has told of `commits` more commits, kills it at once, and answers the last number it told. */
function writeAndKill(file: string, commits: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, file, String(chunkBytes)], { stdio: ['ignore', 'pipe', 'pipe'] });
    let told = '';
    let errors = '';
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.stdout.on('data', (data: Buffer) => {
      told += data.toString();
      // The kill comes while the writer is in the middle of whatever it does next.
      if (told.split('\n').length > commits) child.kill('SIGKILL');
    });
    child.on('close', (_code, signal) => {
      const last = told.split('\n').at(-2);
      if (signal === 'SIGKILL' && last !== undefined) resolve(Number(last));
      else reject(new Error(`the writer ended by itself: ${errors}`));
    });
  });
}

it('loses nothing that was committed when the process is killed in mid-write, again and again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'terrarium-kill-'));
  const file = join(folder, 'disk.sqlite');
  try {
    for (const commits of [1, 40, 7, 90, 3, 60, 25, 150]) {
      const told = await writeAndKill(file, commits);
      const disk = openSqliteDisk(file);
      const count = Number(new TextDecoder().decode(disk.readSmallFile('count')!));
      expect(count).toBeGreaterThanOrEqual(told);
      for (const directory of ['orders-0', 'orders-1']) {
        // Both files and the count were written in one transaction: they agree to the chunk.
        expect(disk.listSegments(directory)[0]?.sizeBytes).toBe(count * chunkBytes);
        const numbers = disk.read(`${directory}/1.log`, 0, count * chunkBytes).map(({ bytes }) => new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0));
        expect(numbers).toEqual(Array.from({ length: count }, (_, index) => index));
      }
      disk.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
