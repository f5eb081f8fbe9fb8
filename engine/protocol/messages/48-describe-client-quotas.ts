/**
 * DescribeClientQuotas (48): quotas of users, client ids and addresses that a filter matches (KIP-546).
 *
 * 1: flexible.
 */
import { array, bool, float64, int16, int32, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const DescribeClientQuotasRequest = message('DescribeClientQuotasRequest', { apiKey: 48, versions: '0-1', flexible: '1+' }, {
  components: array({ entityType: string(), matchType: int8(), match: string({ nullable: '0+' }) }),
  strict: bool(),
});
export type DescribeClientQuotasRequest = MessageOf<typeof DescribeClientQuotasRequest>;

export const DescribeClientQuotasResponse = message('DescribeClientQuotasResponse', { apiKey: 48, versions: '0-1', flexible: '1+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+' }),
  entries: array({
    entity: array({ entityType: string(), entityName: string({ nullable: '0+' }) }),
    values: array({ key: string(), value: float64() }),
  }, { nullable: '0+' }),
});
export type DescribeClientQuotasResponse = MessageOf<typeof DescribeClientQuotasResponse>;
