/**
 * CreatePartitions (37): a topic gets more partitions.
 *
 * 1: throttling as in KIP-219. 2: flexible. 3: THROTTLING_QUOTA_EXCEEDED (KIP-599).
 */
import { array, bool, int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const CreatePartitionsRequest = message('CreatePartitionsRequest', { apiKey: 37, versions: '0-3', flexible: '2+' }, {
  topics: array({
    name: string(),
    count: int32(),
    assignments: array({ brokerIds: array(int32()) }, { nullable: '0+' }),
  }),
  timeoutMs: int32(),
  validateOnly: bool(),
});
export type CreatePartitionsRequest = MessageOf<typeof CreatePartitionsRequest>;

export const CreatePartitionsResponse = message('CreatePartitionsResponse', { apiKey: 37, versions: '0-3', flexible: '2+' }, {
  throttleTimeMs: int32(),
  results: array({ name: string(), errorCode: int16(), errorMessage: string({ nullable: '0+', default: null }) }),
});
export type CreatePartitionsResponse = MessageOf<typeof CreatePartitionsResponse>;
