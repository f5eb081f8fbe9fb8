import { describe, expect, it } from 'vitest';
import { AclOperation, AclPermission, matchesFilter, PatternType, ResourceType, type Acl, type AclFilter } from '#engine/core/security/acl.ts';
import { addAcl, emptyAcls, removeAcl } from '#engine/core/security/acls-image.ts';
import { isAllowed, isAllowedSomewhere } from '#engine/core/security/authorizer.ts';

const { READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS, ALL } = AclOperation;
const { TOPIC, GROUP } = ResourceType;
const alice = { principal: 'User:alice', host: '127.0.0.1' };

function acl(operation: number, values: Partial<Acl> = {}): Acl {
  return { resourceType: TOPIC, resourceName: 'orders', patternType: PatternType.LITERAL, principal: 'User:alice', host: '*', operation, permissionType: AclPermission.ALLOW, ...values };
}
const deny = { permissionType: AclPermission.DENY };
const prefixed = { patternType: PatternType.PREFIXED };

function judge(entries: Acl[], settings = { superUsers: new Set<string>(), allowsEveryoneWithoutAcl: false }) {
  const acls = emptyAcls();
  for (const [index, entry] of entries.entries()) addAcl(acls, String(index), entry);
  return {
    may: (operation: number, name = 'orders', who = alice, type: number = TOPIC) => isAllowed(settings, acls, who, operation, type, name),
    maySomewhere: (operation: number) => isAllowedSomewhere(settings, acls, alice, operation, TOPIC),
  };
}

describe('the authorizer', () => {
  it('allows what an entry allows, to whom and from where it says, and nothing else', () => {
    const { may } = judge([acl(READ, { host: '127.0.0.1' })]);
    expect(may(READ)).toBe(true);
    expect(may(WRITE)).toBe(false);
    expect(may(READ, 'orders-2')).toBe(false);
    expect(may(READ, 'orders', { ...alice, principal: 'User:bob' })).toBe(false);
    expect(may(READ, 'orders', { ...alice, host: '10.0.0.1' })).toBe(false);
    expect(may(READ, 'orders', alice, GROUP)).toBe(false);
  });

  it.each([READ, WRITE, DELETE, ALTER])('lets whoever may do %i also describe, and nothing more', (operation) => {
    const { may } = judge([acl(operation)]);
    expect(may(DESCRIBE)).toBe(true);
    expect(may(DESCRIBE_CONFIGS)).toBe(false);
  });

  it('lets whoever may alter settings also see them, and not whoever may create', () => {
    expect(judge([acl(ALTER_CONFIGS)]).may(DESCRIBE_CONFIGS)).toBe(true);
    expect(judge([acl(ALTER_CONFIGS)]).may(DESCRIBE)).toBe(false);
    expect(judge([acl(CREATE)]).may(DESCRIBE)).toBe(false);
  });

  it('lets one denial win over every allowance, and imply nothing', () => {
    const { may } = judge([acl(ALL), acl(ALL, { resourceName: '*', principal: 'User:*' }), acl(READ, deny)]);
    expect(may(READ)).toBe(false);
    expect(may(DESCRIBE)).toBe(true);
    expect(may(WRITE)).toBe(true);
    expect(judge([acl(WRITE), acl(ALL, { ...deny, resourceName: 'ord', ...prefixed })]).may(WRITE)).toBe(false);
    expect(judge([acl(WRITE), acl(ALL, { ...deny, resourceName: '*' })]).may(WRITE)).toBe(false);
  });

  it('reads a prefix as the beginning of names, and a star as all of them', () => {
    const { may } = judge([acl(READ, { resourceName: 'ord', ...prefixed }), acl(WRITE, { resourceName: '*' })]);
    expect(may(READ, 'orders')).toBe(true);
    expect(may(READ, 'ord')).toBe(true);
    expect(may(READ, 'or')).toBe(false);
    expect(may(WRITE, 'anything')).toBe(true);
    expect(judge([acl(READ, { resourceName: '*', ...prefixed })]).may(READ, 'orders')).toBe(false);
  });

  it('lets super users do everything, whatever is denied', () => {
    const { may } = judge([acl(ALL, { ...deny, principal: 'User:*' })], { superUsers: new Set(['User:alice']), allowsEveryoneWithoutAcl: false });
    expect(may(WRITE)).toBe(true);
    expect(may(WRITE, 'orders', { ...alice, principal: 'User:bob' })).toBe(false);
  });

  it('lets everybody do what they like where no entry speaks of the resource, if it is told to', () => {
    const { may } = judge([acl(READ, { principal: 'User:bob' })], { superUsers: new Set(), allowsEveryoneWithoutAcl: true });
    expect(may(WRITE, 'payments')).toBe(true);
    expect(may(READ)).toBe(false);
  });

  it('forgets an entry that is taken away', () => {
    const acls = emptyAcls();
    const settings = { superUsers: new Set<string>(), allowsEveryoneWithoutAcl: false };
    addAcl(acls, 'one', acl(READ));
    addAcl(acls, 'two', acl(READ, { resourceName: 'ord', ...prefixed }));
    removeAcl(acls, 'one');
    expect(isAllowed(settings, acls, alice, READ, TOPIC, 'orders')).toBe(true);
    removeAcl(acls, 'two');
    expect(isAllowed(settings, acls, alice, READ, TOPIC, 'orders')).toBe(false);
    expect([acls.byId.size, acls.literal.size, acls.prefixed.size]).toEqual([0, 0, 0]);
  });

  it('finds whether anything at all may be written to', () => {
    expect(judge([]).maySomewhere(WRITE)).toBe(false);
    expect(judge([acl(READ)]).maySomewhere(WRITE)).toBe(false);
    expect(judge([acl(WRITE)]).maySomewhere(WRITE)).toBe(true);
    expect(judge([acl(WRITE), acl(WRITE, deny)]).maySomewhere(WRITE)).toBe(false);
    expect(judge([acl(WRITE), acl(WRITE, { ...deny, resourceName: 'o', ...prefixed })]).maySomewhere(WRITE)).toBe(false);
    expect(judge([acl(WRITE, { resourceName: '*' }), acl(WRITE, deny)]).maySomewhere(WRITE)).toBe(true);
    expect(judge([acl(WRITE, { resourceName: 'o', ...prefixed }), acl(WRITE, { ...deny, resourceName: '*' })]).maySomewhere(WRITE)).toBe(false);
  });
});

describe('a filter of entries', () => {
  const entries = { literal: acl(READ), prefix: acl(READ, { resourceName: 'ord', ...prefixed }), star: acl(READ, { resourceName: '*' }) };
  const found = (filter: Partial<AclFilter>): string[] => {
    const any = { resourceTypeFilter: 1, resourceNameFilter: null, patternTypeFilter: 1, principalFilter: null, hostFilter: null, operation: 1, permissionType: 1 };
    return Object.entries(entries).flatMap(([name, entry]) => (matchesFilter(entry, { ...any, ...filter }) ? [name] : []));
  };

  it('that asks for nothing finds everything', () => {
    expect(found({})).toEqual(['literal', 'prefix', 'star']);
  });

  it('finds the very name, or with MATCH all that has a say about it', () => {
    expect(found({ resourceNameFilter: 'orders' })).toEqual(['literal']);
    expect(found({ resourceNameFilter: 'ord', patternTypeFilter: PatternType.LITERAL })).toEqual([]);
    expect(found({ resourceNameFilter: 'ord', patternTypeFilter: PatternType.PREFIXED })).toEqual(['prefix']);
    expect(found({ resourceNameFilter: 'orders', patternTypeFilter: PatternType.MATCH })).toEqual(['literal', 'prefix', 'star']);
    expect(found({ resourceNameFilter: '*', patternTypeFilter: PatternType.MATCH })).toEqual(['star']);
  });

  it('finds by principal, host, operation, permission and type', () => {
    expect(found({ principalFilter: 'User:bob' })).toEqual([]);
    expect(found({ hostFilter: '10.0.0.1' })).toEqual([]);
    expect(found({ operation: WRITE })).toEqual([]);
    expect(found({ permissionType: AclPermission.DENY })).toEqual([]);
    expect(found({ resourceTypeFilter: GROUP })).toEqual([]);
    expect(found({ principalFilter: 'User:alice', hostFilter: '*', operation: READ, permissionType: AclPermission.ALLOW, resourceTypeFilter: TOPIC })).toHaveLength(3);
  });
});
