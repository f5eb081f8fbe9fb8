/** DescribeClientQuotas (48): there are none, for this engine keeps no quotas; setting one is not offered (KIP-546). */
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { DescribeClientQuotasResponse } from '#engine/protocol/messages/48-describe-client-quotas.ts';

export const describeClientQuotas: ApiHandler = {
  apiKey: ApiKey.DescribeClientQuotas,
  handle(_state, request, context) {
    const response: DescribeClientQuotasResponse = { throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: null, entries: [] };
    context.respond(request, response);
  },
};
