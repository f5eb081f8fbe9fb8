/**
 * BrokerHeartbeat (63).
 */
import { array, bool, int16, int32, int64, message, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const BrokerHeartbeatRequest = message('BrokerHeartbeatRequest', { apiKey: 63, versions: '0-2', flexible: '0+' }, {
  brokerId: int32(),
  brokerEpoch: int64({ default: -1n }),
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
