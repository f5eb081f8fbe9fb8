import { describe, expect, it } from 'vitest';
import type { Catalog } from '#engine/contract/envelope.ts';
import { connectionsOf, outsideMembers, representatives } from '#renderer/stage/outside-clients.ts';

const outside = (node: string, clientId: string, address: string): Catalog['clients'][number] => ({ node, kind: 'external', clientId, label: clientId, topic: null, address, settings: {} });
const catalog: Catalog = {
  catalogId: 1, brokers: [], topics: [], partitions: [], groups: [{ group: 'audit', type: 'classic' }], apiNames: {},
  members: [{ group: 0, memberId: 'reporting-1', clientId: 'reporting', node: null }, { group: 0, memberId: 'twin-1', clientId: 'twin', node: null }, { group: 0, memberId: 'twin-2', clientId: 'twin', node: null }],
  clients: [
    { node: 'producer/mobile', kind: 'producer', clientId: 'mobile', label: 'mobile', topic: 'orders', address: null, settings: {} },
    outside('external/1', 'reporting', '127.0.0.1:4001'),
    outside('external/2', 'reporting', '127.0.0.1:4002'),
    outside('external/3', 'twin', '127.0.0.1:4003'),
    outside('external/4', 'reporting', '10.0.0.7:4001'),
  ],
};

describe('a client from outside', () => {
  it('is one card however many connections it holds, and another one on another host', () => {
    expect(representatives(catalog)).toEqual([0, 1, 1, 3, 4]);
    expect(connectionsOf(catalog, 1)).toBe(2);
  });

  it('is taken for the group member with its client id only when that is the only one', () => {
    expect([...outsideMembers(catalog)]).toEqual([[1, 0], [2, 0], [4, 0]]);
  });
});
