/**
 * DeleteTopics (20): topics go, by name or by id.
 *
 * 1: throttle time. 2: throttling as in KIP-219. 3: TOPIC_DELETION_DISABLED. 4: flexible. 5: error text, THROTTLING_QUOTA_EXCEEDED (KIP-599).
 * 6: by topic id (KIP-516).
 */
import { array, int16, int32, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const DeleteTopicsRequest = message('DeleteTopicsRequest', { apiKey: 20, versions: '1-6', flexible: '4+' }, {
  topics: array({ name: string({ nullable: '6+', default: null }), topicId: uuid() }, { versions: '6+' }),
  topicNames: array(string(), { versions: '0-5' }),
  timeoutMs: int32(),
});
export type DeleteTopicsRequest = MessageOf<typeof DeleteTopicsRequest>;

export const DeleteTopicsResponse = message('DeleteTopicsResponse', { apiKey: 20, versions: '1-6', flexible: '4+' }, {
  throttleTimeMs: int32(),
  responses: array({
    name: string({ nullable: '6+' }),
    topicId: uuid({ versions: '6+' }),
    errorCode: int16(),
    errorMessage: string({ versions: '5+', nullable: '5+', default: null }),
  }),
});
export type DeleteTopicsResponse = MessageOf<typeof DeleteTopicsResponse>;
