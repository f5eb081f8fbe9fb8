/**
 * WriteTxnMarkers (27): a transaction coordinator has commit or abort markers written to partitions; between brokers only.
 *
 * 1: flexible. 2: which version of the transaction protocol the markers belong to (KIP-1228).
 */
import { array, bool, int16, int32, int64, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const WriteTxnMarkersRequest = message('WriteTxnMarkersRequest', { apiKey: 27, versions: '1-2', flexible: '1+' }, {
  markers: array({
    producerId: int64(),
    producerEpoch: int16(),
    transactionResult: bool(),
    topics: array({ name: string(), partitionIndexes: array(int32()) }),
    coordinatorEpoch: int32(),
    transactionVersion: int8({ versions: '2+' }),
  }),
});
export type WriteTxnMarkersRequest = MessageOf<typeof WriteTxnMarkersRequest>;

export const WriteTxnMarkersResponse = message('WriteTxnMarkersResponse', { apiKey: 27, versions: '1-2', flexible: '1+' }, {
  markers: array({
    producerId: int64(),
    topics: array({
      name: string(),
      partitions: array({ partitionIndex: int32(), errorCode: int16() }),
    }),
  }),
});
export type WriteTxnMarkersResponse = MessageOf<typeof WriteTxnMarkersResponse>;
