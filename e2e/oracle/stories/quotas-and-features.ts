/** Quotas of clients and levels of features: what may be asked, and what is refused. */
import type { Body, Session } from '../session.ts';
import type { Story } from './story.ts';

const [upgrade, safeDowngrade, unsafeDowngrade] = [1, 2, 3];

function entity(...parts: [string, string | null][]): Body[] {
  return parts.map(([entityType, entityName]) => ({ entityType, entityName }));
}

function set(...ops: [string, number][]): Body[] {
  return ops.map(([key, value]) => ({ key, value, remove: false }));
}

async function tellBadQuotas(session: Session): Promise<void> {
  const alter = (label: string, ...entries: [Body[], Body[]][]) => session.ask(`alter ${label}`, 'AlterClientQuotas', 1, { validateOnly: true, entries: entries.map(([who, ops]) => ({ entity: who, ops })) });
  const alice = entity(['user', 'alice']);
  await alter('an unknown key', [alice, set(['no_such_rate', 1])]);
  await alter('a key of another kind', [alice, set(['connection_creation_rate', 1])], [entity(['ip', '10.0.0.1']), set(['producer_byte_rate', 1])]);
  for (const value of [0, -1, 0.5, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e20]) await alter(`to ${value}`, [alice, set(['producer_byte_rate', value])]);
  for (const value of [0, -1, 0.5, 200.5]) await alter(`a percentage of ${value}`, [alice, set(['request_percentage', value])]);
  await alter('mutations of 0.5', [alice, set(['controller_mutation_rate', 0.5])]);
  await alter('nothing', [alice, []]);
  await alter('nobody', [[], set(['producer_byte_rate', 1])]);
  await alter('an empty name', [entity(['user', '']), set(['producer_byte_rate', 1])]);
  await alter('a type twice', [entity(['user', 'a'], ['user', 'b']), set(['producer_byte_rate', 1])]);
  await alter('a user at an address', [entity(['user', 'a'], ['ip', '10.0.0.1']), set(['connection_creation_rate', 1])]);
  await alter('no address', [entity(['ip', 'no address']), set(['connection_creation_rate', 1])]);
  await alter('half an address', [entity(['ip', '10.0.0.1']), set(['connection_creation_rate', 1.5])]);
  await alter('the same twice', [alice, set(['producer_byte_rate', 1])], [alice, set(['consumer_byte_rate', -2])]);
  await alter('a key twice', [alice, set(['producer_byte_rate', 1], ['producer_byte_rate', -2])]);
}

export const quotaStories: Story[] = [
  {
    name: 'client quotas',
    async tell(session) {
      await tellBadQuotas(session);
      const alter = (label: string, who: Body[], ops: Body[], validateOnly: boolean, version = 1) => session.ask(label, 'AlterClientQuotas', version, { validateOnly, entries: [{ entity: who, ops }] });
      for (const version of [0, 1]) await alter(`would set one v${version}`, entity(['user', 'alice']), set(['producer_byte_rate', 1000]), true, version);
      await alter('would set all', entity(['user', null], ['client-id', null]), set(['producer_byte_rate', 1000], ['consumer_byte_rate', 1000], ['request_percentage', 50], ['controller_mutation_rate', 5]), true);
      await alter('would set an address', entity(['ip', '10.0.0.1']), set(['connection_creation_rate', 10]), true);
      await alter('would set every address', entity(['ip', null]), set(['connection_creation_rate', 10]), true);
      await alter('removes what is not set', entity(['user', 'alice']), [{ key: 'producer_byte_rate', value: 0, remove: true }], false);
      await alter('removes an unknown key', entity(['user', 'alice']), [{ key: 'no_such_rate', value: 0, remove: true }], false);
      const describe = (label: string, components: [string, number, string | null][], strict = false) => session.ask(`describe ${label}`, 'DescribeClientQuotas', 1, { strict, components: components.map(([entityType, matchType, match]) => ({ entityType, matchType, match })) });
      await describe('all', []);
      await describe('one', [['user', 0, 'alice']], true);
      await describe('defaults', [['client-id', 1, null]]);
      await describe('any', [['ip', 2, null]]);
      await describe('by a match that does not belong', [['user', 1, 'alice']]);
      await describe('by no match', [['user', 0, null]]);
      await describe('by another match', [['user', 3, 'alice']]);
      await describe('a type twice', [['user', 0, 'alice'], ['user', 0, 'bob']]);
      await describe('an empty type', [['', 0, 'alice']]);
      await describe('a user at an address', [['user', 0, 'alice'], ['ip', 0, '10.0.0.1']]);
      await describe('an unknown type', [['group', 0, 'alice']]);
    },
  },
];

export const featureLevelStories: Story[] = [
  {
    name: 'update features',
    async tell(session) {
      const update = (label: string, updates: [string, number, number][], more: Body = {}, version = 2) =>
        session.ask(label, 'UpdateFeatures', version, { validateOnly: true, featureUpdates: updates.map(([feature, maxVersionLevel, upgradeType]) => ({ feature, maxVersionLevel, upgradeType, allowDowngrade: upgradeType !== upgrade })), ...more });
      for (const version of [0, 1, 2]) await update(`as it is v${version}`, [['eligible.leader.replicas.version', 1, upgrade]], {}, version);
      await update('metadata as it is', [['metadata.version', 30, upgrade]]);
      for (const level of [0, 6, 7, 29, 31, -1]) for (const type of [upgrade, safeDowngrade, unsafeDowngrade]) await update(`metadata to ${level} by ${type}`, [['metadata.version', level, type]]);
      for (const level of [0, 2]) for (const type of [upgrade, safeDowngrade, unsafeDowngrade]) await update(`ELR to ${level} by ${type}`, [['eligible.leader.replicas.version', level, type]]);
      for (const level of [0, 1, 2]) await update(`kraft to ${level}`, [['kraft.version', level, upgrade]]);
      for (const name of ['group.version', 'transaction.version', 'share.version', 'streams.version']) {
        await update(`${name} to 0`, [[name, 0, upgrade]]);
        await update(`${name} down to 0`, [[name, 0, safeDowngrade]]);
        await update(`${name} to 1`, [[name, 1, upgrade]]);
        await update(`${name} to 9`, [[name, 9, upgrade]]);
        await update(`${name} down to 1`, [[name, 1, safeDowngrade]]);
      }
      for (const type of [0, 4, -1]) await update(`by type ${type}`, [['eligible.leader.replicas.version', 1, type]]);
      for (const version of [0, 1]) await update(`unknown v${version}`, [['no.such.version', 1, upgrade]], {}, version);
      await update('an empty name', [['', 1, upgrade]]);
      await update('one twice', [['eligible.leader.replicas.version', 1, upgrade], ['eligible.leader.replicas.version', 1, upgrade]]);
      for (const version of [1, 2]) await update(`one good, one unknown v${version}`, [['eligible.leader.replicas.version', 1, upgrade], ['no.such.version', 1, upgrade]], {}, version);
      await update('down, v0, allowed', [['eligible.leader.replicas.version', 0, safeDowngrade]], {}, 0);
      await update('down, v0, not allowed', [['eligible.leader.replicas.version', 0, upgrade]], {}, 0);
    },
  },
];
