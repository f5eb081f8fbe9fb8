/**
 * What the authorizer of a broker says of one request (Kafka: AuthHelper). Requests of brokers and built-in clients come by the inner
 * listener and are not asked about; without an authorizer nobody is.
 */
import { isOutside } from '#engine/core/broker/authentication.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { RequestMessage } from '#engine/core/node.ts';
import { clusterName, ResourceType, supportedOperations } from '#engine/core/security/acl.ts';
import { isAllowed, isAllowedSomewhere, type Requester } from '#engine/core/security/authorizer.ts';
import type { AuthorizerSettings } from '#engine/core/security/broker-security.ts';

/** For one handling. */
export interface Access {
  readonly state: BrokerState;
  readonly authorizer: AuthorizerSettings;
  readonly who: Requester;
}

const nobodyKnown = 'User:ANONYMOUS';

/** Null: everything is allowed. */
export function accessOf(state: BrokerState, request: RequestMessage): Access | null {
  const { authorizer } = state.security;
  if (authorizer === null || !isOutside(request)) return null;
  return { state, authorizer, who: requesterOf(state, request) };
}

export function requesterOf(state: BrokerState, request: RequestMessage): Requester {
  const user = state.authentications.get(request.connectionId)?.user ?? null;
  return { principal: user === null ? nobodyKnown : `User:${user}`, host: request.clientAddress ?? '' };
}

export function allows({ state, authorizer, who }: Access, operation: number, resourceType: number, name: string): boolean {
  return isAllowed(authorizer, state.image.acls, who, operation, resourceType, name);
}

export function allowsTopic(access: Access, operation: number, topic: string): boolean {
  return allows(access, operation, ResourceType.TOPIC, topic);
}

export function allowsGroup(access: Access, operation: number, group: string): boolean {
  return allows(access, operation, ResourceType.GROUP, group);
}

export function allowsCluster(access: Access, operation: number): boolean {
  return allows(access, operation, ResourceType.CLUSTER, clusterName);
}

export function allowsSomeTopic({ state, authorizer, who }: Access, operation: number): boolean {
  return isAllowedSomewhere(authorizer, state.image.acls, who, operation, ResourceType.TOPIC);
}

/** A bit for each operation that is allowed (KIP-430). */
export function authorizedOperations(access: Access, resourceType: number, name: string): number {
  const allowed = supportedOperations(resourceType).filter((operation) => allows(access, operation, resourceType, name));
  return allowed.reduce((bits, operation) => bits | (1 << operation), 0);
}
