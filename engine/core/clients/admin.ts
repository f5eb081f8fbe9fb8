/**
 * The admin client: carries out what a command asks of the cluster's metadata, and tries again while the cluster boots or
 * changes its controller. Kafka: KafkaAdminClient (createTopics, deleteTopics, createPartitions, incrementalAlterConfigs,
 * electLeaders).
 *
 * Invariants: operations run one after the other, in the order of the commands; each ends in exactly one outcome; an attempt
 * whose answer was lost may have succeeded, so "exists already" after a retry counts as done, and so does "unknown" for a
 * deletion. Timer "operation": the next attempt. Bounded: the last outcomes are kept.
 */
import type { NodeBehaviour, NodeCommand, NodeContext, PendingRequest } from '#engine/core/node.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import { assert } from '#engine/ports/assert.ts';
import { adminRequestOf, outcomeOf, type AdminAnswer } from '#engine/core/clients/admin-requests.ts';
import { retryBackoffMs } from '#engine/core/clients/backoff.ts';
import { anyBroker, createMetadata, METADATA_KIND, onMetadataFailure, onMetadataResponse, onMetadataTimer, requestMetadataUpdate } from '#engine/core/clients/metadata.ts';
import type { AdminCommand, AdminConfig, AdminOperation, AdminState } from '#engine/core/clients/state.ts';
import { errorName, ErrorCode, isRetriable } from '#engine/protocol/errors.ts';
import type { MetadataResponse } from '#engine/protocol/messages/03-metadata.ts';

const OUTCOMES_MAX = 200;
const OPERATION_KIND = 'operation';
/** Kafka's admin client: default.api.timeout.ms, request.timeout.ms, retry.backoff.ms. */
const settings = {
  'default.api.timeout.ms': 60_000,
  'request.timeout.ms': 30_000,
  'retry.backoff.ms': 100,
  'retry.backoff.max.ms': 1000,
  'metadata.max.age.ms': 300_000,
};

export const adminBehaviour: NodeBehaviour<AdminState, AdminConfig> = {
  kind: 'admin',
  start(config, context) {
    const state: AdminState = {
      kind: 'admin',
      config,
      metadata: createMetadata(config.bootstrap, []),
      operations: [],
      outcomes: [],
      nextOperation: 1,
    };
    requestMetadataUpdate(state.metadata, settings, context);
    return state;
  },
  onRequest(_state, request) {
    assert(false, `an admin client serves nothing, and got a request of API ${request.apiKey}`);
  },
  onResponse(state, pending, body, context) {
    if (pending.kind === METADATA_KIND) onMetadataResponse(state.metadata, body as MetadataResponse, settings, context);
    else onAnswer(state, pending, body, context);
  },
  onFailure(state, pending, failure, context) {
    if (pending.kind === METADATA_KIND) onMetadataFailure(state.metadata, settings, context);
    else {
      const operation = state.operations[0];
      if (operation?.inFlight === pending.correlationId) retryOrFail(state, operation, ErrorCode.REQUEST_TIMED_OUT, `no answer from ${pending.to}: ${failure}`, context);
    }
  },
  onPeerGone() {},
  onTimer(state, kind, _key, context) {
    if (kind === METADATA_KIND) onMetadataTimer(state.metadata, settings, context);
    else runOperation(state, context);
  },
  onCommand(state, command, context) {
    state.operations.push(operationOf(state, command, context));
    if (state.operations.length === 1) runOperation(state, context);
  },
};

const commandKinds: ReadonlySet<string> = new Set(['topic.create', 'topic.delete', 'topic.alter', 'leaders.elect'] satisfies AdminCommand['kind'][]);

function operationOf(state: AdminState, command: NodeCommand, context: NodeContext): AdminOperation {
  assert(commandKinds.has(command.kind), `an admin client does not know the command "${command.kind}"`);
  const id = state.nextOperation;
  state.nextOperation += 1;
  // The contract has checked the command's fields.
  return { id, command: command as unknown as AdminCommand, startedMs: context.nowMs, attempts: 0, inFlight: -1, step: 0 };
}

function runOperation(state: AdminState, context: NodeContext): void {
  const operation = state.operations[0];
  if (operation === undefined || operation.inFlight !== -1) return;
  const request = adminRequestOf(operation.command, operation.step);
  if (request === undefined) {
    finish(state, operation, ErrorCode.NONE, '', context);
    return;
  }
  const broker = anyBroker(state.metadata, context);
  operation.inFlight = context.request({
    to: brokerNodeId(broker),
    listener: 'PLAINTEXT',
    ...request,
    kind: OPERATION_KIND,
    key: String(operation.id),
    timeoutMs: settings['request.timeout.ms'],
  });
}

function onAnswer(state: AdminState, pending: PendingRequest, body: unknown, context: NodeContext): void {
  const operation = state.operations[0];
  if (operation?.inFlight !== pending.correlationId) return;
  const answer = outcomeOf(pending.apiKey, body);
  if (isRetriableHere(answer)) {
    retryOrFail(state, operation, answer.errorCode, answer.message, context);
  } else if (answer.errorCode === ErrorCode.NONE || isDoneAlready(operation, answer)) {
    operation.inFlight = -1;
    operation.step += 1;
    runOperation(state, context);
  } else finish(state, operation, answer.errorCode, answer.message, context);
}

/** Whether Kafka's admin client tries again: a topic that is not there is not waited for. */
function isRetriableHere({ errorCode }: AdminAnswer): boolean {
  if (errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION || errorCode === ErrorCode.ELECTION_NOT_NEEDED) return false;
  return isRetriable(errorCode);
}

function isDoneAlready({ command, attempts }: AdminOperation, { errorCode }: AdminAnswer): boolean {
  if (command.kind === 'leaders.elect') return errorCode === ErrorCode.ELECTION_NOT_NEEDED;
  if (attempts === 0) return false;
  if (command.kind === 'topic.create') return errorCode === ErrorCode.TOPIC_ALREADY_EXISTS;
  return command.kind === 'topic.delete' && errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
}

function retryOrFail(state: AdminState, operation: AdminOperation, errorCode: number, message: string, context: NodeContext): void {
  operation.inFlight = -1;
  operation.attempts += 1;
  if (context.nowMs - operation.startedMs >= settings['default.api.timeout.ms']) finish(state, operation, errorCode, message, context);
  else context.arm(OPERATION_KIND, '', retryBackoffMs(settings, operation.attempts, context.random));
}

function finish(state: AdminState, operation: AdminOperation, errorCode: number, message: string, context: NodeContext): void {
  const { command, id } = operation;
  const topic = command.kind === 'topic.create' ? command.topic.name : command.topic;
  const error = errorName(errorCode);
  state.operations.shift();
  state.outcomes.push({ id, kind: command.kind, topic, errorCode, error, message, atUs: context.nowUs });
  if (state.outcomes.length > OUTCOMES_MAX) state.outcomes.shift();
  context.publish('admin.answered', { client: state.config.id, operation: id, command: command.kind, topic, error, message });
  runOperation(state, context);
}
