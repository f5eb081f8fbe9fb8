/**
 * DescribeClientQuotas (48): there are none, for this engine keeps no quotas and takes none (KIP-546; Kafka:
 * ClientQuotaCache.describeClientQuotas). What is asked for is checked as Kafka checks it.
 */
import { mixesAddresses, quotaEntityTypes } from '#engine/core/broker/api/client-quota-entity.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { DescribeClientQuotasRequest, DescribeClientQuotasResponse } from '#engine/protocol/messages/48-describe-client-quotas.ts';

type Component = DescribeClientQuotasRequest['components'][number];

/** DescribeClientQuotasRequest.MATCH_TYPE_*. */
const matchTypes = ['EXACT', 'DEFAULT', 'SPECIFIED'];

export const describeClientQuotas: ApiHandler = {
  apiKey: ApiKey.DescribeClientQuotas,
  handle(_state, request, context) {
    const { components } = request.body as DescribeClientQuotasRequest;
    const refusal = refusalOf(components);
    const response: DescribeClientQuotasResponse = {
      throttleTimeMs: 0,
      errorCode: refusal?.errorCode ?? ErrorCode.NONE,
      errorMessage: refusal?.errorMessage ?? '',
      entries: refusal === undefined ? [] : null,
    };
    context.respond(request, response);
  },
};

function refusalOf(components: readonly Component[]): { errorCode: number; errorMessage: string } | undefined {
  const seen = new Set<string>();
  for (const component of components) {
    const isUnknown = component.entityType !== '' && !quotaEntityTypes.includes(component.entityType);
    if (isUnknown) return { errorCode: ErrorCode.UNSUPPORTED_VERSION, errorMessage: `Unsupported entity type ${component.entityType}` };
    const invalid = invalidity(component) ?? (seen.has(component.entityType) ? `Entity type ${component.entityType} cannot appear more than once in the filter.` : undefined);
    if (invalid !== undefined) return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage: invalid };
    seen.add(component.entityType);
  }
  if (!mixesAddresses([...seen])) return undefined;
  return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage: 'Invalid entity filter component combination. IP filter component should not be used with user or clientId filter component.' };
}

function invalidity({ entityType, matchType, match }: Component): string | undefined {
  if (entityType === '') return 'Invalid empty entity type.';
  const name = matchTypes[matchType];
  if (name === undefined) return `Unknown match type ${matchType}`;
  if (name === 'EXACT') return match === null ? 'Request specified MATCH_TYPE_EXACT, but set match string to null.' : undefined;
  return match === null ? undefined : `Request specified MATCH_TYPE_${name}, but also specified a match string.`;
}
