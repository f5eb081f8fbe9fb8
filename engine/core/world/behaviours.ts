/** The node kinds of a Kafka cluster and its built-in clients. A new kind is one entry here. */
import { brokerBehaviour } from '#engine/core/broker/broker.ts';
import { adminBehaviour } from '#engine/core/clients/admin.ts';
import { consumerBehaviour } from '#engine/core/clients/consumer.ts';
import { producerBehaviour } from '#engine/core/clients/producer.ts';
import type { Behaviours } from '#engine/core/world/world-state.ts';

export const kafkaBehaviours: Behaviours = {
  broker: brokerBehaviour,
  producer: producerBehaviour,
  consumer: consumerBehaviour,
  admin: adminBehaviour,
};
