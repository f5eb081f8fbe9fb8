/** The APIs of the group coordinator (engine/core/group). */
import { groupApiKeys, onGroupRequest } from '#engine/core/group/coordinator.ts';
import { coordinatorHost } from '#engine/core/broker/coordinator-host.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';

export const groupApis: readonly ApiHandler[] = groupApiKeys.map((apiKey) => ({
  apiKey,
  handle(state, request, context) {
    onGroupRequest(state.groupCoordinator, request, coordinatorHost(state, context), context);
  },
}));
