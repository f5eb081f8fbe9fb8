/**
 * Access control entries (Kafka: AclApis, AclControlManager; KIP-11, KIP-290). One that is there already is not written again.
 * A deletion names entries by filters, and answers for each filter what it took away.
 */
import { decideAndAnswer, type ActiveController } from '#engine/core/controller/active-controller.ts';
import { outcomeOf, RequestError } from '#engine/core/controller/request-error.ts';
import { metadataRecord } from '#engine/core/metadata/metadata-record.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import { AclOperation, AclPermission, clusterName, isSameAcl, matchesFilter, PatternType, ResourceType, type Acl, type AclFilter } from '#engine/core/security/acl.ts';
import { aclsAbout } from '#engine/core/security/acls-image.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { CreateAclsRequest, CreateAclsResponse } from '#engine/protocol/messages/30-create-acls.ts';
import type { DeleteAclsRequest, DeleteAclsResponse } from '#engine/protocol/messages/31-delete-acls.ts';

/** Kafka's bound on the records of one request. */
const recordsMax = 10_000;

export function createAcls(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const { creations } = request.body as CreateAclsRequest;
  const added: Acl[] = [];
  const results = creations.map(({ resourcePatternType: patternType, ...rest }) => {
    const outcome = outcomeOf(() => addIfNew(active, added, { ...rest, patternType }));
    return { ...outcome, errorMessage: outcome.errorMessage ?? '' };
  });
  const answer: CreateAclsResponse = { throttleTimeMs: 0, results };
  const records = added.map((acl) => metadataRecord('AccessControlEntryRecord', { id: context.random.uuid(), ...acl }));
  decideAndAnswer(active, request, records, answer, context);
}

function addIfNew({ image }: ActiveController, added: Acl[], acl: Acl): void {
  checkAcl(acl);
  if ([...aclsAbout(image.acls, acl.resourceType, acl.resourceName), ...added].some((other) => isSameAcl(other, acl))) return;
  if (added.length >= recordsMax) throw invalid(`Cannot create more than ${recordsMax} acls in a single create operation.`);
  added.push(acl);
}

function checkAcl(acl: Acl): void {
  if (acl.resourceType === ResourceType.CLUSTER && acl.resourceName !== clusterName) throw invalid(`The only valid name for the CLUSTER resource is ${clusterName}`);
  if (acl.resourceName === '') throw invalid('Invalid empty resource name');
  if (!isConcrete(ResourceType, acl.resourceType)) throw invalid(`Invalid resourceType ${nameOf(ResourceType, acl.resourceType)}`);
  if (acl.patternType !== PatternType.LITERAL && acl.patternType !== PatternType.PREFIXED) throw invalid(`Invalid patternType ${nameOf(PatternType, acl.patternType)}`);
  if (!isConcrete(AclOperation, acl.operation)) throw invalid(`Invalid operation ${nameOf(AclOperation, acl.operation)}`);
  if (!isConcrete(AclPermission, acl.permissionType)) throw invalid(`Invalid permissionType ${nameOf(AclPermission, acl.permissionType)}`);
  if (!acl.principal.includes(':')) throw invalid(`Could not parse principal from \`${acl.principal}\` (no colon is present separating the principal type from the principal name)`);
}

function invalid(words: string): RequestError {
  return new RequestError(ErrorCode.INVALID_REQUEST, words);
}

type Enumeration = Readonly<Record<string, number>>;

/** Each of the enumerations begins with UNKNOWN and ANY. */
function isConcrete(enumeration: Enumeration, value: number): boolean {
  return value > 1 && Object.values(enumeration).includes(value);
}

function nameOf(enumeration: Enumeration, value: number): string {
  return Object.entries(enumeration).find(([, number]) => number === value)?.[0] ?? 'UNKNOWN';
}

export function deleteAcls(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const { filters } = request.body as DeleteAclsRequest;
  const ids = new Set<string>();
  const filterResults = filters.map((filter) => {
    const matching: Acl[] = [];
    const outcome = outcomeOf(() => {
      checkFilter(filter);
      const found = [...active.image.acls.byId].filter(([, acl]) => matchesFilter(acl, filter));
      if (new Set([...ids, ...found.map(([id]) => id)]).size > recordsMax) {
        throw invalid(`Cannot remove more than ${recordsMax} acls in a single delete operation.`);
      }
      for (const [id, acl] of found) {
        ids.add(id);
        matching.push(acl);
      }
    });
    return { ...outcome, matchingAcls: matching.map((acl) => ({ errorCode: ErrorCode.NONE, errorMessage: null, ...acl })) };
  });
  const answer: DeleteAclsResponse = { throttleTimeMs: 0, filterResults };
  const records = [...ids].map((id) => metadataRecord('RemoveAccessControlEntryRecord', { id }));
  decideAndAnswer(active, request, records, answer, context);
}

function checkFilter(filter: AclFilter): void {
  if (!isKnown(ResourceType, filter.resourceTypeFilter) || !isKnown(PatternType, filter.patternTypeFilter)) throw invalid('Unknown patternFilter.');
  if (!isKnown(AclOperation, filter.operation) || !isKnown(AclPermission, filter.permissionType)) throw invalid('Unknown entryFilter.');
}

function isKnown(enumeration: Enumeration, value: number): boolean {
  return value > 0 && Object.values(enumeration).includes(value);
}
