/** CreateAcls (30): the controller writes them (acl-control.ts); without an authorizer there is nothing that would read them. */
import { forward } from '#engine/core/broker/forwarding.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { PatternType } from '#engine/core/security/acl.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { CreateAclsRequest, CreateAclsResponse } from '#engine/protocol/messages/30-create-acls.ts';

export const noAuthorizer = { errorCode: ErrorCode.SECURITY_DISABLED, errorMessage: 'No Authorizer is configured.' } as const;

/** What Kafka says when it meets in an entry what only a filter may say; the others of the request come to nothing with it. */
const stumbles = { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR, errorMessage: null };

type Creation = CreateAclsRequest['creations'][number];

function isUnknown({ resourceType, resourcePatternType, operation, permissionType }: Creation): boolean {
  return [resourceType, resourcePatternType, operation, permissionType].includes(0);
}

function isForFilters({ resourceType, resourcePatternType, operation, permissionType }: Creation): boolean {
  return [resourceType, resourcePatternType, operation, permissionType].includes(1) || resourcePatternType === PatternType.MATCH;
}

export const createAcls: ApiHandler = {
  apiKey: ApiKey.CreateAcls,
  handle(state, request, context) {
    const { creations } = request.body as CreateAclsRequest;
    if (creations.some(isUnknown)) {
      // Kafka cannot even read it.
      context.refuse(request);
      return;
    }
    const refusal = state.security.authorizer === null ? noAuthorizer : creations.some(isForFilters) ? stumbles : undefined;
    if (refusal === undefined) {
      forward(state, request, context);
      return;
    }
    const response: CreateAclsResponse = { throttleTimeMs: 0, results: creations.map(() => ({ ...refusal })) };
    context.respond(request, response);
  },
};
