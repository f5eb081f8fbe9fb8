/**
 * Every message that we define, field by field and version by version, against the tables of Kafka 4.3.1 in ./facts; and so its API keys
 * and error codes. What we do not define is named here with its reason; a message or field more, less or different fails.
 */
import { describe, expect, it } from 'vitest';
import { ApiKey, apiOf, apis } from '#engine/protocol/api-keys.ts';
import { ByteReader } from '#engine/protocol/byte-reader.ts';
import { decodeRequestFrame, decodeResponseFrame, encodeRequestFrame, encodeResponseFrame } from '#engine/protocol/frames.ts';
import { ErrorCode, errorName, isRetriable } from '#engine/protocol/errors.ts';
import { create, type MessageDefinition } from '#engine/protocol/message.ts';
import { metadataRecordDefinition } from '#engine/protocol/records/metadata-record-frame.ts';
import { definedLines, kafkaLines, readFacts, spanOf, versionsOf, type FactRow } from '#engine/testing/kafka-facts.ts';
import { recordDefinitions } from '#engine/testing/record-definitions.ts';

const messages = readFacts('messages');
const fields = Map.groupBy(readFacts('fields'), (row) => row['message']!);
const definitions = [...apis.flatMap((api): MessageDefinition[] => [api.request, api.response]), ...recordDefinitions];

/** What Kafka's tables have and we do not define. */
const undefinedMessages: Record<string, string> = {
  RequestHeader: 'frames.ts reads and writes it by hand; see below',
  ResponseHeader: 'frames.ts reads and writes it by hand; see below',
  SubscriptionInfoData: 'user data of Kafka Streams, opaque to a broker',
};

function factOf(name: string): FactRow {
  return messages.find((row) => row['message'] === name) ?? {};
}

describe('the messages of Kafka 4.3.1', () => {
  it('are all defined, once each, and nothing else is', () => {
    const withoutVersions = messages.filter((row) => row['valid_versions'] === 'none').map((row) => row['message']!);
    expect(withoutVersions.map((name) => name.replace(/Re(quest|sponse)$/, ''))).toEqual(['ControlledShutdown', 'LeaderAndIsr', 'StopReplica', 'UpdateMetadata'].flatMap((name) => [name, name]));
    const expected = messages.map((row) => row['message']!).filter((name) => !(name in undefinedMessages) && !withoutVersions.includes(name));
    expect(messages).toHaveLength(276);
    expect(definitions.map(({ name }) => name).toSorted()).toEqual(expected.toSorted());
    expect(Object.keys(undefinedMessages).filter((name) => factOf(name)['message'] === undefined)).toEqual([]);
  });

  it.each(definitions.map((definition) => [definition.name, definition] as const))('%s has the number, the versions and the fields that Kafka gives it', (name, definition) => {
    const fact = factOf(name);
    const valid = spanOf(fact['valid_versions']!);
    expect({ number: String(definition.apiKey), versions: definition.versions, flexibleFrom: definition.flexibleFrom }).toEqual({
      number: fact['api_key'] === '' ? '-1' : fact['api_key'], versions: valid, flexibleFrom: fact['flexible_versions'] === 'none' ? Infinity : spanOf(fact['flexible_versions']!).min,
    });
    expect(definedLines(definition)).toEqual(kafkaLines(name, valid, fields.get(name) ?? []));
  });

  it('have more than two thousand fields in more than six hundred versions', () => {
    expect(definitions.flatMap(definedLines).length).toBeGreaterThan(2_000);
    expect(definitions.flatMap(versionsOf).length).toBeGreaterThan(600);
  });

  it('of the metadata log are found by their type', () => {
    const records = messages.filter((row) => row['kind'] === 'metadata');
    expect(records).toHaveLength(26);
    expect(records.filter((row) => metadataRecordDefinition(Number(row['api_key']))?.name !== row['message'])).toEqual([]);
  });
});

describe('the API keys of Kafka 4.3.1', () => {
  const keys = readFacts('api-keys');
  const live = keys.filter((row) => row['latest'] !== '-1');

  it('are all numbered, and those that have a version are defined', () => {
    expect(keys.map((row) => [row['name'], Number(row['api_key'])])).toEqual(Object.entries(ApiKey));
    expect(keys.filter((row) => row['latest'] === '-1').map((row) => apiOf(Number(row['api_key'])))).toEqual([undefined, undefined, undefined, undefined]);
    expect(apis.map(({ name, key }) => [name, key])).toEqual(live.map((row) => [row['name'], Number(row['api_key'])]));
  });

  it.each(live.map((row) => [row['name']!, row] as const))('%s has its versions, its listeners and its way to the controller', (name, row) => {
    const api = apiOf(Number(row['api_key']))!;
    const request = factOf(`${name}Request`);
    const listeners = request['listeners']!.split(',');
    expect({ name: api.name, versions: api.versions, onBroker: api.onBroker, onController: api.onController, forwardable: api.forwardable }).toEqual({
      name, versions: { min: Number(row['oldest']), max: Number(row['latest']) }, onBroker: row['in_broker_scope'] === 'true', onController: listeners.includes('controller'), forwardable: row['forwardable'] === 'true',
    });
    expect(listeners.includes('broker')).toBe(api.onBroker);
    expect(api.offered?.max ?? Number(row['latest_stable'])).toBe(Number(row['latest_stable']));
    expect(row['latest'] !== row['latest_stable']).toBe(request['latest_version_unstable'] === 'true');
  });

  it('are offered by a broker in the versions that a running one answers', () => {
    const answered = readFacts('broker-api-versions').map((row) => [Number(row['key']), row['min'] === '-' ? undefined : { min: Number(row['min']), max: Number(row['max']) }]);
    // The table ends with key 89; what comes behind it is held to api-keys.tsv above.
    const offered = apis.filter(({ onBroker, key }) => onBroker && key <= 89).map(({ key, offered }) => [key, offered]);
    expect(answered).toHaveLength(74);
    expect(offered).toEqual(answered);
  });
});

describe('the headers of Kafka 4.3.1', () => {
  const kafkaHeaders: Record<string, [fields: string, flexible: string]> = {
    RequestHeader: ['requestApiKey requestApiVersion correlationId clientId', '2+'],
    ResponseHeader: ['correlationId', '1+'],
  };

  it('have the fields that frames.ts writes', () => {
    for (const [name, [paths, flexible]] of Object.entries(kafkaHeaders)) {
      const lines = kafkaLines(name, spanOf(factOf(name)['valid_versions']!), fields.get(name)!);
      expect(lines.map((line) => line.slice(0, line.indexOf(':'))).join(' ')).toBe(paths);
      expect(factOf(name)['flexible_versions']).toBe(flexible);
    }
    // The only field that is not compact in a flexible version: a broker must read it before it knows whether it understands the version.
    expect(readFacts('fields').filter((row) => row['flexible_versions_override'] !== '').map((row) => `${row['message']}.${row['path']}`)).toEqual(['RequestHeader.ClientId']);
  });

  it('are those of each version of each API, byte for byte', () => {
    let compared = 0;
    for (const { key, request, response } of apis) {
      for (const version of versionsOf(request)) {
        const flexible = version >= request.flexibleFrom;
        const sent = new ByteReader(joined(encodeRequestFrame({ apiKey: key, apiVersion: version, correlationId: 7, clientId: 'me' }, create(request))));
        sent.skip(4);
        expect([sent.int16(), sent.int16(), sent.int32(), sent.int16(), sent.text(2)]).toEqual([key, version, 7, 2, 'me']);
        expect(flexible ? sent.unsignedVarint() : 0).toBe(0);
        const answer = new ByteReader(joined(encodeResponseFrame(key, version, 9, create(response))));
        answer.skip(4);
        expect(answer.int32()).toBe(9);
        expect(flexible && key !== ApiKey.ApiVersions ? answer.unsignedVarint() : 0).toBe(0);
        expect(decodeRequestFrame(joined(encodeRequestFrame({ apiKey: key, apiVersion: version, correlationId: 7, clientId: null }, create(request))).subarray(4), 'any').body).toEqual(create(request));
        expect(decodeResponseFrame(key, version, joined(encodeResponseFrame(key, version, 9, create(response))).subarray(4)).body).toEqual(create(response));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(240);
  });
});

describe('the error codes of Kafka 4.3.1', () => {
  const rows = readFacts('errors');

  it('are all there by name, and no other', () => {
    expect(rows).toHaveLength(135);
    expect(Object.entries(ErrorCode).toSorted(([, a], [, b]) => a - b)).toEqual(rows.map((row) => [row['name'], Number(row['code'])]));
    expect(rows.map((row) => errorName(Number(row['code'])))).toEqual(rows.map((row) => row['name']));
  });

  it('are retriable where a client believes that they may go away', () => {
    expect(rows.map((row) => [row['name'], isRetriable(Number(row['code']))])).toEqual(rows.map((row) => [row['name'], row['retriable'] === 'true']));
  });
});

function joined(pieces: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  pieces.reduce((at, piece) => (whole.set(piece, at), at + piece.length), 0);
  return whole;
}
