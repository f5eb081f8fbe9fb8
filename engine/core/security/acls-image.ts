/** All access control entries of a cluster, found by what they are about (Kafka: AclsImage, AclCache). Changed by replay alone. */
import { PatternType, wildcard, type Acl } from '#engine/core/security/acl.ts';
import { assert } from '#engine/ports/assert.ts';

export interface AclsImage {
  /** By the id of the record that brought it. */
  byId: Map<string, Acl>;
  /** By "type/name". */
  literal: Map<string, readonly Acl[]>;
  /** By type. */
  prefixed: Map<number, readonly Acl[]>;
}

export function emptyAcls(): AclsImage {
  return { byId: new Map(), literal: new Map(), prefixed: new Map() };
}

export function cloneAcls({ byId, literal, prefixed }: AclsImage): AclsImage {
  return { byId: new Map(byId), literal: new Map(literal), prefixed: new Map(prefixed) };
}

function literalKey(resourceType: number, name: string): string {
  return `${resourceType}/${name}`;
}

export function addAcl(acls: AclsImage, id: string, acl: Acl): void {
  acls.byId.set(id, acl);
  change(acls, acl, (list) => [...list, acl]);
}

export function removeAcl(acls: AclsImage, id: string): void {
  const acl = acls.byId.get(id);
  assert(acl !== undefined, `there is no access control entry ${id}`);
  acls.byId.delete(id);
  change(acls, acl, (list) => list.filter((other) => other !== acl));
}

function change(acls: AclsImage, acl: Acl, changed: (list: readonly Acl[]) => readonly Acl[]): void {
  if (acl.patternType === PatternType.PREFIXED) put(acls.prefixed, acl.resourceType, changed);
  else put(acls.literal, literalKey(acl.resourceType, acl.resourceName), changed);
}

function put<Key>(lists: Map<Key, readonly Acl[]>, key: Key, changed: (list: readonly Acl[]) => readonly Acl[]): void {
  const list = changed(lists.get(key) ?? []);
  if (list.length === 0) lists.delete(key);
  else lists.set(key, list);
}

/** Entries that have a say about a resource of that name. */
export function aclsAbout(acls: AclsImage, resourceType: number, name: string): Acl[] {
  const own = acls.literal.get(literalKey(resourceType, name)) ?? [];
  const everywhere = name === wildcard ? [] : (acls.literal.get(literalKey(resourceType, wildcard)) ?? []);
  const prefixed = (acls.prefixed.get(resourceType) ?? []).filter(({ resourceName }) => name.startsWith(resourceName));
  return [...own, ...prefixed, ...everywhere];
}
