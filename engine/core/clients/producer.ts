/**
 * The built-in producer: an application that makes records at a steady rate, and Kafka's producer client under it. Kafka:
 * KafkaProducer with the parts named in accumulator.ts, sender.ts, produce-response.ts, idempotence.ts and partitioner.ts.
 *
 * Invariants: every record that was made ends as acknowledged or failed, once; stopping makes nothing more and sends what is
 * buffered. While the buffer is full, or the topic is unknown, the application waits as it would in send(); records that fall
 * due meanwhile are not made up for. Timer "generate": the next record.
 * Left out: max.block.ms (the application waits as long as it takes), interceptors, transactions.
 */
import type { NodeBehaviour, NodeContext } from '#engine/core/node.ts';
import { assert } from '#engine/ports/assert.ts';
import { appendRecord, hasBufferSpace, recordSizeBytes } from '#engine/core/clients/accumulator.ts';
import { INIT_KIND, onProducerId } from '#engine/core/clients/idempotence.ts';
import { createMetadata, METADATA_KIND, onMetadataFailure, onMetadataResponse, onMetadataTimer, requestMetadataUpdate } from '#engine/core/clients/metadata.ts';
import { countSticky, partitionFor } from '#engine/core/clients/partitioner.ts';
import { onProduceFailure, onProduceResponse } from '#engine/core/clients/produce-response.ts';
import { generateRecord } from '#engine/core/clients/record-generator.ts';
import { isTooLarge, PRODUCE_KIND, runSender } from '#engine/core/clients/sender.ts';
import type { ProducerConfig, ProducerState, TopicMetadata } from '#engine/core/clients/state.ts';
import { resolveProducerSettings } from '#engine/core/settings/resolve-settings.ts';
import type { ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import type { MetadataResponse } from '#engine/protocol/messages/03-metadata.ts';
import type { InitProducerIdResponse } from '#engine/protocol/messages/22-init-producer-id.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';

const GENERATE_TIMER = 'generate';
/** Faster producers make several records at once, so that their number of events stays bounded. */
const GENERATE_INTERVAL_MS_MIN = 5;

export const producerBehaviour: NodeBehaviour<ProducerState, ProducerConfig> = {
  kind: 'producer',
  start(config, context) {
    const state = createProducer(config, context);
    requestMetadataUpdate(state.metadata, state.settings, context);
    armGenerator(state, context);
    return state;
  },
  onRequest(_state, request) {
    assert(false, `a producer serves nothing, and got a request of API ${request.apiKey}`);
  },
  onResponse(state, pending, body, context) {
    switch (pending.kind) {
      case METADATA_KIND:
        onMetadataResponse(state.metadata, body as MetadataResponse, state.settings, context);
        break;
      case INIT_KIND:
        onProducerId(state, body as InitProducerIdResponse, context);
        break;
      case PRODUCE_KIND:
        onProduceResponse(state, pending, body as ProduceResponse, context);
        break;
      default:
        assert(false, `a producer sent no request "${pending.kind}"`);
    }
    runSender(state, context);
  },
  onFailure(state, pending, _failure, context) {
    if (pending.kind === METADATA_KIND) onMetadataFailure(state.metadata, state.settings, context);
    else {
      if (pending.kind === INIT_KIND) onProducerId(state, undefined, context);
      else onProduceFailure(state, pending, context);
      requestMetadataUpdate(state.metadata, state.settings, context);
    }
    runSender(state, context);
  },
  onPeerGone() {},
  onTimer(state, kind, _key, context) {
    if (kind === METADATA_KIND) onMetadataTimer(state.metadata, state.settings, context);
    if (kind === GENERATE_TIMER) generate(state, context);
    runSender(state, context);
  },
  onCommand(state, command, context) {
    assert(command.kind === 'producer.stop', `a producer does not know the command "${command.kind}"`);
    state.status = 'stopped';
    context.disarm(GENERATE_TIMER, '');
    runSender(state, context);
  },
};

function createProducer(config: ProducerConfig, context: NodeContext): ProducerState {
  return {
    kind: 'producer',
    config,
    settings: resolveProducerSettings(config.settings, config.preset),
    status: 'running',
    metadata: createMetadata(config.bootstrap, [config.topic]),
    producerId: -1n,
    producerEpoch: -1,
    initInFlight: -1,
    partitionsToRestart: new Set(),
    partitions: new Map(),
    busy: new Set(),
    inFlightByBroker: new Map(),
    requests: new Map(),
    sticky: null,
    initRetryAtMs: 0,
    initAttempts: 0,
    nextRecord: 0,
    owedRecords: 0,
    lastGeneratedUs: context.nowUs,
    bufferedBytes: 0,
    counters: { sent: 0, acknowledged: 0, failed: 0, retries: 0, inFlight: 0, buffered: 0 },
  };
}

function armGenerator(state: ProducerState, context: NodeContext): void {
  const { recordsPerSecond } = state.config;
  if (state.status === 'stopped' || recordsPerSecond <= 0) return;
  context.arm(GENERATE_TIMER, '', Math.max(1000 / recordsPerSecond, GENERATE_INTERVAL_MS_MIN));
}

function generate(state: ProducerState, context: NodeContext): void {
  const { config } = state;
  state.owedRecords += ((context.nowUs - state.lastGeneratedUs) * config.recordsPerSecond) / 1_000_000;
  state.lastGeneratedUs = context.nowUs;
  const topic = state.metadata.topics.get(config.topic);
  const isKnown = topic !== undefined && topic.errorCode === ErrorCode.NONE && topic.partitions.length > 0;
  if (isKnown) makeOwedRecords(state, topic, context);
  // An application that was kept waiting goes on at its rate; it does not catch up.
  state.owedRecords = Math.min(Math.max(state.owedRecords, 0), 1);
  armGenerator(state, context);
}

/** The tolerance takes up what the fractions of the rate lost in rounding. */
function makeOwedRecords(state: ProducerState, topic: TopicMetadata, context: NodeContext): void {
  while (state.owedRecords >= 1 - 1e-6 && state.status === 'running' && makeRecord(state, topic, context)) state.owedRecords -= 1;
}

/** False when the buffer has no room. */
function makeRecord(state: ProducerState, topic: TopicMetadata, context: NodeContext): boolean {
  const { config } = state;
  const record = generateRecord(config, state.nextRecord, BigInt(context.nowMs), context.random);
  const sizeBytes = recordSizeBytes(record);
  if (!hasBufferSpace(state, sizeBytes)) return false;
  state.nextRecord += 1;
  if (config.recordsMax !== undefined && state.nextRecord >= config.recordsMax) state.status = 'stopped';
  if (isTooLarge(state, record)) {
    state.counters.failed += 1;
    return true;
  }
  const partition = partitionFor(state, topic, record.key, context.random);
  const isFull = appendRecord(state, partition, record, context.nowMs);
  if (record.key === null) countSticky(state, topic, sizeBytes, isFull, context.random);
  return true;
}
