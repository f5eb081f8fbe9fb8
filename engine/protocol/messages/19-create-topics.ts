/**
 * CreateTopics (19): new topics, by count and replication factor or by explicit assignment.
 *
 * 2: throttle time. 3: throttling as in KIP-219. 4: -1 for the broker's default of partitions and replicas (KIP-464). 5: flexible; the
 * answer describes what was created (KIP-525). 6: THROTTLING_QUOTA_EXCEEDED (KIP-599). 7: topic ids (KIP-516).
 */
import { array, bool, int16, int32, int8, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const CreateTopicsRequest = message('CreateTopicsRequest', { apiKey: 19, versions: '2-7', flexible: '5+' }, {
  topics: array({
    name: string(),
    /** -1 with an explicit assignment, or for the default of the broker. */
    numPartitions: int32(),
    replicationFactor: int16(),
    assignments: array({ partitionIndex: int32(), brokerIds: array(int32()) }),
    configs: array({ name: string(), value: string({ nullable: '0+' }) }),
  }),
  timeoutMs: int32({ default: 60_000 }),
  validateOnly: bool(),
});
export type CreateTopicsRequest = MessageOf<typeof CreateTopicsRequest>;

export const CreateTopicsResponse = message('CreateTopicsResponse', { apiKey: 19, versions: '2-7', flexible: '5+' }, {
  throttleTimeMs: int32(),
  topics: array({
    name: string(),
    topicId: uuid({ versions: '7+' }),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    topicConfigErrorCode: int16({ tagged: '5+', tag: 0 }),
    numPartitions: int32({ versions: '5+', default: -1 }),
    replicationFactor: int16({ versions: '5+', default: -1 }),
    configs: array({
      name: string(),
      value: string({ nullable: '5+' }),
      readOnly: bool(),
      configSource: int8({ default: -1 }),
      isSensitive: bool(),
    }, { versions: '5+', nullable: '5+' }),
  }),
});
export type CreateTopicsResponse = MessageOf<typeof CreateTopicsResponse>;
