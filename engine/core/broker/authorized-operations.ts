/** What a client may do, as bit sets over AclOperation: with ACLs off, everything that the kind of resource knows (KIP-430). */
function bits(...operations: number[]): number {
  return operations.reduce((set, operation) => set | (1 << operation), 0);
}

const operation = { read: 3, write: 4, create: 5, delete: 6, alter: 7, describe: 8, clusterAction: 9, describeConfigs: 10, alterConfigs: 11, idempotentWrite: 12 } as const;
const onBoth = [operation.create, operation.alter, operation.describe, operation.describeConfigs, operation.alterConfigs];

export const allTopicOperations = bits(...onBoth, operation.read, operation.write, operation.delete);
export const allClusterOperations = bits(...onBoth, operation.clusterAction, operation.idempotentWrite);
export const operationsNotAsked = -2_147_483_648;
