/** DescribeClientQuotas (48): there are none, for this engine keeps no quotas; setting one is not offered (KIP-546). */
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { DescribeClientQuotasRequest, DescribeClientQuotasResponse } from '#engine/protocol/messages/48-describe-client-quotas.ts';

const entityTypes = ['user', 'client-id', 'ip'];

export const describeClientQuotas: ApiHandler = {
  apiKey: ApiKey.DescribeClientQuotas,
  handle(_state, request, context) {
    const { components } = request.body as DescribeClientQuotasRequest;
    const stranger = components.find(({ entityType }) => !entityTypes.includes(entityType));
    const response: DescribeClientQuotasResponse =
      stranger === undefined
        ? { throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: '', entries: [] }
        : { throttleTimeMs: 0, errorCode: ErrorCode.UNSUPPORTED_VERSION, errorMessage: `Unsupported entity type ${stranger.entityType}`, entries: null };
    context.respond(request, response);
  },
};
