/** Whom a client quota is for (Kafka: ClientQuotaEntity; KIP-546, KIP-612): users, client ids and addresses. */
export type QuotaEntityType = 'user' | 'client-id' | 'ip';

export const quotaEntityTypes: readonly string[] = ['user', 'client-id', 'ip'] satisfies QuotaEntityType[];

/** Quotas count bytes, requests and changes of users and clients, and connections of addresses. */
export function mixesAddresses(entityTypes: readonly string[]): boolean {
  return entityTypes.includes('ip') && entityTypes.some((entityType) => entityType !== 'ip');
}
