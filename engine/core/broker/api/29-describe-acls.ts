/** DescribeAcls (29): the access control entries that a filter matches, by resource (Kafka: AclApis.handleDescribeAcls). */
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { asksForUnknown, matchesFilter } from '#engine/core/security/acl.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { DescribeAclsRequest, DescribeAclsResponse } from '#engine/protocol/messages/29-describe-acls.ts';

export const describeAcls: ApiHandler = {
  apiKey: ApiKey.DescribeAcls,
  handle(state, request, context) {
    const filter = request.body as DescribeAclsRequest;
    if (asksForUnknown(filter)) {
      context.refuse(request);
      return;
    }
    const response: DescribeAclsResponse = { throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: '', resources: [] };
    if (state.security.authorizer === null) {
      response.errorCode = ErrorCode.SECURITY_DISABLED;
      response.errorMessage = 'No Authorizer is configured on the broker';
      context.respond(request, response);
      return;
    }
    const resources = new Map<string, DescribeAclsResponse['resources'][number]>();
    for (const acl of state.image.acls.byId.values()) {
      if (!matchesFilter(acl, filter)) continue;
      const { resourceType, resourceName, patternType, principal, host, operation, permissionType } = acl;
      const key = `${resourceType} ${patternType} ${resourceName}`;
      const resource = resources.get(key) ?? { resourceType, resourceName, patternType, acls: [] };
      resources.set(key, resource);
      resource.acls.push({ principal, host, operation, permissionType });
    }
    response.resources = [...resources.values()];
    context.respond(request, response);
  },
};
