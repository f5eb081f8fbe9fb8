/** DeleteAcls (31): the controller takes away what the filters match (acl-control.ts). */
import { noAuthorizer } from '#engine/core/broker/api/30-create-acls.ts';
import { forward } from '#engine/core/broker/forwarding.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { asksForUnknown } from '#engine/core/security/acl.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import type { DeleteAclsRequest, DeleteAclsResponse } from '#engine/protocol/messages/31-delete-acls.ts';

export const deleteAcls: ApiHandler = {
  apiKey: ApiKey.DeleteAcls,
  handle(state, request, context) {
    const { filters } = request.body as DeleteAclsRequest;
    if (filters.some(asksForUnknown)) {
      context.refuse(request);
      return;
    }
    if (state.security.authorizer !== null) {
      forward(state, request, context);
      return;
    }
    const response: DeleteAclsResponse = { throttleTimeMs: 0, filterResults: filters.map(() => ({ ...noAuthorizer, matchingAcls: [] })) };
    context.respond(request, response);
  },
};
