/** What a broker says when it is asked for a mechanism that is switched off in both clusters, or that needs more than they have. */
import { unknownId } from '../request-shapes.ts';
import type { Body, Session } from '../session.ts';
import { bodiesIn, createTopic } from './scene.ts';
import type { Story } from './story.ts';

const zeroId = 'AAAAAAAAAAAAAAAAAAAAAA';

function commitOf(topic: string, partitionIndex: number, more: Body = {}): Body {
  return { transactionalId: 'tx', groupId: 'tx-group', producerId: 1n, producerEpoch: 0, topics: [{ name: topic, partitions: [{ partitionIndex, committedOffset: 0n, ...more }] }] };
}

function markers(topic: string, ...partitionIndexes: number[]): Body {
  return { markers: [{ producerId: 1n, producerEpoch: 0, transactionResult: false, topics: [{ name: topic, partitionIndexes }], coordinatorEpoch: 0 }] };
}

function shareOffsets(groupId: string, topics: string[] | null): Body {
  return { groupId, topics: topics?.map((topicName) => ({ topicName, partitions: [0, 1] })) ?? null };
}

function listeners(...names: string[]): Body[] {
  return names.map((name, index) => ({ name, host: 'localhost', port: 9000 + index }));
}

function part(transactionalId: string, verifyOnly: boolean, ...names: string[]): Body {
  return { transactionalId, producerId: 1n, producerEpoch: 0, verifyOnly, topics: names.map((name) => ({ name, partitions: [0, 1] })) };
}

const transactions: Story = {
  name: 'features off: transactions',
  async tell(session) {
    await createTopic(session, 'off-1', 2);
    const init = (label: string, body: Body, version = 5) => session.ask(label, 'InitProducerId', version, { transactionTimeoutMs: 60_000, ...body });
    await init('init', { transactionalId: 'tx' });
    await init('init v2', { transactionalId: 'tx' }, 2);
    await init('init without an id', { transactionalId: '' });
    for (const transactionTimeoutMs of [-1, 0, 900_000, 900_001]) await init(`init with a timeout of ${transactionTimeoutMs}`, { transactionalId: 'tx', transactionTimeoutMs });
    await init('init with half a producer', { transactionalId: 'tx', producerId: 4n, producerEpoch: -1 });
    await init('init with a producer', { transactionalId: 'tx', producerId: 4n, producerEpoch: 1 });
    await tellAdding(session);
    for (const version of [0, 3, 4]) await session.ask(`offsets v${version}`, 'AddOffsetsToTxn', version, { transactionalId: 'tx', producerId: 1n, producerEpoch: 0, groupId: 'g' });
    await session.ask('offsets without an id', 'AddOffsetsToTxn', 4, { transactionalId: '', producerId: 1n, groupId: 'g' });
    await session.ask('offsets without a group', 'AddOffsetsToTxn', 4, { transactionalId: 'tx', producerId: 1n, groupId: '' });
    for (const version of [0, 4, 5]) await session.ask(`end v${version}`, 'EndTxn', version, { transactionalId: 'tx', producerId: 1n, committed: true });
    await session.ask('end without an id', 'EndTxn', 5, { transactionalId: '' });
    await session.ask('markers of unknown partitions', 'WriteTxnMarkers', 2, markers('off-1', 7, 99));
    await session.ask('markers', 'WriteTxnMarkers', 2, markers('off-1', 0, 1, 9));
    for (const [label, transactionalIds] of [['one', ['tx']], ['two', ['tx-a', 'tx-b']], ['one twice', ['tx', 'tx']], ['an empty one', ['']]] as const) await session.ask(`describe ${label}`, 'DescribeTransactions', 0, { transactionalIds });
    await tellListing(session);
  },
};

async function tellAdding(session: Session): Promise<void> {
  const one = (label: string, names: readonly (readonly [string, number])[], more: Body = {}, version = 3) => session.ask(`add ${label}`, 'AddPartitionsToTxn', version, {
    v3AndBelowTransactionalId: 'tx', v3AndBelowProducerId: 1n, v3AndBelowProducerEpoch: 0, v3AndBelowTopics: names.map(([name, index]) => ({ name, partitions: [index] })), ...more,
  });
  for (const version of [0, 3]) await one(`v${version}`, [['off-1', 0]], {}, version);
  await one('none', []);
  await one('an unknown topic beside', [['off-1', 0], ['off-none', 0]]);
  await one('an unknown partition beside', [['off-1', 0], ['off-2', 99]]);
  await one('without an id', [['off-1', 0]], { v3AndBelowTransactionalId: '' });
  await one('without an id, none', [], { v3AndBelowTransactionalId: '' });
  await one('to an internal topic', [['__consumer_offsets', 0]]);
  const several = (label: string, transactions: Body[], version = 5) => session.ask(`add ${label}`, 'AddPartitionsToTxn', version, { transactions });
  for (const version of [4, 5]) await several(`v${version}`, [part('tx', false, 'off-1')], version);
  await several('to verify', [part('tx', true, 'off-1')]);
  await several('for two', [part('tx-a', true, 'off-1'), part('tx-b', false, 'off-1', 'off-none')]);
  await several('for nobody', [part('', false, 'off-1')]);
  await several('to verify for nobody', [part('', true, 'off-1')]);
}

async function tellListing(session: Session): Promise<void> {
  const list = (label: string, body: Body, version = 2) => session.ask(`list ${label}`, 'ListTransactions', version, body);
  for (const version of [0, 1, 2]) await list(`all v${version}`, {}, version);
  await list('by states', { stateFilters: ['Empty', 'Ongoing', 'PrepareCommit', 'PrepareAbort', 'CompleteCommit', 'CompleteAbort', 'PrepareEpochFence', 'Dead'] });
  await list('by states that are none', { stateFilters: ['ongoing', 'Ongoing', '', 'Ongoing ', 'Lost', 'Lost'] });
  await list('by producers', { producerIdFilters: [1n, -1n] });
  await list('by duration', { durationFilter: 1000n });
  for (const transactionalIdPattern of ['', 'tx.*', '[', '(', '*', 'a{2', '\\']) await list(`by pattern "${transactionalIdPattern}"`, { transactionalIdPattern });
}

const transactionalCommits: Story = {
  name: 'features off: transactional commits',
  async tell(session) {
    await createTopic(session, 'off-2', 1);
    const { nodeId } = await session.call('FindCoordinator', 3, { key: 'tx-group', keyType: 0 });
    const coordinator = nodeId as number;
    const commit = (label: string, body: Body, version = 5, broker = coordinator) => session.ask(label, 'TxnOffsetCommit', version, body, { broker });
    for (const version of [0, 3, 4, 5]) await commit(`v${version}`, commitOf('off-2', 0), version);
    await commit('of an unknown partition', commitOf('off-2', 9));
    await commit('without a group', { ...commitOf('off-2', 0), groupId: '' });
    await commit('without an id', { ...commitOf('off-2', 0), transactionalId: '' });
    await commit('as an unknown member', { ...commitOf('off-2', 0), memberId: 'nobody', generationId: 1 });
    await commit('with long metadata', commitOf('off-2', 0, { committedMetadata: 'x'.repeat(5000) }));
    await commit('at another broker', commitOf('off-2', 0), 5, (coordinator % 3) + 1);
    await commit('beside an unknown topic', { ...commitOf('off-2', 0), topics: [{ name: 'off-none', partitions: [{ partitionIndex: 0 }] }, { name: 'off-2', partitions: [{ partitionIndex: 0 }, { partitionIndex: 5 }] }] });
  },
};

const tokens: Story = {
  name: 'features off: delegation tokens',
  async tell(session) {
    for (const version of [1, 2, 3]) await session.ask(`create v${version}`, 'CreateDelegationToken', version, { ownerPrincipalType: 'User', ownerPrincipalName: 'alice', renewers: [{ principalType: 'User', principalName: 'bob' }], maxLifetimeMs: 1000n });
    await session.ask('create for half an owner', 'CreateDelegationToken', 3, { ownerPrincipalType: 'User', ownerPrincipalName: null });
    await session.ask('create for another type', 'CreateDelegationToken', 3, { ownerPrincipalType: 'Group', ownerPrincipalName: 'a', renewers: [{ principalType: 'Group', principalName: 'b' }] });
    await session.ask('describe some', 'DescribeDelegationToken', 3, { owners: [{ principalType: 'User', principalName: 'alice' }] });
    await session.ask('describe none', 'DescribeDelegationToken', 3, { owners: [] });
  },
};

const logDirs: Story = {
  name: 'features off: log directories',
  async tell(session) {
    await createTopic(session, 'off-3', 2);
    const [own] = bodiesIn(await session.call('DescribeLogDirs', 4, { topics: [] }), 'results');
    const path = String(own?.['logDir']);
    const move = (label: string, dirs: [string, string, ...number[]][], version = 2) => session.ask(label, 'AlterReplicaLogDirs', version, { dirs: dirs.map(([to, name, ...partitions]) => ({ path: to, topics: [{ name, partitions }] })) });
    for (const version of [1, 2]) await move(`to where it is v${version}`, [[path, 'off-3', 0, 1]], version);
    await move('an unknown partition', [[path, 'off-3', 9]]);
    await move('an unknown topic', [[path, 'off-none', 0]]);
    await move('to another', [['/no/such/folder', 'off-3', 0]]);
    await move('to no absolute path', [['folder', 'off-3', 0]]);
    await move('to two', [['/no/such/folder', 'off-3', 0], [path, 'off-3', 0]]);
    await move('two topics', [[path, 'off-3', 0], [path, 'off-none', 0], ['/other', 'off-3', 1]]);
    await session.ask('nothing', 'AlterReplicaLogDirs', 2, { dirs: [{ path, topics: [] }] });
  },
};

const newGroups: Story = {
  name: 'features off: groups of other kinds',
  async tell(session) {
    await createTopic(session, 'off-4', 1);
    for (const api of ['ConsumerGroupDescribe', 'ShareGroupDescribe', 'StreamsGroupDescribe'] as const) {
      await session.ask(`${api} of three`, api, 0 + (api === 'ShareGroupDescribe' ? 1 : 0), { groupIds: ['a', '', 'a'], includeAuthorizedOperations: true });
    }
    await session.ask('join as a consumer', 'ConsumerGroupHeartbeat', 1, { groupId: 'g', memberId: zeroId, memberEpoch: 0, rebalanceTimeoutMs: 1000, subscribedTopicNames: ['off-4'], topicPartitions: [] });
    await session.ask('join as a share consumer', 'ShareGroupHeartbeat', 1, { groupId: 'g', memberId: zeroId, memberEpoch: 0, subscribedTopicNames: ['off-4'] });
    await session.ask('share offsets', 'DescribeShareGroupOffsets', 1, { groups: [shareOffsets('g', ['off-4', 'off-none']), shareOffsets('h', null), shareOffsets('', [])] });
    await session.ask('alter share offsets', 'AlterShareGroupOffsets', 0, { groupId: 'g', topics: [{ topicName: 'off-4', partitions: [{ partitionIndex: 0, startOffset: 0n }] }] });
    await session.ask('delete share offsets', 'DeleteShareGroupOffsets', 0, { groupId: 'g', topics: [{ topicName: 'off-4' }] });
    await session.ask('share fetch without names', 'ShareFetch', 1, { groupId: null, memberId: null });
    await session.ask('share acknowledge without names', 'ShareAcknowledge', 1, { groupId: null, memberId: null });
  },
};

const shareState: Story = {
  name: 'features off: share state',
  async tell(session) {
    const topics: Body[] = [{ topicId: unknownId, partitions: [{ partition: 0 }, { partition: 1 }] }, { topicId: zeroId, partitions: [{ partition: 0 }] }];
    for (const api of ['InitializeShareGroupState', 'ReadShareGroupState', 'WriteShareGroupState', 'DeleteShareGroupState', 'ReadShareGroupStateSummary'] as const) {
      await session.ask(`${api} of two topics`, api, 0, { groupId: 'g', topics });
      await session.ask(`${api} of no group`, api, 0, { groupId: '', topics });
      await session.ask(`${api} of a topic without partitions`, api, 0, { groupId: 'g', topics: [{ topicId: unknownId, partitions: [] }] });
    }
  },
};

const telemetry: Story = {
  name: 'features off: telemetry',
  async tell(session) {
    await session.ask('subscriptions', 'GetTelemetrySubscriptions', 0, { clientInstanceId: zeroId }, { connection: 'telemetry', withinMs: 5000 });
    await session.ask('subscriptions of a known client', 'GetTelemetrySubscriptions', 0, { clientInstanceId: unknownId }, { connection: 'telemetry', withinMs: 5000 });
    await session.ask('push', 'PushTelemetry', 0, { clientInstanceId: unknownId, subscriptionId: 1, compressionType: 0, metrics: new Uint8Array(0) }, { connection: 'telemetry', withinMs: 5000 });
  },
};

const voters: Story = {
  name: 'features off: voters',
  async tell(session) {
    const { clusterId } = await session.call('DescribeCluster', 0, {});
    const add = (label: string, body: Body) => session.ask(`add ${label}`, 'AddRaftVoter', 1, { clusterId, timeoutMs: 5000, voterId: 4, voterDirectoryId: unknownId, listeners: listeners('CONTROLLER'), ...body });
    await add('one', {});
    await add('one of no cluster', { clusterId: null });
    await add('one that is there', { voterId: 1 });
    await add('a negative one', { voterId: -1 });
    await add('one without a directory', { voterDirectoryId: zeroId });
    await add('one without listeners', { listeners: [] });
    await add('one with other listeners', { listeners: listeners('PLAINTEXT', 'other') });
    await add('one with two listeners', { listeners: listeners('CONTROLLER', 'other') });
    const remove = (label: string, body: Body) => session.ask(`remove ${label}`, 'RemoveRaftVoter', 0, { clusterId, voterId: 1, voterDirectoryId: unknownId, ...body });
    await remove('one', {});
    await remove('one that is not there', { voterId: 9 });
    await remove('a negative one', { voterId: -1 });
    await remove('one without a directory', { voterDirectoryId: zeroId });
  },
};

export const featuresOffStories: Story[] = [transactions, transactionalCommits, tokens, logDirs, newGroups, shareState, telemetry, voters];
