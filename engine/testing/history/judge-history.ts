/**
 * Judges what clients did and saw, in the words of Jepsen's Kafka workload: lost write, inconsistent offset, duplicate, nonmonotonic send,
 * nonmonotonic poll, poll skip, precommitted read, and unseen with its lag. Jepsen's allowances apply: positions may jump where a
 * consumer's assignment changed or its position was reset; and a record may be read again by the next owner of its partition.
 *
 * What is judged by are the partitions' logs at the end, when the cluster has recovered: acks=all with idempotence, no retention, no compaction.
 */
import type { Acknowledged, ClientHistory, Polled, RecordName } from '#engine/testing/history/client-history.ts';

export type AnomalyKind = 'lost write' | 'inconsistent offset' | 'duplicate' | 'nonmonotonic send' | 'nonmonotonic poll' | 'poll skip' | 'precommitted read';

export interface Anomaly {
  kind: AnomalyKind;
  text: string;
}

export interface Judgement {
  anomalies: Anomaly[];
  acknowledged: number;
  polled: number;
  /** Records in the logs that nobody was given, and how long the oldest of them has been acknowledged. */
  unseen: { records: number; lagMs: number };
}

/** By partition: what stands at each offset at the end. */
export type FinalLogs = ReadonlyMap<string, ReadonlyMap<bigint, RecordName>>;

export function judgeHistory(history: ClientHistory, logs: FinalLogs, endUs: number): Judgement {
  const anomalies = [
    ...lostWrites(history.acknowledged, logs),
    ...inLogs(logs),
    ...badReads(history.polled, logs),
    ...badSequences(history.polled),
  ];
  return {
    anomalies,
    acknowledged: history.acknowledged.length,
    polled: history.polled.reduce((sum, { records }) => sum + records.size, 0),
    unseen: unseenOf(history, logs, endUs),
  };
}

function lostWrites(acknowledged: Acknowledged[], logs: FinalLogs): Anomaly[] {
  return acknowledged.flatMap(({ record, producer, partition, offset }): Anomaly[] => {
    const found = logs.get(partition)?.get(offset);
    if (found === record) return [];
    return [{ kind: 'lost write', text: `${producer} was told that "${record}" stands at ${partition} offset ${offset}, where ${found === undefined ? 'nothing is' : `"${found}" is`}` }];
  });
}

/** Each record once, and those of a producer in the order in which it numbered them. */
function inLogs(logs: FinalLogs): Anomaly[] {
  const anomalies: Anomaly[] = [];
  for (const [partition, log] of logs) {
    const newest = new Map<string, number>();
    const seen = new Map<RecordName, bigint>();
    for (const [offset, record] of log) {
      const before = seen.get(record);
      if (before !== undefined) anomalies.push({ kind: 'duplicate', text: `"${record}" stands at ${partition} offsets ${before} and ${offset}` });
      seen.set(record, offset);
      const split = record.lastIndexOf(' ');
      const [producer, number] = [record.slice(0, split), Number(record.slice(split + 1))];
      const last = newest.get(producer) ?? -1;
      if (before === undefined && number < last) anomalies.push({ kind: 'nonmonotonic send', text: `"${record}" stands at ${partition} offset ${offset}, behind number ${last} of the same producer` });
      newest.set(producer, Math.max(last, number));
    }
  }
  return anomalies;
}

function badReads(polled: Polled[], logs: FinalLogs): Anomaly[] {
  const anomalies: Anomaly[] = [];
  for (const { consumer, partition, records } of polled) {
    for (const [offset, record] of records) {
      const final = logs.get(partition)?.get(offset);
      if (final === undefined) anomalies.push({ kind: 'precommitted read', text: `${consumer} read "${record}" at ${partition} offset ${offset}, where nothing was committed` });
      else if (final !== record) anomalies.push({ kind: 'inconsistent offset', text: `${consumer} read "${record}" at ${partition} offset ${offset}, where "${final}" is` });
    }
  }
  return anomalies;
}

/** Within one assignment a consumer's polls of a partition follow each other without gap or return. */
function badSequences(polled: Polled[]): Anomaly[] {
  const anomalies: Anomaly[] = [];
  const positions = new Map<string, { span: number; next: bigint }>();
  for (const { consumer, partition, fromOffset, toOffset, span } of polled) {
    const key = `${consumer} ${partition}`;
    const before = positions.get(key);
    if (before?.span === span && fromOffset < before.next) anomalies.push({ kind: 'nonmonotonic poll', text: `${consumer} went from ${partition} offset ${before.next} back to ${fromOffset}` });
    if (before?.span === span && fromOffset > before.next) anomalies.push({ kind: 'poll skip', text: `${consumer} went from ${partition} offset ${before.next} on to ${fromOffset}` });
    positions.set(key, { span, next: toOffset });
  }
  return anomalies;
}

function unseenOf({ acknowledged, polled }: ClientHistory, logs: FinalLogs, endUs: number): Judgement['unseen'] {
  const read = new Set(polled.flatMap(({ partition, records }) => [...records.keys()].map((offset) => `${partition} ${offset}`)));
  let records = 0;
  for (const [partition, log] of logs) for (const offset of log.keys()) if (!read.has(`${partition} ${offset}`)) records++;
  const oldestUs = acknowledged.filter(({ partition, offset }) => !read.has(`${partition} ${offset}`)).reduce((oldest, { atUs }) => Math.min(oldest, atUs), endUs);
  return { records, lagMs: (endUs - oldestUs) / 1000 };
}
