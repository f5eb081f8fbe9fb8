/** The judge of client histories finds each of Jepsen's anomalies, and keeps silent where all is well. */
import { describe, expect, it } from 'vitest';
import { createHistory } from '#engine/testing/history/client-history.ts';
import type { ClientHistory, Polled } from '#engine/testing/history/client-history.ts';
import { judgeHistory } from '#engine/testing/history/judge-history.ts';
import { simulate } from '#engine/testing/simulate.ts';

function log(...records: string[]): Map<string, Map<bigint, string>> {
  return new Map([['t-0', new Map(records.map((record, index) => [BigInt(index), record]))]]);
}

function polled(fromOffset: number, records: string[], change: Partial<Polled> = {}): Polled {
  const from = BigInt(fromOffset);
  return { consumer: 'consumer/c', partition: 't-0', fromOffset: from, toOffset: from + BigInt(records.length), records: new Map(records.map((record, index) => [from + BigInt(index), record])), span: 1, atUs: 0, ...change };
}

function history(change: Partial<ClientHistory>): ClientHistory {
  return { ...createHistory(), ...change };
}

function acknowledged(record: string, offset: number): ClientHistory['acknowledged'][number] {
  return { record, producer: 'p', partition: 't-0', offset: BigInt(offset), atUs: 1_000_000 };
}

describe('a history is judged', () => {
  it('well, when all that was acknowledged is there once, in order, and read as it is', () => {
    const judgement = judgeHistory(history({ acknowledged: [acknowledged('p 1', 0), acknowledged('p 2', 1)], polled: [polled(0, ['p 1']), polled(1, ['p 2'])] }), log('p 1', 'p 2'), 3_000_000);
    expect(judgement).toEqual({ anomalies: [], acknowledged: 2, polled: 2, unseen: { records: 0, lagMs: 0 } });
  });

  it.each([
    ['lost write', history({ acknowledged: [acknowledged('p 2', 1)] }), log('p 1')],
    ['lost write', history({ acknowledged: [acknowledged('p 2', 0)] }), log('p 1')],
    ['duplicate', history({}), log('p 1', 'p 2', 'p 1')],
    ['nonmonotonic send', history({}), log('p 2', 'p 1')],
    ['inconsistent offset', history({ polled: [polled(0, ['p 7'])] }), log('p 1')],
    ['precommitted read', history({ polled: [polled(0, ['p 1', 'p 2'])] }), log('p 1')],
    ['nonmonotonic poll', history({ polled: [polled(0, ['p 1', 'p 2']), polled(1, ['p 2'])] }), log('p 1', 'p 2')],
    ['poll skip', history({ polled: [polled(0, ['p 1']), polled(2, ['p 3'])] }), log('p 1', 'p 2', 'p 3')],
  ])('as a %s', (kind, clients, logs) => {
    expect(judgeHistory(clients, logs, 0).anomalies.map((anomaly) => anomaly.kind)).toEqual([kind]);
  });

  it('with Jepsen\'s allowance: after a rebalance or a reset a consumer may begin elsewhere', () => {
    const again = history({ polled: [polled(0, ['p 1', 'p 2']), polled(1, ['p 2'], { span: 2 })] });
    expect(judgeHistory(again, log('p 1', 'p 2'), 0).anomalies).toEqual([]);
  });

  it('and tells what nobody has read, and for how long', () => {
    const judgement = judgeHistory(history({ acknowledged: [acknowledged('p 1', 0)] }), log('p 1', 'p 2'), 5_000_000);
    expect(judgement.unseen).toEqual({ records: 2, lagMs: 4000 });
  });
});

it('a simulated run under faults has a history without anomalies, and one in which much was read', () => {
  const { judgement } = simulate({ seed: 7 });
  expect(judgement.anomalies).toEqual([]);
  expect(judgement.acknowledged).toBeGreaterThan(100);
  expect(judgement.polled).toBeGreaterThan(100);
});
