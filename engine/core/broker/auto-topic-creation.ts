/**
 * Topics that come into being because somebody asks for them (Kafka: DefaultAutoTopicCreationManager): the broker asks the
 * controller, answers the client that the topic is unknown, and the client comes again.
 *
 * Invariant: one request for a topic under way; what became of it shows in the metadata.
 */
import { isInternalTopic } from '#engine/core/broker/metadata-cache.ts';
import { requestController } from '#engine/core/broker/controller-channel.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { create } from '#engine/protocol/message.ts';
import { CreateTopicsRequest } from '#engine/protocol/messages/19-create-topics.ts';

export const createTopicsKind = 'autoCreateTopics';
/** No name of a topic has one. */
const nameSeparator = ',';

/** The offsets topic is made as its own settings say, all others by num.partitions and default.replication.factor. */
export function createTopicsAutomatically(state: BrokerState, wanted: readonly string[], context: BrokerContext): void {
  const topics = wanted.filter((topic) => !state.topicsBeingCreated.has(topic));
  if (topics.length === 0) return;
  const body = create(CreateTopicsRequest, { topics: topics.map((topic) => creatableTopic(state, topic)), timeoutMs: state.settings['request.timeout.ms'] });
  const request = { apiKey: ApiKey.CreateTopics, body, kind: createTopicsKind, key: topics.join(nameSeparator), timeoutMs: state.settings['request.timeout.ms'] };
  const correlationId = requestController(state, request, context);
  if (correlationId !== -1) for (const topic of topics) state.topicsBeingCreated.set(topic, correlationId);
}

function creatableTopic(state: BrokerState, topic: string) {
  const { settings } = state;
  if (!isInternalTopic(topic)) return { name: topic, numPartitions: -1, replicationFactor: -1 };
  return {
    name: topic,
    numPartitions: settings['offsets.topic.num.partitions'],
    replicationFactor: settings['offsets.topic.replication.factor'],
    configs: [
      { name: 'cleanup.policy', value: 'compact' },
      { name: 'compression.type', value: 'producer' },
      { name: 'segment.bytes', value: String(settings['offsets.topic.segment.bytes']) },
    ],
  };
}

/** Answered or failed: whoever asks next may ask the controller again. */
export function onTopicCreationAnswer(state: BrokerState, topics: string): void {
  for (const topic of topics.split(nameSeparator)) state.topicsBeingCreated.delete(topic);
}

/** Kafka's rule for names: letters, digits, dot, underscore and dash, at most 249, not "." or "..". */
export function isValidTopicName(topic: string): boolean {
  return /^[a-zA-Z0-9._-]{1,249}$/.test(topic) && topic !== '.' && topic !== '..';
}
