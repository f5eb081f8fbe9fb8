/** Access control entries, with Kafka's numbers (AclBinding, ResourceType, PatternType, AclOperation, AclPermissionType). */
export const ResourceType = { UNKNOWN: 0, ANY: 1, TOPIC: 2, GROUP: 3, CLUSTER: 4, TRANSACTIONAL_ID: 5, DELEGATION_TOKEN: 6, USER: 7 } as const;
export const PatternType = { UNKNOWN: 0, ANY: 1, MATCH: 2, LITERAL: 3, PREFIXED: 4 } as const;
export const AclOperation = {
  UNKNOWN: 0,
  ANY: 1,
  ALL: 2,
  READ: 3,
  WRITE: 4,
  CREATE: 5,
  DELETE: 6,
  ALTER: 7,
  DESCRIBE: 8,
  CLUSTER_ACTION: 9,
  DESCRIBE_CONFIGS: 10,
  ALTER_CONFIGS: 11,
  IDEMPOTENT_WRITE: 12,
  CREATE_TOKENS: 13,
  DESCRIBE_TOKENS: 14,
  TWO_PHASE_COMMIT: 15,
} as const;
export const AclPermission = { UNKNOWN: 0, ANY: 1, DENY: 2, ALLOW: 3 } as const;

/** The one resource of the type CLUSTER. */
export const clusterName = 'kafka-cluster';
/** Any resource, any host. */
export const wildcard = '*';

export interface Acl {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly patternType: number;
  /** "User:alice"; "User:*" is everybody. */
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly permissionType: number;
}

/** A filter of DescribeAcls and DeleteAcls; null asks for nothing in particular. */
export interface AclFilter {
  resourceTypeFilter: number;
  resourceNameFilter: string | null;
  patternTypeFilter: number;
  principalFilter: string | null;
  hostFilter: string | null;
  operation: number;
  permissionType: number;
}

/** Kafka does not even read a request whose filter says UNKNOWN, which is 0 in each enumeration. */
export function asksForUnknown({ resourceTypeFilter, patternTypeFilter, operation, permissionType }: AclFilter): boolean {
  return [resourceTypeFilter, patternTypeFilter, operation, permissionType].includes(0);
}

export function isSameAcl(left: Acl, right: Acl): boolean {
  return (
    left.resourceType === right.resourceType &&
    left.resourceName === right.resourceName &&
    left.patternType === right.patternType &&
    left.principal === right.principal &&
    left.host === right.host &&
    left.operation === right.operation &&
    left.permissionType === right.permissionType
  );
}

export function matchesFilter(acl: Acl, filter: AclFilter): boolean {
  return (
    isAsked(filter.resourceTypeFilter, acl.resourceType) &&
    isAsked(filter.operation, acl.operation) &&
    isAsked(filter.permissionType, acl.permissionType) &&
    (filter.principalFilter ?? acl.principal) === acl.principal &&
    (filter.hostFilter ?? acl.host) === acl.host &&
    matchesPattern(acl, filter)
  );
}

/** 1 is ANY in each of the three enumerations. */
function isAsked(wanted: number, is: number): boolean {
  return wanted === 1 || wanted === is;
}

/** MATCH means every entry that has a say for a resource of that name; ANY and the two types mean the very name (KIP-290). */
function matchesPattern({ resourceName, patternType }: Acl, { resourceNameFilter: name, patternTypeFilter: wanted }: AclFilter): boolean {
  const isOther = wanted !== PatternType.ANY && wanted !== PatternType.MATCH && wanted !== patternType;
  if (isOther) return false;
  if (name === null) return true;
  if (wanted !== PatternType.MATCH) return name === resourceName;
  return patternType === PatternType.LITERAL ? resourceName === name || resourceName === wildcard : name.startsWith(resourceName);
}

const operationsOf: Readonly<Record<number, readonly number[]>> = {
  [ResourceType.TOPIC]: [3, 4, 5, 6, 7, 8, 10, 11],
  [ResourceType.GROUP]: [3, 6, 8, 10, 11],
  [ResourceType.CLUSTER]: [5, 7, 8, 9, 10, 11, 12],
  [ResourceType.TRANSACTIONAL_ID]: [4, 8, 15],
};

/** What can be done with a resource of the type, for the "authorized operations" of answers (KIP-430). */
export function supportedOperations(resourceType: number): readonly number[] {
  return operationsOf[resourceType] ?? [];
}
