/**
 * AlterClientQuotas (49): quotas are set or removed (KIP-546).
 *
 * 1: flexible.
 */
import { array, bool, float64, int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const AlterClientQuotasRequest = message('AlterClientQuotasRequest', { apiKey: 49, versions: '0-1', flexible: '1+' }, {
  entries: array({
    entity: array({ entityType: string(), entityName: string({ nullable: '0+' }) }),
    ops: array({ key: string(), value: float64(), remove: bool() }),
  }),
  validateOnly: bool(),
});
export type AlterClientQuotasRequest = MessageOf<typeof AlterClientQuotasRequest>;

export const AlterClientQuotasResponse = message('AlterClientQuotasResponse', { apiKey: 49, versions: '0-1', flexible: '1+' }, {
  throttleTimeMs: int32(),
  entries: array({
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    entity: array({ entityType: string(), entityName: string({ nullable: '0+' }) }),
  }),
});
export type AlterClientQuotasResponse = MessageOf<typeof AlterClientQuotasResponse>;
