/**
 * Feature levels that this engine's brokers support (Kafka: BrokerFeatures, QuorumFeatures, Feature). What is finalised, the
 * metadata says. A feature whose mechanism is not built is offered at level 0 only, as by a broker that has it switched off.
 */
export interface SupportedFeature {
  name: string;
  min: number;
  max: number;
}

export const supportedFeatures: readonly SupportedFeature[] = [
  { name: 'metadata.version', min: 7, max: 30 },
  { name: 'kraft.version', min: 0, max: 0 },
  { name: 'eligible.leader.replicas.version', min: 0, max: 1 },
  { name: 'group.version', min: 0, max: 0 },
  { name: 'transaction.version', min: 0, max: 0 },
  { name: 'share.version', min: 0, max: 0 },
  { name: 'streams.version', min: 0, max: 0 },
];
