import { describe, expect, it } from 'vitest';
import { ApiKey, apis } from '#engine/protocol/api-keys.ts';
import { joinPieces } from '#engine/protocol/byte-writer.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { decodeRequestFrame, decodeResponseFrame, encodeRequestFrame, encodeResponseFrame } from '#engine/protocol/frames.ts';
import { create } from '#engine/protocol/message.ts';
import { ApiVersionsRequest, ApiVersionsResponse } from '#engine/protocol/messages/18-api-versions.ts';
import { FetchRequest, FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import { InitProducerIdRequest } from '#engine/protocol/messages/22-init-producer-id.ts';
import { VoteRequest } from '#engine/protocol/messages/52-vote.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';

/** Hexadecimal with a space between fields, for the reader. */
function spaceless(hex: string): string {
  return hex.replaceAll(' ', '');
}
function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(spaceless(hex), 'hex'));
}
function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
function withoutSize(pieces: Uint8Array[]): Uint8Array {
  const frame = joinPieces(pieces);
  expect(new DataView(frame.buffer, frame.byteOffset).getInt32(0)).toBe(frame.length - 4);
  return frame.subarray(4);
}

describe('request frames', () => {
  it('every API comes back from its frame in its oldest and newest version', () => {
    for (const api of apis) {
      for (const apiVersion of [api.versions.min, api.versions.max]) {
        const header = { apiKey: api.key, apiVersion, correlationId: 2_147_483_647, clientId: apiVersion % 2 === 0 ? 'client' : null };
        const body = create(api.request);
        expect(decodeRequestFrame(withoutSize(encodeRequestFrame(header, body)), 'any')).toEqual({ header, body });
        const answer = decodeResponseFrame(api.key, apiVersion, withoutSize(encodeResponseFrame(api.key, apiVersion, -5, create(api.response))));
        expect(answer).toEqual({ correlationId: -5, body: create(api.response) });
      }
    }
  });

  it('the client id keeps its 16-bit length in a flexible header', () => {
    const frame = encodeRequestFrame({ apiKey: ApiKey.ApiVersions, apiVersion: 3, correlationId: 1, clientId: 'ab' }, create(ApiVersionsRequest, { clientSoftwareName: 'x', clientSoftwareVersion: 'y' }));
    expect(hexOf(withoutSize(frame))).toBe(spaceless('0012000300000001 00026162 00 0278 0279 00'));
  });

  it('tags that are not known in the header and the body are skipped', () => {
    const frame = bytesOf('0012000300000001 00026162 01 6502aabb 0278 0279 01 8101 01cc');
    expect(decodeRequestFrame(frame).body).toEqual({ clientSoftwareName: 'x', clientSoftwareVersion: 'y' });
  });

  it('bytes behind the body are left alone, as Kafka leaves them', () => {
    expect(decodeRequestFrame(bytesOf('0012000000000001 ffff 0102')).header.correlationId).toBe(1);
  });

  it('an ApiVersions request of an unknown version is let through, for it must be answered', () => {
    const { header, body } = decodeRequestFrame(bytesOf('0012270f00000007 00026162 00 ffffffff'));
    expect(header).toEqual({ apiKey: ApiKey.ApiVersions, apiVersion: 9999, correlationId: 7, clientId: 'ab' });
    expect(body).toEqual(create(ApiVersionsRequest));
  });

  it('an unknown version of ApiVersions has a flexible header', () => {
    expect(() => decodeRequestFrame(bytesOf('0012006300000007 ffff'))).toThrow('request header: 1 bytes needed, 0 left at byte 10');
  });

  it('any other unknown version, and an unknown key, is an error that says so', () => {
    expect(() => decodeRequestFrame(bytesOf('0000006300000001 ffff'))).toThrow('Produce has no version 99, only 3 to 13');
    expect(() => decodeRequestFrame(bytesOf('0000000200000001 ffff'))).toThrow('Produce has no version 2');
    expect(() => decodeRequestFrame(bytesOf('03e7000000000001 ffff'))).toThrow('there is no API with key 999');
    expect(() => decodeRequestFrame(bytesOf('0004000000000001 ffff'))).toThrow('there is no API with key 4');
    expect(() => decodeRequestFrame(bytesOf('0012'))).toThrow('request header: 2 bytes needed, 0 left at byte 2');
    expect(() => decodeRequestFrame(bytesOf('001200000000000100ff61'))).toThrow(ProtocolError);
  });

  it('what a broker does not serve on its own listener is refused there', () => {
    const vote = withoutSize(encodeRequestFrame({ apiKey: ApiKey.Vote, apiVersion: 2, correlationId: 1, clientId: null }, create(VoteRequest)));
    expect(() => decodeRequestFrame(vote)).toThrow("Vote is for controllers and is not served on a broker's listener");
    expect(decodeRequestFrame(vote, 'any').header.apiKey).toBe(ApiKey.Vote);
    const unstable = withoutSize(encodeRequestFrame({ apiKey: ApiKey.InitProducerId, apiVersion: 6, correlationId: 1, clientId: null }, create(InitProducerIdRequest)));
    expect(() => decodeRequestFrame(unstable)).toThrow('InitProducerId version 6 is unstable and not enabled');
  });

  it('an error says the path of the field and the position of the byte', () => {
    const body = create(FetchRequest, { topics: [{ topic: 'a' }, { topic: 'a long name of a topic' }] });
    const frame = withoutSize(encodeRequestFrame({ apiKey: ApiKey.Fetch, apiVersion: 4, correlationId: 1, clientId: null }, body));
    expect(() => decodeRequestFrame(frame.subarray(0, frame.length - 6))).toThrow('FetchRequest.topics[1].topic: 22 bytes needed, 20 left at byte 40');
  });

  it('a count of elements that the frame cannot hold allocates nothing and is refused', () => {
    const frame = bytesOf('0003000100000001 ffff 7fffffff');
    expect(() => decodeRequestFrame(frame)).toThrow('MetadataRequest.topics: 2147483647 elements of at least 2 bytes announced, 0 bytes left at byte 10');
  });

  it('any negative count is null, as Kafka reads it', () => {
    expect(decodeRequestFrame(bytesOf('0003000100000001 ffff fffffffe')).body).toMatchObject({ topics: null });
    expect(decodeRequestFrame(bytesOf('0003000100000001 fff0 ffffffff')).header.clientId).toBeNull();
  });

  it('null is refused where the version has no null', () => {
    expect(() => decodeRequestFrame(bytesOf('0003000000000001 ffff ffffffff'))).toThrow('MetadataRequest.topics: null where a value is required at byte 10');
  });
});

describe('response frames', () => {
  it('the header of an ApiVersions answer is never flexible, the header of others is', () => {
    const answer = create(ApiVersionsResponse);
    expect(hexOf(withoutSize(encodeResponseFrame(ApiKey.ApiVersions, 4, 1, answer)))).toBe(spaceless('00000001 0000 01 00000000 00'));
    expect(hexOf(withoutSize(encodeResponseFrame(ApiKey.Heartbeat, 4, 1, { throttleTimeMs: 0, errorCode: 27 })))).toBe(spaceless('00000001 00 00000000 001b 00'));
    expect(hexOf(withoutSize(encodeResponseFrame(ApiKey.Heartbeat, 3, 1, { throttleTimeMs: 0, errorCode: 27 })))).toBe(spaceless('00000001 00000000 001b'));
  });

  it('an ApiVersions answer to an unknown version has the form of version 0', () => {
    const answer = create(ApiVersionsResponse, { errorCode: ErrorCode.UNSUPPORTED_VERSION, apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }] });
    const frame = withoutSize(encodeResponseFrame(ApiKey.ApiVersions, 77, 1, answer));
    expect(hexOf(frame)).toBe(spaceless('00000001 0023 00000001 001200000004'));
    expect(decodeResponseFrame(ApiKey.ApiVersions, 77, frame).body).toEqual(answer);
  });

  it('runs of record batches go out as the slices that they are', () => {
    const runs = [new Uint8Array(5000).fill(1), new Uint8Array(6000).fill(2)];
    const body = create(FetchResponse, { responses: [{ topic: 'a', partitions: [{ records: runs }, { partitionIndex: 1, records: [Uint8Array.of(9)] }] }] });
    const pieces = encodeResponseFrame(ApiKey.Fetch, 12, 3, body);
    expect(pieces).toHaveLength(4);
    expect(pieces[1]).toBe(runs[0]);
    expect(pieces[2]).toBe(runs[1]);
    const { responses } = decodeResponseFrame(ApiKey.Fetch, 12, withoutSize(pieces)).body as FetchResponse;
    expect(joinPieces(responses[0]!.partitions[0]!.records!)).toEqual(joinPieces(runs));
    expect(responses[0]!.partitions[1]!.records).toEqual([Uint8Array.of(9)]);
  });

  it('records that are read are a slice of the frame', () => {
    const body = create(FetchResponse, { responses: [{ topic: 'a', partitions: [{ records: [Uint8Array.of(1, 2, 3)] }] }] });
    const frame = withoutSize(encodeResponseFrame(ApiKey.Fetch, 4, 3, body));
    const { responses } = decodeResponseFrame(ApiKey.Fetch, 4, frame).body as FetchResponse;
    expect(responses[0]!.partitions[0]!.records![0]!.buffer).toBe(frame.buffer);
  });

  it('a value that does not fit says which field it was', () => {
    const body = create(FetchResponse, { responses: [{ topic: 'a', partitions: [{ errorCode: 70_000 }] }] });
    expect(() => encodeResponseFrame(ApiKey.Fetch, 12, 3, body)).toThrow('FetchResponse.responses[0].partitions[0].errorCode: an integer from -32768 to 32767 expected, got 70000');
    expect(() => encodeResponseFrame(ApiKey.Fetch, 12, 3, { throttleTimeMs: 0 })).toThrow('FetchResponse.errorCode: an integer from -32768 to 32767 expected, got undefined');
  });
});
