/**
 * FindCoordinator (10): which broker coordinates a group (key type 0), a transactional id (1), or a share partition (2).
 *
 * 1: key type, error text. 2: throttling as in KIP-219. 3: flexible. 4: several keys in one request (KIP-699).
 * 5: TRANSACTION_ABORTABLE (KIP-890). 6: share groups (KIP-932).
 */
import { array, int16, int32, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const FindCoordinatorRequest = message('FindCoordinatorRequest', { apiKey: 10, versions: '0-6', flexible: '3+' }, {
  key: string({ versions: '0-3' }),
  keyType: int8({ versions: '1+' }),
  coordinatorKeys: array(string(), { versions: '4+' }),
});
export type FindCoordinatorRequest = MessageOf<typeof FindCoordinatorRequest>;

export const FindCoordinatorResponse = message('FindCoordinatorResponse', { apiKey: 10, versions: '0-6', flexible: '3+' }, {
  throttleTimeMs: int32({ versions: '1+' }),
  errorCode: int16({ versions: '0-3' }),
  errorMessage: string({ versions: '1-3', nullable: '1-3' }),
  nodeId: int32({ versions: '0-3' }),
  host: string({ versions: '0-3' }),
  port: int32({ versions: '0-3' }),
  coordinators: array({
    key: string(),
    nodeId: int32(),
    host: string(),
    port: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '4+' }),
  }, { versions: '4+' }),
});
export type FindCoordinatorResponse = MessageOf<typeof FindCoordinatorResponse>;
