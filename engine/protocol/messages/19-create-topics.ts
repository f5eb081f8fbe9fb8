/**
 * CreateTopics (19).
 */
import { array, bool, int16, int32, int8, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const CreateTopicsRequest = message('CreateTopicsRequest', { apiKey: 19, versions: '2-7', flexible: '5+' }, {
  topics: array({
    name: string(),
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
