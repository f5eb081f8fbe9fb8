/**
 * Hostile frames, as many as are wanted: whole requests with any values, and real frames of every API and version that were damaged in each of
 * the ways in which a stream of bytes can be damaged.
 */
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { joinPieces } from '#engine/protocol/byte-writer.ts';
import { encodeRequestFrame } from '#engine/protocol/frames.ts';
import { aimed, anyApi, anyBody, type Target } from '#engine/testing/hostile/bodies.ts';
import type { Chance } from '#engine/testing/hostile/chance.ts';

export interface HostileFrame {
  kind: FrameKind;
  /** "Fetch v12", of what it was made from. */
  api: string;
  /** With its size in front, as it goes over the wire. */
  bytes: Uint8Array;
}

const sizeBytes = 4;
const headerBytes = 12;

/** A whole, well-formed request. */
export function validFrame(target: Target, chance: Chance): { api: string; bytes: Uint8Array } {
  const api = anyApi(chance);
  const { min, max } = api.versions;
  const version = min + chance.below(max - min + 1);
  const body = anyBody(api, version, chance);
  const correlationId = chance.below(2 ** 31);
  const header = { apiKey: api.key, apiVersion: version, correlationId, clientId: chance.isTrue(0.2) ? null : 'hostile' };
  return { api: `${api.name} v${version}`, bytes: joinPieces(encodeRequestFrame(header, chance.isTrue(0.9) || keeps(api.key) ? aimed(body, target, chance) : body)) };
}

/** What these are told to make stays until somebody takes it away. */
function keeps(apiKey: number): boolean {
  const keeping: readonly number[] = [ApiKey.CreateTopics, ApiKey.CreatePartitions, ApiKey.JoinGroup, ApiKey.OffsetCommit, ApiKey.Metadata, ApiKey.InitProducerId];
  return keeping.includes(apiKey);
}

function sealed(bytes: Uint8Array): Uint8Array {
  new DataView(bytes.buffer, bytes.byteOffset).setInt32(0, bytes.length - sizeBytes);
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return sealed(joinPieces([...parts]));
}

/** A place behind the header, so that the API and version stay what they are. */
function placeIn(bytes: Uint8Array, chance: Chance): number {
  return Math.min(bytes.length - 1, headerBytes + chance.below(Math.max(1, bytes.length - headerBytes)));
}

/** Puts bytes over what is there. */
function overwritten(frame: Uint8Array, at: number, bytes: ArrayLike<number>): Uint8Array {
  const changed = frame.slice();
  for (let index = 0; index < bytes.length && at + index < changed.length; index++) changed[at + index] = bytes[index]!;
  return changed;
}

/** Puts bytes between what is there. */
function inserted(frame: Uint8Array, at: number, bytes: ArrayLike<number>): Uint8Array {
  return joined(frame.subarray(0, at), Uint8Array.from(bytes), frame.subarray(at));
}

const badText = [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf0, 0x9f], [0xc0, 0x80], [0]];
const hugeCounts = [[0x7f, 0xff, 0xff, 0xff], [0x80, 0, 0, 0], [0xff, 0xff, 0xff, 0x7f], [0xff, 0xff, 0xff, 0xff, 0x0f], [0x7f, 0xff], [0x40, 0, 0, 0]];
const longVarints = [Array.from({ length: 11 }, () => 0xff), [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], [0xff, 0xff, 0xff, 0xff, 0x10]];
const otherProtocols = [
  'GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n', 'POST /topics HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}', 'SSH-2.0-OpenSSH_9.6\r\n', '*1\r\n$4\r\nPING\r\n', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
].map((text) => new TextEncoder().encode(text));
/** The beginning of a TLS 1.2 ClientHello. */
const tlsHello = Uint8Array.of(0x16, 3, 1, 0, 0xa5, 1, 0, 0, 0xa1, 3, 3, ...Array.from({ length: 60 }, (_, index) => (index * 73) & 255));

type Damage = (frame: Uint8Array, chance: Chance, other: () => Uint8Array) => Uint8Array;

/** Each way to damage a frame, and how many of a hundred frames are damaged so. */
export const damages = {
  /** Well-formed, with any values. */
  valid: [22, (frame) => frame],
  bitsFlipped: [18, (frame, chance) => {
    const changed = frame.slice();
    for (let flips = 1 + chance.below(8); flips > 0; flips--) changed[sizeBytes + chance.below(changed.length - sizeBytes)]! ^= 1 << chance.below(8);
    return changed;
  }],
  fieldEdited: [12, (frame, chance) => overwritten(frame, placeIn(frame, chance), chance.pick([[0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff], [0x7f, 0xff, 0xff, 0xff], [0x80, 0, 0, 0, 0, 0, 0, 0], [0, 1], [1], [chance.below(256)]]))],
  truncated: [8, (frame, chance) => sealed(frame.slice(0, sizeBytes + 1 + chance.below(frame.length - sizeBytes)))],
  lengthened: [3, (frame, chance) => joined(frame, Uint8Array.from({ length: 1 + chance.below(40) }, () => chance.below(256)))],
  spliced: [8, (frame, chance, other) => joined(frame.subarray(0, placeIn(frame, chance)), other().subarray(headerBytes))],
  otherHeader: [6, (frame, chance) => overwritten(frame, sizeBytes, [0, chance.below(100), chance.isTrue(0.1) ? 0xff : 0, chance.below(20)])],
  hugeCount: [7, (frame, chance) => overwritten(frame, placeIn(frame, chance), chance.pick(hugeCounts))],
  longVarint: [3, (frame, chance) => inserted(frame, placeIn(frame, chance), chance.pick(longVarints))],
  badText: [3, (frame, chance) => overwritten(frame, placeIn(frame, chance), chance.pick(badText))],
  /** Some hundred tagged fields, which are as deep as Kafka's format can nest. */
  manyTags: [1, (frame, chance) => inserted(frame, placeIn(frame, chance), [0xf4, 0x03, ...Array.from({ length: 500 }, (_, index) => [(index & 127) | 0x80, index >> 7, 0]).flat()])],
  lyingSize: [3, (frame, chance) => overwritten(frame, 0, chance.pick([[0xff, 0xff, 0xff, 0xff], [0x80, 0, 0, 0], [0x7f, 0xff, 0xff, 0xff], [0, 0, 0, 0], [0, 0, 0, 3], [6, 0x40, 0, 1], [0, 0, chance.below(256), chance.below(256)]]))],
  noise: [3, (_, chance) => Uint8Array.from({ length: 1 + chance.below(300) }, () => chance.below(256))],
  sealedNoise: [2, (_, chance) => joined(new Uint8Array(sizeBytes), Uint8Array.from({ length: 1 + chance.below(300) }, () => chance.below(256)))],
  otherProtocol: [1, (_, chance) => (chance.isTrue(0.2) ? tlsHello : chance.pick(otherProtocols))],
} as const satisfies Record<string, readonly [number, Damage]>;

export type FrameKind = keyof typeof damages;

const kinds: readonly FrameKind[] = (Object.keys(damages) as FrameKind[]).flatMap((kind) => Array.from({ length: damages[kind][0] }, () => kind));

export function hostileFrame(target: Target, chance: Chance): HostileFrame {
  const { api, bytes } = validFrame(target, chance);
  const kind = chance.pick(kinds);
  const damage: Damage = damages[kind][1];
  return { kind, api, bytes: damage(bytes, chance, () => validFrame(target, chance).bytes) };
}

