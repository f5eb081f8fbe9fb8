/**
 * The benchmarks: each measures some figures, several times over; the table names the machine and gives min, median and max of
 * each figure. A new benchmark is a file beside this one and an entry here.
 */
import { cpus, totalmem } from 'node:os';
import { UsageError } from '#engine/host/cli/usage-error.ts';
import { nearestName } from '#engine/core/settings/nearest-name.ts';
import { engineVersion } from '#engine/runtime/engine-version.ts';

export interface Figure {
  name: string;
  unit: string;
  value: number;
}

/** One round of a benchmark. */
export type Benchmark = () => Promise<Figure[]>;

/** Loaded one by one, so that what one needs does not weigh on another. */
const benchmarks: Record<string, () => Promise<Benchmark>> = {
  start: async () => (await import('#engine/host/bench/start-bench.ts')).startBench,
  disk: async () => (await import('#engine/host/bench/disk-bench.ts')).diskBench,
  core: async () => (await import('#engine/host/bench/core-bench.ts')).coreBench,
  faults: async () => (await import('#engine/host/bench/faults-bench.ts')).faultsBench,
  scale: async () => (await import('#engine/host/bench/scale-bench.ts')).scaleBench,
  stage: async () => (await import('#engine/host/bench/stage-bench.ts')).stageBench,
  wire: async () => (await import('#engine/host/bench/wire-bench.ts')).wireBench,
};

export interface Row {
  benchmark: string;
  figure: string;
  unit: string;
  min: number;
  median: number;
  max: number;
}

export async function bench(name: string | undefined, rounds: number, json: boolean): Promise<void> {
  const names = Object.keys(benchmarks);
  if (name !== undefined && !names.includes(name)) {
    const nearest = nearestName(name, names);
    throw new UsageError(`there is no benchmark "${name}"; ${nearest === undefined ? `there are ${names.join(', ')}` : `did you mean "${nearest}"?`}`);
  }
  const machine = { engine: engineVersion, node: process.versions.node, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), platform: `${process.platform}-${process.arch}`, rounds };
  process.stdout.write(json ? `${JSON.stringify({ machine })}\n` : `Terrarium ${machine.engine}, Node ${machine.node}, ${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.platform}, ${rounds} rounds\n\n`);
  const rows: Row[] = [];
  for (const benchmark of name === undefined ? names : [name]) {
    const round = await benchmarks[benchmark]!();
    const taken: Figure[][] = [];
    for (let index = 0; index < rounds; index++) taken.push(await round());
    for (const row of rowsOf(benchmark, taken)) {
      rows.push(row);
      if (json) process.stdout.write(`${JSON.stringify(row)}\n`);
    }
  }
  if (!json) process.stdout.write(tableOf(rows));
}

/** Figures by name over all rounds. */
export function rowsOf(benchmark: string, rounds: readonly Figure[][]): Row[] {
  return (rounds[0] ?? []).map(({ name, unit }, index) => {
    const values = rounds.map((round) => round[index]!.value).toSorted((a, b) => a - b);
    return { benchmark, figure: name, unit, min: values[0]!, median: values[Math.floor((values.length - 1) / 2)]!, max: values.at(-1)! };
  });
}

function tableOf(rows: readonly Row[]): string {
  const cells = [['benchmark', 'figure', 'unit', 'min', 'median', 'max'], ...rows.map((row) => [row.benchmark, row.figure, row.unit, ...[row.min, row.median, row.max].map(rounded)])];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  return cells.map((line) => `${line.map((cell, column) => (column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ')}\n`).join('');
}

function rounded(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value >= 10 ? 1 : 2);
}
