import { describe, expect, test } from 'vitest';
import { assignRange } from '#engine/core/clients/range-assignor.ts';

const member = (memberId: string, topics: string[], instanceId: string | null = null) => ({ memberId, topics, instanceId });

describe('the range assignor', () => {
  test('gives the first members one partition more when the topic does not divide evenly', () => {
    const assignment = assignRange([member('b', ['t']), member('a', ['t']), member('c', ['t'])], new Map([['t', 7]]));
    expect(assignment.get('a')).toEqual([{ topic: 't', partitions: [0, 1, 2] }]);
    expect(assignment.get('b')).toEqual([{ topic: 't', partitions: [3, 4] }]);
    expect(assignment.get('c')).toEqual([{ topic: 't', partitions: [5, 6] }]);
  });

  test('assigns each topic on its own, so that the first member gets the extra partition of every topic', () => {
    const assignment = assignRange([member('a', ['t', 'u']), member('b', ['t', 'u'])], new Map([['t', 3], ['u', 3]]));
    expect(assignment.get('a')).toEqual([{ topic: 't', partitions: [0, 1] }, { topic: 'u', partitions: [0, 1] }]);
    expect(assignment.get('b')).toEqual([{ topic: 't', partitions: [2] }, { topic: 'u', partitions: [2] }]);
  });

  test('leaves a member idle when there are more members than partitions', () => {
    const assignment = assignRange([member('a', ['t']), member('b', ['t'])], new Map([['t', 1]]));
    expect(assignment.get('b')).toEqual([]);
  });

  test('assigns a topic only to those who subscribe to it, and a missing topic to nobody', () => {
    const assignment = assignRange([member('a', ['t', 'gone']), member('b', ['u'])], new Map([['t', 2], ['u', 1]]));
    expect(assignment.get('a')).toEqual([{ topic: 't', partitions: [0, 1] }]);
    expect(assignment.get('b')).toEqual([{ topic: 'u', partitions: [0] }]);
  });

  test('puts static members first, by instance id and not by member id', () => {
    const assignment = assignRange([member('a', ['t']), member('z', ['t'], 'i1'), member('m', ['t'], 'i2')], new Map([['t', 3]]));
    expect([...assignment].map(([id, topics]) => [id, topics[0]?.partitions])).toEqual([['a', [2]], ['z', [0]], ['m', [1]]]);
  });
});
