/**
 * BrokerHeartbeat (63): a broker keeps its session, asks to be fenced, unfenced or shut down, and learns which it is (KIP-631).
 *
 * 1: failed log directories (KIP-858). 2: cordoned ones (KIP-1066).
 */
import { array, bool, int16, int32, int64, message, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const BrokerHeartbeatRequest = message('BrokerHeartbeatRequest', { apiKey: 63, versions: '0-2', flexible: '0+' }, {
  brokerId: int32(),
  brokerEpoch: int64({ default: -1n }),
  /** The highest offset of the metadata log that the broker has applied. */
  currentMetadataOffset: int64(),
  wantFence: bool(),
  wantShutDown: bool(),
  offlineLogDirs: array(uuid(), { tagged: '1+', tag: 0 }),
  cordonedLogDirs: array(uuid(), { nullable: '2+', tagged: '2+', tag: 1, default: null }),
});
export type BrokerHeartbeatRequest = MessageOf<typeof BrokerHeartbeatRequest>;

export const BrokerHeartbeatResponse = message('BrokerHeartbeatResponse', { apiKey: 63, versions: '0-2', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  isCaughtUp: bool(),
  isFenced: bool({ default: true }),
  shouldShutDown: bool(),
});
export type BrokerHeartbeatResponse = MessageOf<typeof BrokerHeartbeatResponse>;
