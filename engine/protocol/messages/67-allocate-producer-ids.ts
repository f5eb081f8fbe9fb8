/**
 * AllocateProducerIds (67): a broker gets a block of producer ids from the controller (KIP-730).
 */
import { int16, int32, int64, message, type MessageOf } from '#engine/protocol/message.ts';

export const AllocateProducerIdsRequest = message('AllocateProducerIdsRequest', { apiKey: 67, versions: '0', flexible: '0+' }, {
  brokerId: int32(),
  brokerEpoch: int64({ default: -1n }),
});
export type AllocateProducerIdsRequest = MessageOf<typeof AllocateProducerIdsRequest>;

export const AllocateProducerIdsResponse = message('AllocateProducerIdsResponse', { apiKey: 67, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  producerIdStart: int64(),
  producerIdLen: int32(),
});
export type AllocateProducerIdsResponse = MessageOf<typeof AllocateProducerIdsResponse>;
