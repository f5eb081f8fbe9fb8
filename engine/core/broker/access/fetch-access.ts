/**
 * Access to what is fetched (Kafka: KafkaApis.handleFetchRequest): a consumer must be allowed to read the topic, a follower to act on the
 * cluster. It is asked at each read and not at the door, because a session goes on asking for what is refused to it now.
 */
import { accessOf, allowsCluster, allowsTopic } from '#engine/core/broker/access/access.ts';
import type { BrokerState, FetchParams } from '#engine/core/broker/state.ts';
import type { RequestMessage } from '#engine/core/node.ts';
import { AclOperation } from '#engine/core/security/acl.ts';
import type { Requester } from '#engine/core/security/authorizer.ts';

/** Null: everything may be read. */
export function readerOf(state: BrokerState, request: RequestMessage): Requester | null {
  return accessOf(state, request)?.who ?? null;
}

export function mayFetch(state: BrokerState, { who, replicaId }: FetchParams, topic: string): boolean {
  const { authorizer } = state.security;
  // A topic id that nobody knows has no name to be asked about.
  if (who === null || authorizer === null || topic === '') return true;
  const access = { state, authorizer, who };
  return replicaId === -1 ? allowsTopic(access, AclOperation.READ, topic) : allowsCluster(access, AclOperation.CLUSTER_ACTION);
}
