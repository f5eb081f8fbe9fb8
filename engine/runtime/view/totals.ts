/**
 * The equation at the top of the screen, for the records of the built-in producers: acknowledged = durable + at risk + lost.
 *
 * - acknowledged: records that a producer was told are written (acks=1 and acks=all; acks=0 promises nothing).
 * - lost: acknowledged, and the log of a leader that was elected later ends before them.
 * - at risk: acknowledged, not lost, and at or above the high watermark, or on fewer than two brokers that run: one more fault
 *   may lose them. With replication factor 1 that is every record.
 * - durable: the rest.
 * - awaiting: made by a producer and neither acknowledged nor failed yet. - unread: high watermark minus committed offset, over all groups.
 *
 * Counted from facts and from what the brokers hold, never from intentions. Records that retention removes stay what they were.
 */
import type { FactPayloads } from '#engine/core/facts.ts';
import type { EventRecord } from '#engine/core/world/world-state.ts';
import { topicByName } from '#engine/core/metadata/image.ts';
import { brokerStateOf } from '#engine/core/world/inspect.ts';
import { isInternal } from '#engine/runtime/view/cluster-state.ts';
import { producerRows, producerStateOf } from '#engine/runtime/view/client-views.ts';
import { groupViews } from '#engine/runtime/view/group-views.ts';
import { OffsetRanges } from '#engine/runtime/view/offset-ranges.ts';
import type { ViewSource } from '#engine/runtime/view/view-source.ts';

export interface Totals {
  acknowledged: number;
  durable: number;
  atRisk: number;
  lost: number;
  awaiting: number;
  unread: number;
  appendedPerSecond: number;
}

interface PartitionTally {
  topic: string;
  partition: number;
  /** Acknowledged and not lost. */
  ranges: OffsetRanges;
}

export class TotalsTally {
  private readonly partitions = new Map<string, PartitionTally>();
  private acknowledged = 0;
  private lost = 0;
  /** Records appended by leaders, in the running and in the last full second of virtual time. */
  private appended = 0;
  private appendedSinceUs = 0;
  private appendedPerSecond = 0;

  note(record: EventRecord): void {
    for (const fact of record.facts) {
      switch (fact.kind) {
        case 'client.acknowledged':
          this.noteAcknowledged(fact.payload as FactPayloads['client.acknowledged']);
          break;
        case 'replica.appended':
          this.noteAppended(fact.payload as FactPayloads['replica.appended'], record.timeUs);
          break;
        case 'replica.becameLeader':
          this.noteLeader(fact.payload as FactPayloads['replica.becameLeader']);
          break;
        case 'topic.deleted':
          this.forgetTopic((fact.payload as FactPayloads['topic.deleted']).topic);
          break;
        default:
      }
    }
  }

  compute(source: ViewSource): Totals {
    let atRisk = 0;
    for (const tally of this.partitions.values()) atRisk += tally.ranges.countFrom(safeEnd(source, tally.topic, tally.partition));
    if (source.world.state.timeUs - this.appendedSinceUs >= 2_000_000) this.appendedPerSecond = 0;
    return {
      acknowledged: this.acknowledged,
      durable: this.acknowledged - this.lost - atRisk,
      atRisk,
      lost: this.lost,
      awaiting: awaiting(source),
      unread: unread(source),
      appendedPerSecond: this.appendedPerSecond,
    };
  }

  private noteAcknowledged({ topic, partition, baseOffset, records, acks }: FactPayloads['client.acknowledged']): void {
    if (acks === 0 || baseOffset < 0n) return;
    const key = `${topic}-${partition}`;
    let tally = this.partitions.get(key);
    if (tally === undefined) this.partitions.set(key, (tally = { topic, partition, ranges: new OffsetRanges() }));
    this.acknowledged += tally.ranges.add(baseOffset, baseOffset + BigInt(records));
  }

  private noteAppended({ topic, asLeader, fromOffset, toOffset }: FactPayloads['replica.appended'], timeUs: number): void {
    if (!asLeader || isInternal(topic)) return;
    const elapsedUs = timeUs - this.appendedSinceUs;
    if (elapsedUs >= 1_000_000) {
      this.appendedPerSecond = elapsedUs < 2_000_000 ? this.appended / (elapsedUs / 1_000_000) : 0;
      this.appended = 0;
      this.appendedSinceUs = timeUs;
    }
    this.appended += Number(toOffset - fromOffset);
  }

  private noteLeader({ topic, partition, logEndOffset }: FactPayloads['replica.becameLeader']): void {
    const tally = this.partitions.get(`${topic}-${partition}`);
    if (tally !== undefined) this.lost += tally.ranges.removeFrom(logEndOffset);
  }

  private forgetTopic(topic: string): void {
    for (const [key, tally] of this.partitions) {
      if (tally.topic !== topic) continue;
      // Whoever deletes a topic gives its records up; they are not lost by the cluster.
      this.acknowledged -= tally.ranges.countFrom(0n);
      this.partitions.delete(key);
    }
  }
}

/** Below it a record is committed and on at least two brokers that run. */
function safeEnd(source: ViewSource, topic: string, partition: number): bigint {
  const image = source.image();
  const known = image && topicByName(image, topic)?.partitions[partition];
  if (known === undefined) return 0n;
  const ends: bigint[] = [];
  let highWatermark = 0n;
  for (const broker of known.replicas) {
    const replica = brokerStateOf(source.world, broker)?.partitions.get(`${topic}-${partition}`);
    if (replica === undefined || replica.role === 'none') continue;
    ends.push(replica.log.logEndOffset);
    if (replica.log.highWatermark > highWatermark) highWatermark = replica.log.highWatermark;
  }
  const second = ends.toSorted((a, b) => (a > b ? -1 : a < b ? 1 : 0))[1] ?? 0n;
  return second < highWatermark ? second : highWatermark;
}

function awaiting({ world }: ViewSource): number {
  let count = 0;
  for (const row of producerRows(world)) {
    const state = producerStateOf(row);
    if (state === undefined) continue;
    count += state.counters.buffered;
    for (const { inFlight } of state.partitions.values()) for (const batch of inFlight) count += batch.records.length;
  }
  return count;
}

function unread(source: ViewSource): number {
  let count = 0n;
  for (const { offsets } of groupViews(source)) for (const { lag } of offsets) if (lag > 0n) count += lag;
  return Number(count);
}
