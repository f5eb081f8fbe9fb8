/**
 * The one story that all clients live through together: each writes to a topic of its own and reads it in a group; a broker that leads a
 * third of every topic, and coordinates some of the groups, is crashed and comes back; then everything must be there, once.
 */
import { Absent } from '../driver.ts';
import { expectEqual, numbers, viewOf, type Stage } from '../story.ts';
import { until } from '../until.ts';

export const loadCapability = 'leader crash: acks=all, idempotent, nothing lost or twice';
export const survivorCapability = 'a group reads on through a broker crash and restart';
export const crashPartitions = 6;
const partOfTheLoad = 100;
const withinMs = 60_000;

export function crashTopic({ name }: Stage): string {
  return name('crashed');
}

/** A member reads along from the first record on. */
export async function startReader(stage: Stage): Promise<void> {
  const group = stage.name('crashed-group');
  await stage.driver.call('join', { member: 'survivor', group, topic: crashTopic(stage), strategy: 'any' });
  await until(`${group} stable`, () => stage.witness.group(group), ({ state }) => state === 'Stable');
}

export async function startLoad(stage: Stage): Promise<void> {
  await stage.driver.call('loadStart', { topic: crashTopic(stage), partitions: crashPartitions });
  await acknowledgedMore(stage);
}

/** The load goes on: so many more records are acknowledged. */
export async function acknowledgedMore(stage: Stage): Promise<void> {
  const status = async () => (await stage.driver.call('loadStatus', {})).acknowledged;
  const from = await status();
  await until(`${partOfTheLoad} more acknowledged records`, status, (now) => now >= from + partOfTheLoad, withinMs);
}

/** Stops the load and reads the topic: every acknowledged record is where its acknowledgement said, no value twice. */
export async function judgeLoad(stage: Stage): Promise<void> {
  const topic = crashTopic(stage);
  const { acknowledged, failed } = await stage.driver.call('loadStop', {}, withinMs);
  if (failed.length > 0) throw new Error(`${failed.length} sends failed for good: ${failed[0] ?? ''}`);
  const byPartition = await Promise.all(numbers(crashPartitions).map((partition) => stage.witness.values(topic, partition)));
  const all = byPartition.flat();
  const values = new Set(all);
  if (values.size !== all.length) throw new Error(`${all.length - values.size} records are there twice`);
  const lost = acknowledged.filter(({ index, partition, offset }) => (offset < 0 ? !values.has(`load ${index}`) : byPartition[partition]?.[offset] !== `load ${index}`));
  if (lost.length > 0) throw new Error(`${lost.length} of ${acknowledged.length} acknowledged records are not where they were acknowledged, the first: ${JSON.stringify(lost[0])}`);
  if (acknowledged.length < 3 * partOfTheLoad) throw new Error(`only ${acknowledged.length} records were acknowledged`);
}

/** The reader gets to the end of every partition, and has seen every record. */
export async function judgeReader(stage: Stage): Promise<void> {
  const topic = crashTopic(stage);
  const written = (await Promise.all(numbers(crashPartitions).map((partition) => stage.witness.values(topic, partition)))).flat();
  if (written.length === 0) throw new Absent('nothing was written that could be read');
  const seen = async () => new Set((await viewOf(stage, 'survivor')).records.map((record) => record.value));
  const values = await until(`${written.length} records read`, async () => [...(await seen())], (found) => found.length >= written.length, withinMs);
  expectEqual('written records that were not read', written.filter((value) => !new Set(values).has(value)), []);
  await stage.driver.call('leave', { member: 'survivor' });
}
