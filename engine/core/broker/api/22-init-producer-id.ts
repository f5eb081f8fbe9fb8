/**
 * InitProducerId (22) for idempotent producers (Kafka: TransactionCoordinator.handleInitProducerId without a transactional
 * id, ProducerIdManager): ids come from a block that the controller gave this broker, and each is given once. Whoever comes
 * while the next block is on its way waits for it, where Kafka has it come again.
 * Left out: transactional producers; what they ask for is checked, then they are told that this is not their coordinator.
 */
import { coordinatorRefusal } from '#engine/core/broker/api/transaction-coordinator.ts';
import { requestController } from '#engine/core/broker/controller-channel.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { RequestMessage } from '#engine/core/node.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { InitProducerIdRequest, InitProducerIdResponse } from '#engine/protocol/messages/22-init-producer-id.ts';
import type { AllocateProducerIdsRequest, AllocateProducerIdsResponse } from '#engine/protocol/messages/67-allocate-producer-ids.ts';

export const allocateProducerIdsKind = 'allocateProducerIds';
const waitingMax = 10_000;

export const initProducerId: ApiHandler = {
  apiKey: ApiKey.InitProducerId,
  handle(state, request, context) {
    const body = request.body as InitProducerIdRequest;
    const { producerIds } = state;
    const refusal = check(body, state.settings['transaction.max.timeout.ms']);
    if (refusal !== ErrorCode.NONE) context.respond(request, answerOf(refusal, -1n, -1));
    else if (producerIds.next < producerIds.end) context.respond(request, answerOf(ErrorCode.NONE, producerIds.next++, 0));
    else if (producerIds.waiting.length >= waitingMax) context.respond(request, answerOf(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, -1n, -1));
    else wait(state, request, context);
  },
};

function check({ transactionalId, transactionTimeoutMs, producerId, producerEpoch }: InitProducerIdRequest, timeoutMaxMs: number): number {
  const namesBoth = (producerId === -1n) === (producerEpoch === -1);
  if (!namesBoth || transactionalId === '') return ErrorCode.INVALID_REQUEST;
  if (transactionalId === null) return ErrorCode.NONE;
  const isTimeout = transactionTimeoutMs > 0 && transactionTimeoutMs <= timeoutMaxMs;
  return isTimeout ? coordinatorRefusal(transactionalId) : ErrorCode.INVALID_TRANSACTION_TIMEOUT;
}

function wait(state: BrokerState, request: RequestMessage, context: BrokerContext): void {
  const { producerIds } = state;
  producerIds.waiting.push(request);
  if (producerIds.inFlight !== -1) return;
  const body: AllocateProducerIdsRequest = { brokerId: state.brokerId, brokerEpoch: state.lifecycle.brokerEpoch };
  const timeoutMs = state.settings['request.timeout.ms'];
  producerIds.inFlight = requestController(state, { apiKey: ApiKey.AllocateProducerIds, body, kind: allocateProducerIdsKind, key: '', timeoutMs }, context);
  if (producerIds.inFlight === -1) refuseWaiting(state, context);
}

export function onProducerIdsAnswer(state: BrokerState, correlationId: number, answer: AllocateProducerIdsResponse | undefined, context: BrokerContext): void {
  const { producerIds } = state;
  if (producerIds.inFlight !== correlationId) return;
  producerIds.inFlight = -1;
  if (answer === undefined || answer.errorCode !== ErrorCode.NONE) {
    refuseWaiting(state, context);
    return;
  }
  producerIds.next = answer.producerIdStart;
  producerIds.end = answer.producerIdStart + BigInt(answer.producerIdLen);
  const waiting = producerIds.waiting;
  producerIds.waiting = [];
  for (const request of waiting) initProducerId.handle(state, request, context);
}

/** The client is to come again, as when Kafka's block is used up and the next one is not there yet. */
function refuseWaiting(state: BrokerState, context: BrokerContext): void {
  const waiting = state.producerIds.waiting;
  state.producerIds.waiting = [];
  for (const request of waiting) context.respond(request, answerOf(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, -1n, -1));
}

function answerOf(errorCode: number, producerId: bigint, producerEpoch: number): InitProducerIdResponse {
  return { throttleTimeMs: 0, errorCode, producerId, producerEpoch, ongoingTxnProducerId: -1n, ongoingTxnProducerEpoch: -1 };
}
