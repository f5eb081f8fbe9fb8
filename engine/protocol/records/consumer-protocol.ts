/**
 * What members and the leader of a classic group of consumers tell each other through the coordinator, to which it is opaque bytes. Each is
 * preceded by its version in 16 bits, and a reader takes a newer version as the newest that it knows. Kafka's class: `ConsumerProtocol`.
 *
 * 1: owned partitions, for cooperative rebalancing (KIP-429). 2: generation (KIP-792). 3: rack (KIP-881).
 */
import { array, bytes, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

/** What a member hands in with JoinGroup. */
export const ConsumerProtocolSubscription = message('ConsumerProtocolSubscription', { versions: '0-3' }, {
  topics: array(string()),
  userData: bytes({ nullable: '0+', default: null }),
  ownedPartitions: array({ topic: string(), partitions: array(int32()) }, { versions: '1+' }),
  generationId: int32({ versions: '2+', default: -1 }),
  rackId: string({ versions: '3+', nullable: '3+', default: null }),
});
export type ConsumerProtocolSubscription = MessageOf<typeof ConsumerProtocolSubscription>;

/** What the leader hands in for a member with SyncGroup. */
export const ConsumerProtocolAssignment = message('ConsumerProtocolAssignment', { versions: '0-3' }, {
  assignedPartitions: array({ topic: string(), partitions: array(int32()) }),
  userData: bytes({ nullable: '0+', default: null }),
});
export type ConsumerProtocolAssignment = MessageOf<typeof ConsumerProtocolAssignment>;

