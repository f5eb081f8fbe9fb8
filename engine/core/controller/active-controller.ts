/**
 * What the active controller has beyond a standby (Kafka: QuorumController while it is active).
 *
 * Its image is the committed one plus what it has decided since: it decides on that, because its own decisions will commit
 * in their order or it will no longer be the controller. Decisions are records; they change the image only by replay, and
 * the answer to the request that caused them waits until the last of them is committed.
 *
 * Invariants: it exists only on the leader of the quorum, and only once everything before its epoch is committed; answers
 * leave in the order of their offsets; when the leadership ends, its image and its unanswered decisions are dropped.
 */
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import { cloneImage, type ClusterImage } from '#engine/core/metadata/image.ts';
import type { MetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { replay } from '#engine/core/metadata/replay.ts';
import { accumulate } from '#engine/core/controller/quorum/append.ts';
import type { QuorumState } from '#engine/core/controller/quorum/quorum-state.ts';
import type { BrokerSettings } from '#engine/core/settings/broker-settings.ts';

export interface ActiveController {
  epoch: number;
  image: ClusterImage;
  /** By broker id; one row from its registration or its first heartbeat on. Sessions begin anew with each controller. */
  heartbeats: Map<number, BrokerHeartbeatState>;
  /** Where the log ended when it was last looked at for idleness. */
  idleSinceOffset: bigint;
  /** In the order of their offsets. */
  answers: DeferredAnswer[];
  settings: BrokerSettings;
  /** What stands in server.properties, for where a value comes from. */
  staticSettings: Readonly<Record<string, string>>;
  quorum: QuorumState;
}

export interface BrokerHeartbeatState {
  brokerEpoch: bigint;
  /** Up to where the broker has applied the metadata log; -1n: it has not said. */
  metadataOffset: bigint;
  lastContactUs: number;
  /** A broker in controlled shutdown may go when all others have read up to here; -1n: not in shutdown. */
  shutdownOffset: bigint;
}

export interface DeferredAnswer {
  /** It leaves when this record is committed. */
  offset: bigint;
  request: RequestMessage;
  body: unknown;
}

export function startActive(
  epoch: number,
  committed: ClusterImage,
  settings: BrokerSettings,
  staticSettings: Readonly<Record<string, string>>,
  quorum: QuorumState,
): ActiveController {
  return { epoch, image: cloneImage(committed), heartbeats: new Map(), idleSinceOffset: -1n, answers: [], settings, staticSettings, quorum };
}

/** Takes a decision: into the image by replay, and on its way into the log as one atomic batch. Answers its last offset. */
export function decide(active: ActiveController, records: readonly MetadataRecord[], context: NodeContext): bigint {
  const firstOffset = accumulate(active.quorum, records, context);
  for (const record of records) replay(active.image, record);
  return firstOffset + BigInt(records.length) - 1n;
}

/**
 * Answers once the records are committed. An answer without records rests on all that was decided before it, and waits for that: a
 * controller that has lost its office without knowing must not refuse something on grounds that never commit (QuorumController's
 * write events wait so, too).
 */
export function decideAndAnswer(active: ActiveController, request: RequestMessage, records: readonly MetadataRecord[], body: unknown, context: NodeContext): void {
  const offset = records.length > 0 ? decide(active, records, context) : active.quorum.nextAppendOffset - 1n;
  if (offset < active.quorum.highWatermark) context.respond(request, body);
  else active.answers.push({ offset, request, body });
}

/** Sends the answers whose records are committed now. */
export function answerCommitted(active: ActiveController, highWatermark: bigint, context: NodeContext): void {
  const waiting = active.answers.findIndex((answer) => answer.offset >= highWatermark);
  const ready = waiting === -1 ? active.answers.splice(0) : active.answers.splice(0, waiting);
  for (const { request, body } of ready) context.respond(request, body);
}

export function nextOffset(active: ActiveController): bigint {
  return active.quorum.nextAppendOffset;
}
