/**
 * OffsetFetch (9): the positions that groups have committed.
 *
 * 1: from Kafka and not ZooKeeper. 2: no topics (null) means all, an error of the whole answer. 3: throttle time. 4: throttling as in
 * KIP-219. 5: leader epochs (KIP-320). 6: flexible. 7: wait for open transactions, UNSTABLE_OFFSET_COMMIT (KIP-447). 8: several groups in
 * one request (KIP-709). 9: member id and epoch (KIP-848). 10: topic ids (KIP-516).
 */
import { array, bool, int16, int32, int64, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const OffsetFetchRequest = message('OffsetFetchRequest', { apiKey: 9, versions: '1-10', flexible: '6+' }, {
  groupId: string({ versions: '0-7' }),
  topics: array({ name: string(), partitionIndexes: array(int32()) }, { versions: '0-7', nullable: '2-7' }),
  groups: array({
    groupId: string(),
    memberId: string({ versions: '9+', nullable: '9+', default: null }),
    memberEpoch: int32({ versions: '9+', default: -1 }),
    topics: array({
      name: string({ versions: '8-9' }),
      topicId: uuid({ versions: '10+' }),
      partitionIndexes: array(int32()),
    }, { nullable: '8+' }),
  }, { versions: '8+' }),
  requireStable: bool({ versions: '7+' }),
});
export type OffsetFetchRequest = MessageOf<typeof OffsetFetchRequest>;

export const OffsetFetchResponse = message('OffsetFetchResponse', { apiKey: 9, versions: '1-10', flexible: '6+' }, {
  throttleTimeMs: int32({ versions: '3+' }),
  topics: array({
    name: string(),
    partitions: array({
      partitionIndex: int32(),
      committedOffset: int64(),
      committedLeaderEpoch: int32({ versions: '5-7', default: -1 }),
      metadata: string({ nullable: '0-7' }),
      errorCode: int16(),
    }),
  }, { versions: '0-7' }),
  errorCode: int16({ versions: '2-7' }),
  groups: array({
    groupId: string(),
    topics: array({
      name: string({ versions: '8-9' }),
      topicId: uuid({ versions: '10+' }),
      partitions: array({
        partitionIndex: int32(),
        committedOffset: int64(),
        committedLeaderEpoch: int32({ default: -1 }),
        metadata: string({ nullable: '8+' }),
        errorCode: int16(),
      }),
    }),
    errorCode: int16(),
  }, { versions: '8+' }),
});
export type OffsetFetchResponse = MessageOf<typeof OffsetFetchResponse>;
