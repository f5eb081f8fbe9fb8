import { describe, expect, it } from 'vitest';
import { FlightFlag } from '#engine/contract/frame.ts';
import type { Catalog } from '#engine/contract/envelope.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { create } from '#engine/protocol/message.ts';
import { MetadataRequest } from '#engine/protocol/messages/03-metadata.ts';
import { VoteRequest } from '#engine/protocol/messages/52-vote.ts';
import type { Message } from '#engine/core/node.ts';
import type { EventRecord } from '#engine/core/world/world-state.ts';
import type { CatalogIndex } from '#engine/runtime/view/catalog.ts';
import { FlightLog } from '#engine/runtime/view/flight-log.ts';

const index: CatalogIndex = {
  catalog: { catalogId: 1 } as Catalog,
  topics: new Map(),
  groups: new Map(),
  members: new Map(),
  clients: new Map(),
};

function sent(id: number, apiKey: number, body: unknown, lost = ''): EventRecord {
  const message: Message = {
    kind: 'request', id, from: 'broker/1', to: 'broker/2', listener: 'PLAINTEXT', connectionId: 1, correlationId: id, apiKey, apiVersion: 1, clientId: null, body, sentUs: id, causeId: 0,
  };
  return { id, timeUs: id, node: 'broker/1', input: { type: 'start' }, causeId: 0, facts: [], sent: [{ message, departUs: id, arriveUs: id + 250, lost }], held: false };
}
const plain = (id: number, lost = '') => sent(id, ApiKey.Metadata, create(MetadataRequest), lost);
const control = (id: number) => sent(id, ApiKey.Vote, create(VoteRequest));

describe('messages in flight', () => {
  it('are handed to each screen once, from where it has come to', () => {
    const log = new FlightLog();
    log.note(plain(1), index);
    log.note(plain(2), index);
    const seen = log.lastSequence;
    log.note(plain(3), index);
    expect(log.since(0).flights.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(log.since(seen).flights.map(({ id }) => id)).toEqual([3]);
    expect(log.since(log.lastSequence).flights).toEqual([]);
  });

  it('beyond what can be drawn are left out and counted, but a lost one never', () => {
    const log = new FlightLog();
    for (let id = 1; id <= 1000; id++) log.note(plain(id), index);
    log.note(plain(1001, 'link cut'), index);
    const { flights } = log.since(0);
    expect(flights).toHaveLength(513);
    expect(flights.at(-1)).toMatchObject({ id: 1001, flags: FlightFlag.dropped });
    expect(log.omitted).toBe(1000 - 512);
    log.endPass();
    log.note(plain(1002), index);
    expect(log.since(0).flights.at(-1)?.id).toBe(1002);
  });

  it('do not pile up for a screen that takes no frames', () => {
    const log = new FlightLog();
    for (let id = 1; id <= 50_000; id++) log.note(id % 2 === 0 ? plain(id, 'lost') : control(id), index);
    const { flights } = log.since(0);
    expect(flights.length).toBeLessThanOrEqual(8192);
    expect(flights.at(-1)?.id).toBe(50_000);
    expect(flights.length + log.omitted).toBe(50_000);
  });
});
