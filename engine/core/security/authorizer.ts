/**
 * Who may do what (Kafka: StandardAuthorizerData.authorize, Authorizer.authorizeByResourceType; KIP-11, KIP-290).
 *
 * Super users may do everything. A DENY that matches wins over every ALLOW. What may be read, written, deleted or altered may also be
 * described, and who may alter settings may see them; a DENY implies nothing. Where no entry speaks of a resource at all,
 * allow.everyone.if.no.acl.found decides; else nobody may.
 */
import { AclOperation, AclPermission, PatternType, wildcard, type Acl } from '#engine/core/security/acl.ts';
import { aclsAbout, type AclsImage } from '#engine/core/security/acls-image.ts';
import type { AuthorizerSettings } from '#engine/core/security/broker-security.ts';

/** Who asks: "User:alice", and the address that the connection comes from. */
export interface Requester {
  principal: string;
  host: string;
}

const everybody = 'User:*';
const { READ, WRITE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS, ALL } = AclOperation;
const implying: ReadonlyMap<number, readonly number[]> = new Map<number, readonly number[]>([
  [DESCRIBE, [DESCRIBE, READ, WRITE, DELETE, ALTER]],
  [DESCRIBE_CONFIGS, [DESCRIBE_CONFIGS, ALTER_CONFIGS]],
]);

export function isAllowed(settings: AuthorizerSettings, acls: AclsImage, who: Requester, operation: number, resourceType: number, name: string): boolean {
  if (settings.superUsers.has(who.principal)) return true;
  const about = aclsAbout(acls, resourceType, name);
  if (about.length === 0) return settings.allowsEveryoneWithoutAcl;
  const matching = about.filter((acl) => isAboutRequester(acl, who) && isAboutOperation(acl, operation));
  return matching.length > 0 && matching.every(({ permissionType }) => permissionType === AclPermission.ALLOW);
}

function isAboutRequester(acl: Acl, { principal, host }: Requester): boolean {
  return (acl.principal === principal || acl.principal === everybody) && (acl.host === host || acl.host === wildcard);
}

function isAboutOperation(acl: Acl, operation: number): boolean {
  if (acl.operation === ALL || acl.operation === operation) return true;
  return acl.permissionType === AclPermission.ALLOW && implying.get(operation)?.includes(acl.operation) === true;
}

/** Whether there is any resource of the type, existing or not, for which the operation is allowed. */
export function isAllowedSomewhere(settings: AuthorizerSettings, acls: AclsImage, who: Requester, operation: number, resourceType: number): boolean {
  if (isAllowed(settings, acls, who, operation, resourceType, 'hardcode')) return true;
  const own = [...acls.byId.values()].filter((acl) => acl.resourceType === resourceType && isAboutRequester(acl, who) && (acl.operation === ALL || acl.operation === operation));
  const denials = own.filter(({ permissionType }) => permissionType === AclPermission.DENY);
  if (denials.some((acl) => isLiteral(acl) && acl.resourceName === wildcard)) return false;
  return own.some((acl) => acl.permissionType === AclPermission.ALLOW && (isEverything(acl) || !denials.some((denial) => dominates(denial, acl))));
}

function isLiteral({ patternType }: Acl): boolean {
  return patternType === PatternType.LITERAL;
}

function isEverything(acl: Acl): boolean {
  return isLiteral(acl) && acl.resourceName === wildcard;
}

/** Everything that the one allows, the other denies. */
function dominates(denial: Acl, allowance: Acl): boolean {
  if (isLiteral(denial)) return isLiteral(allowance) && denial.resourceName === allowance.resourceName;
  return allowance.resourceName.startsWith(denial.resourceName);
}
