/**
 * The consumer embedded protocol.
 */
import { array, bytes, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const ConsumerProtocolSubscription = message('ConsumerProtocolSubscription', { versions: '0-3' }, {
  topics: array(string()),
  userData: bytes({ nullable: '0+', default: null }),
  ownedPartitions: array({ topic: string(), partitions: array(int32()) }, { versions: '1+' }),
  generationId: int32({ versions: '2+', default: -1 }),
  rackId: string({ versions: '3+', nullable: '3+', default: null }),
});
export type ConsumerProtocolSubscription = MessageOf<typeof ConsumerProtocolSubscription>;

export const ConsumerProtocolAssignment = message('ConsumerProtocolAssignment', { versions: '0-3' }, {
  assignedPartitions: array({ topic: string(), partitions: array(int32()) }),
  userData: bytes({ nullable: '0+', default: null }),
});
export type ConsumerProtocolAssignment = MessageOf<typeof ConsumerProtocolAssignment>;

