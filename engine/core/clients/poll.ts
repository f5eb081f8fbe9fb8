/**
 * What poll() hands to the application, and the time the application takes for it. Kafka: FetchCollector, max.poll.records.
 *
 * Invariants: records of a partition are handed on in order; the position moves when they are handed on; while the
 * application works nothing but heartbeats happens, as with one thread that polls and processes. Timer "processing".
 */
import type { NodeContext } from '#engine/core/node.ts';
import type { AssignedPartition, ConsumerState } from '#engine/core/clients/state.ts';

export const PROCESSING_TIMER = 'processing';

/** Hands on up to max.poll.records; answers how many. */
export function collectRecords(state: ConsumerState, context: NodeContext): number {
  if (state.status !== 'running') return 0;
  let left = state.settings['max.poll.records'];
  const served: string[] = [];
  for (const key of state.pollOrder) {
    if (left === 0) break;
    const assigned = state.assignment.get(key);
    if (assigned === undefined || assigned.buffer === null || assigned.phase !== 'fetching') continue;
    left -= take(state, assigned, left, context);
    served.push(key);
  }
  // Who had a turn goes to the end of the line.
  if (served.length > 0) state.pollOrder = [...state.pollOrder.filter((key) => !served.includes(key)), ...served];
  const count = state.settings['max.poll.records'] - left;
  state.consumed += count;
  return count;
}

function take(state: ConsumerState, assigned: AssignedPartition, max: number, context: NodeContext): number {
  const run = assigned.buffer;
  if (run === null) return 0;
  const from = assigned.position;
  const records = run.records.slice(run.next, run.next + max);
  run.next += records.length;
  const isEmptied = run.next >= run.records.length;
  const last = records.at(-1);
  assigned.position = isEmptied ? run.endOffset : (last?.offset ?? from - 1n) + 1n;
  assigned.offsetEpoch = isEmptied ? run.endEpoch : (last?.leaderEpoch ?? assigned.offsetEpoch);
  if (isEmptied) assigned.buffer = null;
  if (records.length > 0) {
    context.publish(
      'client.polled',
      { topic: assigned.topic, partition: assigned.partition, client: state.config.id, fromOffset: from, toOffset: assigned.position },
      { rule: 'records-in-offset-order', settings: { 'max.poll.records': state.settings['max.poll.records'] } },
    );
  }
  return records.length;
}

/** How long the application works on so many records; it comes back to poll() afterwards. */
export function beginProcessing(state: ConsumerState, count: number, context: NodeContext): void {
  const { recordsPerSecond } = state.config;
  state.lastPollMs = context.nowMs;
  if (recordsPerSecond === undefined || recordsPerSecond <= 0) return;
  state.processing = count;
  context.arm(PROCESSING_TIMER, '', (count * 1000) / recordsPerSecond);
}
