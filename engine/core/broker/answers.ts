/** Answers to the broker's own requests, by what sent them. An answer that did not come is `undefined`. */
import { alterPartitionKind, onAlterPartitionAnswer } from '#engine/core/broker/alter-partition.ts';
import { allocateProducerIdsKind, onProducerIdsAnswer } from '#engine/core/broker/api/22-init-producer-id.ts';
import { createTopicsKind, onTopicCreationAnswer } from '#engine/core/broker/auto-topic-creation.ts';
import { forwardKind, onForwardAnswer } from '#engine/core/broker/forwarding.ts';
import { heartbeatKind, onHeartbeatAnswer, onRegistrationAnswer, registrationKind } from '#engine/core/broker/lifecycle.ts';
import { replicaEpochEndKind } from '#engine/core/replication/truncation-era.ts';
import type { OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse } from '#engine/protocol/messages/23-offset-for-leader-epoch.ts';
import { onEpochEndAnswer, onFetchAnswer, onOffsetAnswer, replicaListOffsetsKind } from '#engine/core/replication/fetch-answer.ts';
import { onFetchFailed, replicaFetchKind } from '#engine/core/replication/fetcher.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { PendingRequest } from '#engine/core/node.ts';
import { assert } from '#engine/ports/assert.ts';
import type { FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import type { ListOffsetsRequest, ListOffsetsResponse } from '#engine/protocol/messages/02-list-offsets.ts';
import type { AlterPartitionResponse } from '#engine/protocol/messages/56-alter-partition.ts';
import type { BrokerRegistrationResponse } from '#engine/protocol/messages/62-broker-registration.ts';
import type { BrokerHeartbeatResponse } from '#engine/protocol/messages/63-broker-heartbeat.ts';
import type { AllocateProducerIdsResponse } from '#engine/protocol/messages/67-allocate-producer-ids.ts';

type AnswerHandler = (state: BrokerState, pending: PendingRequest, body: unknown, context: BrokerContext) => void;

const answerHandlers: ReadonlyMap<string, AnswerHandler> = new Map<string, AnswerHandler>([
  [replicaFetchKind, onReplicaFetch],
  [replicaEpochEndKind, (state, pending, body, context) => onEpochEndAnswer(state, pending.body as OffsetForLeaderEpochRequest, body as OffsetForLeaderEpochResponse | undefined, context)],
  [replicaListOffsetsKind, (state, pending, body, context) => onOffsetAnswer(state, pending.body as ListOffsetsRequest, body as ListOffsetsResponse | undefined, context)],
  [alterPartitionKind, (state, pending, body, context) => onAlterPartitionAnswer(state, pending.correlationId, body as AlterPartitionResponse | undefined, context)],
  [registrationKind, (state, pending, body, context) => onRegistrationAnswer(state, pending.correlationId, body as BrokerRegistrationResponse | undefined, context)],
  [heartbeatKind, (state, pending, body, context) => onHeartbeatAnswer(state, pending.correlationId, body as BrokerHeartbeatResponse | undefined, context)],
  [allocateProducerIdsKind, (state, pending, body, context) => onProducerIdsAnswer(state, pending.correlationId, body as AllocateProducerIdsResponse | undefined, context)],
  [createTopicsKind, (state, pending) => onTopicCreationAnswer(state, pending.key)],
  [forwardKind, (state, pending, body, context) => onForwardAnswer(state, pending.key, pending.correlationId, body, context)],
]);

export function onBrokerAnswer(state: BrokerState, pending: PendingRequest, body: unknown, context: BrokerContext): void {
  const handler = answerHandlers.get(pending.kind);
  assert(handler !== undefined, `a broker sends no request of kind "${pending.kind}"`);
  handler(state, pending, body, context);
}

function onReplicaFetch(state: BrokerState, pending: PendingRequest, body: unknown, context: BrokerContext): void {
  const leaderId = Number(pending.key);
  if (body === undefined) onFetchFailed(state, leaderId, pending.correlationId, context);
  else onFetchAnswer(state, leaderId, pending.correlationId, body as FetchResponse, context);
}
