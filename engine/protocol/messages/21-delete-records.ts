/**
 * DeleteRecords (21): everything below an offset goes; -1 stands for the high watermark (KIP-107).
 *
 * 1: throttling as in KIP-219. 2: flexible.
 */
import { array, int16, int32, int64, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const DeleteRecordsRequest = message('DeleteRecordsRequest', { apiKey: 21, versions: '0-2', flexible: '2+' }, {
  topics: array({
    name: string(),
    partitions: array({ partitionIndex: int32(), offset: int64() }),
  }),
  timeoutMs: int32(),
});
export type DeleteRecordsRequest = MessageOf<typeof DeleteRecordsRequest>;

export const DeleteRecordsResponse = message('DeleteRecordsResponse', { apiKey: 21, versions: '0-2', flexible: '2+' }, {
  throttleTimeMs: int32(),
  topics: array({
    name: string(),
    partitions: array({ partitionIndex: int32(), lowWatermark: int64(), errorCode: int16() }),
  }),
});
export type DeleteRecordsResponse = MessageOf<typeof DeleteRecordsResponse>;
