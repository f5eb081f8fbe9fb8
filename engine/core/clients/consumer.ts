/**
 * The built-in consumer: an application that polls, takes its time for what it gets, and polls again, with Kafka's consumer
 * (classic protocol) under it. Kafka: ClassicKafkaConsumer with the parts named in membership.ts, positions.ts, fetch.ts,
 * commit.ts and poll.ts.
 *
 * Invariants: at least once: a record is committed only after the application came back for more; records of a partition are
 * handed on in offset order, none is skipped except by a reset, which is published. Stopping commits and leaves the group;
 * a crash (the world's) does neither, and the others wait for its session to end.
 */
import type { NodeBehaviour, NodeContext, PendingRequest } from '#engine/core/node.ts';
import { assert } from '#engine/ports/assert.ts';
import { autoCommit, COMMIT_KIND, commitPositions, onCommitted } from '#engine/core/clients/commit.ts';
import { FETCH_KIND, onFetched, onFetchFailed, sendFetches } from '#engine/core/clients/fetch.ts';
import { FIND_KIND, HEARTBEAT_KIND, HEARTBEAT_TIMER, JOIN_KIND, LEAVE_KIND, SYNC_KIND } from '#engine/core/clients/group-coordinator.ts';
import { onHeartbeat, onHeartbeatTimer } from '#engine/core/clients/heartbeat.ts';
import {
  advanceMembership,
  checkPartitionCounts,
  createMembership,
  fail,
  leaveForGood,
  onFindAnswer,
  onJoined,
  onMembershipError,
  onMembershipFailure,
  onSynced,
} from '#engine/core/clients/membership.ts';
import { createMetadata, METADATA_KIND, onMetadataFailure, onMetadataResponse, onMetadataTimer, requestMetadataUpdate } from '#engine/core/clients/metadata.ts';
import { beginProcessing, collectRecords, PROCESSING_TIMER } from '#engine/core/clients/poll.ts';
import {
  advancePositions,
  LIST_OFFSETS_KIND,
  OFFSET_FETCH_KIND,
  onOffsetsFetched,
  onOffsetsListed,
  onPositionValidated,
  VALIDATE_KIND,
} from '#engine/core/clients/positions.ts';
import type { ConsumerConfig, ConsumerState } from '#engine/core/clients/state.ts';
import { resolveConsumerSettings } from '#engine/core/settings/resolve-settings.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import type { ListOffsetsResponse } from '#engine/protocol/messages/02-list-offsets.ts';
import type { MetadataResponse } from '#engine/protocol/messages/03-metadata.ts';
import type { OffsetCommitResponse } from '#engine/protocol/messages/08-offset-commit.ts';
import type { OffsetFetchResponse } from '#engine/protocol/messages/09-offset-fetch.ts';
import type { FindCoordinatorResponse } from '#engine/protocol/messages/10-find-coordinator.ts';
import type { JoinGroupResponse } from '#engine/protocol/messages/11-join-group.ts';
import type { HeartbeatResponse } from '#engine/protocol/messages/12-heartbeat.ts';
import type { SyncGroupResponse } from '#engine/protocol/messages/14-sync-group.ts';
import type { OffsetForLeaderEpochResponse } from '#engine/protocol/messages/23-offset-for-leader-epoch.ts';

export const consumerBehaviour: NodeBehaviour<ConsumerState, ConsumerConfig> = {
  kind: 'consumer',
  start(config, context) {
    const state = createConsumer(config, context);
    requestMetadataUpdate(state.metadata, state.settings, context);
    advance(state, context);
    return state;
  },
  onRequest(_state, request) {
    assert(false, `a consumer serves nothing, and got a request of API ${request.apiKey}`);
  },
  onResponse(state, pending, body, context) {
    onAnswer(state, pending, body, context);
    advance(state, context);
  },
  onFailure(state, pending, _failure, context) {
    onLoss(state, pending, context);
    advance(state, context);
  },
  onPeerGone() {},
  onTimer(state, kind, _key, context) {
    if (kind === METADATA_KIND) onMetadataTimer(state.metadata, state.settings, context);
    else if (kind === HEARTBEAT_TIMER) onHeartbeatTimer(state, context);
    else if (kind === PROCESSING_TIMER) state.processing = 0;
    advance(state, context);
  },
  onCommand(state, command, context) {
    switch (command.kind) {
      case 'consumer.pause':
        if (state.status === 'running') state.status = 'paused';
        break;
      case 'consumer.resume':
        if (state.status === 'paused') state.status = 'running';
        break;
      case 'consumer.stop':
        stop(state, context);
        break;
      default:
        assert(false, `a consumer does not know the command "${command.kind}"`);
    }
    advance(state, context);
  },
};

function createConsumer(config: ConsumerConfig, context: NodeContext): ConsumerState {
  const settings = resolveConsumerSettings(config.settings, config.preset);
  return {
    kind: 'consumer',
    config,
    settings,
    status: 'running',
    failure: null,
    metadata: createMetadata(config.bootstrap, config.topics, settings['allow.auto.create.topics']),
    membership: createMembership(),
    assignment: new Map(),
    sessions: new Map(),
    consumed: 0,
    processing: 0,
    lastPollMs: context.nowMs,
    nextAutoCommitMs: 0,
    commitInFlight: -1,
    offsetFetchInFlight: -1,
    pollOrder: [],
  };
}

/** All that poll() does, as long as the application is inside it. */
function advance(state: ConsumerState, context: NodeContext): void {
  while (state.status !== 'stopped' && state.processing === 0) {
    state.lastPollMs = context.nowMs;
    autoCommit(state, context);
    advanceMembership(state, context);
    advancePositions(state, context);
    failWithoutResetPolicy(state, context);
    const count = collectRecords(state, context);
    sendFetches(state, context);
    if (count === 0) return;
    beginProcessing(state, count, context);
  }
}

/** NoOffsetForPartitionException: nothing is committed, and nobody says where else to begin. */
function failWithoutResetPolicy(state: ConsumerState, context: NodeContext): void {
  if (state.settings['auto.offset.reset'] !== 'none') return;
  for (const { phase } of state.assignment.values()) if (phase === 'reset') return fail(state, ErrorCode.OFFSET_OUT_OF_RANGE, context);
}

function stop(state: ConsumerState, context: NodeContext): void {
  if (state.status === 'stopped') return;
  state.status = 'stopped';
  context.disarm(PROCESSING_TIMER, '');
  state.membership.phase = 'leaving';
  if (state.settings['enable.auto.commit'] && state.membership.generation >= 0) commitPositions(state, context);
  if (state.commitInFlight === -1) leaveForGood(state, context);
}

function onAnswer(state: ConsumerState, pending: PendingRequest, body: unknown, context: NodeContext): void {
  if (state.membership.phase === 'left') return;
  switch (pending.kind) {
    case METADATA_KIND:
      onMetadataResponse(state.metadata, body as MetadataResponse, state.settings, context);
      return checkPartitionCounts(state);
    case FIND_KIND:
      return onFindAnswer(state, body as FindCoordinatorResponse, context);
    case JOIN_KIND:
      return onJoined(state, body as JoinGroupResponse, context);
    case SYNC_KIND:
      return onSynced(state, body as SyncGroupResponse, context);
    case HEARTBEAT_KIND:
      return onHeartbeat(state, pending, body as HeartbeatResponse, context);
    case COMMIT_KIND:
      return afterCommit(state, onCommitted(state, pending, body as OffsetCommitResponse, context), context);
    case OFFSET_FETCH_KIND:
      return onGroupError(state, onOffsetsFetched(state, body as OffsetFetchResponse, context), context);
    case LIST_OFFSETS_KIND:
      return onOffsetsListed(state, pending, body as ListOffsetsResponse, context);
    case VALIDATE_KIND:
      return onPositionValidated(state, pending, body as OffsetForLeaderEpochResponse, context);
    case FETCH_KIND:
      return onFetched(state, pending, body as FetchResponse, context);
    default:
      assert(pending.kind === LEAVE_KIND, `a consumer sent no request "${pending.kind}"`);
  }
}

function onLoss(state: ConsumerState, pending: PendingRequest, context: NodeContext): void {
  if (state.membership.phase === 'left') return;
  switch (pending.kind) {
    case METADATA_KIND:
      return onMetadataFailure(state.metadata, state.settings, context);
    case COMMIT_KIND:
      state.commitInFlight = -1;
      return afterCommit(state, ErrorCode.COORDINATOR_NOT_AVAILABLE, context);
    case OFFSET_FETCH_KIND:
      return onGroupError(state, onOffsetsFetched(state, undefined, context), context);
    case LIST_OFFSETS_KIND:
      return onOffsetsListed(state, pending, undefined, context);
    case VALIDATE_KIND:
      return onPositionValidated(state, pending, undefined, context);
    case FETCH_KIND:
      return onFetchFailed(state, pending, context);
    default:
      return onMembershipFailure(state, pending, context);
  }
}

/** A consumer that is being stopped leaves whatever became of its last commit. */
function afterCommit(state: ConsumerState, errorCode: number, context: NodeContext): void {
  if (errorCode === ErrorCode.NONE) state.membership.commitBeforeJoin = false;
  if (state.membership.phase === 'leaving') leaveForGood(state, context);
  else onGroupError(state, errorCode, context);
}

function onGroupError(state: ConsumerState, errorCode: number, context: NodeContext): void {
  if (errorCode !== ErrorCode.NONE) onMembershipError(state, errorCode, context);
}
