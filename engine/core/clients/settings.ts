/** The settings that the built-in clients obey, by Kafka's names: a part of what the settings tables resolve. */
interface CommonClientSettings {
  'metadata.max.age.ms': number;
  'request.timeout.ms': number;
  'retry.backoff.ms': number;
  'retry.backoff.max.ms': number;
}

export interface ProducerSettings extends CommonClientSettings {
  acks: string;
  'batch.size': number;
  'linger.ms': number;
  'buffer.memory': number;
  'max.in.flight.requests.per.connection': number;
  'max.request.size': number;
  'enable.idempotence': boolean;
  'delivery.timeout.ms': number;
  retries: number;
}

export interface ConsumerSettings extends CommonClientSettings {
  'session.timeout.ms': number;
  'heartbeat.interval.ms': number;
  'max.poll.interval.ms': number;
  'max.poll.records': number;
  'enable.auto.commit': boolean;
  'auto.commit.interval.ms': number;
  'auto.offset.reset': string;
  'fetch.min.bytes': number;
  'fetch.max.bytes': number;
  'fetch.max.wait.ms': number;
  'max.partition.fetch.bytes': number;
  'isolation.level': string;
  'group.instance.id': string | null;
  'client.rack': string;
  'allow.auto.create.topics': boolean;
}
