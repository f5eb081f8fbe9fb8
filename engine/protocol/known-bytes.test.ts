/** Bytes that Apache Kafka 4.3.1's own classes write for these bodies, so that the codec is not only at one with itself. */
import { describe, expect, it } from 'vitest';
import { apis } from '#engine/protocol/api-keys.ts';
import { decodeBody, encodeBody } from '#engine/protocol/codec.ts';
import { create, type MessageDefinition } from '#engine/protocol/message.ts';
import * as metadata from '#engine/protocol/records/metadata-records.ts';
import * as offsets from '#engine/protocol/records/consumer-offsets-records.ts';
import * as transactions from '#engine/protocol/records/transaction-state-records.ts';

const topicId = 'QnJvd25Gb3hKdW1wc092ZQ';
const records = [Uint8Array.of(1, 2, 3)];

type Vector = [name: string, version: number, hex: string, body: Record<string, unknown>];
const vectors: Vector[] = [
  ['ApiVersionsRequest', 3, '056b63617404312e3700', { clientSoftwareName: 'kcat', clientSoftwareVersion: '1.7' }],
  ['ApiVersionsResponse', 0, '002300000001001200000004', { errorCode: 35, apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }] }],
  ['ApiVersionsResponse', 4, '0000020001000400120000000000020014020e6b726166742e76657273696f6e000000010001087fffffffffffffff', {
    apiKeys: [{ apiKey: 1, minVersion: 4, maxVersion: 18 }], supportedFeatures: [{ name: 'kraft.version', minVersion: 0, maxVersion: 1 }], finalizedFeaturesEpoch: 9_223_372_036_854_775_807n,
  }],
  ['ProduceRequest', 3, '00027478ffff000075300000000100066f7264657273000000010000000200000003010203', { transactionalId: 'tx', acks: -1, timeoutMs: 30_000, topicData: [{ name: 'orders', partitionData: [{ index: 2, records }] }] }],
  ['ProduceRequest', 9, '0000010000753002076f7264657273030000000204010203000000000300000000', { acks: 1, timeoutMs: 30_000, topicData: [{ name: 'orders', partitionData: [{ index: 2, records }, { index: 3, records: null }] }] }],
  ['ProduceRequest', 13, '000000000005dc0242726f776e466f784a756d70734f7665020000000004010203000000', { acks: 0, timeoutMs: 1500, topicData: [{ topicId, partitionData: [{ index: 0, records }] }] }],
  ['ProduceResponse', 10, '02076f726465727302000000010006ffffffffffffffffffffffffffffffffffffffffffffffff0100010009000000020000000700000000000001001502000000020a6c6f63616c686f7374000023840000', {
    responses: [{ name: 'orders', partitionResponses: [{ index: 1, errorCode: 6, baseOffset: -1n, logAppendTimeMs: -1n, logStartOffset: -1n, currentLeader: { leaderId: 2, leaderEpoch: 7 } }] }],
    nodeEndpoints: [{ nodeId: 2, host: 'localhost', port: 9092, rack: null }],
  }],
  ['FetchRequest', 4, 'ffffffff000001f40000000103200000000000000100066f72646572730000000100000000000000000000002a00100000', { replicaId: -1, maxWaitMs: 500, minBytes: 1, maxBytes: 52_428_800, topics: [{ topic: 'orders', partitions: [{ partition: 0, fetchOffset: 42n, partitionMaxBytes: 1_048_576 }] }] }],
  ['FetchRequest', 17, '000001f4000000017fffffff0000000000ffffffff0242726f776e466f784a756d70734f7665020000000000000005000000000000002a0000000400000000000000000010000001001042726f776e466f784a756d70734f7665000242726f776e466f784a756d70734f76650300000001000000020002610200020263010d00000003000000000000000c00', {
    clusterId: 'c', replicaState: { replicaId: 3, replicaEpoch: 12n }, maxWaitMs: 500, minBytes: 1,
    topics: [{ topicId, partitions: [{ partition: 0, currentLeaderEpoch: 5, fetchOffset: 42n, lastFetchedEpoch: 4, logStartOffset: 0n, partitionMaxBytes: 1_048_576, replicaDirectoryId: topicId }] }],
    forgottenTopicsData: [{ topicId, partitions: [1, 2] }], rackId: 'a',
  }],
  ['FetchResponse', 12, '0000000000000000006302076f726465727302000000000000000000000000000a00000000000000090000000000000000020000000000000007000000000000000300ffffffff0401020301000d000000040000000000000009000000', {
    sessionId: 99,
    responses: [{
      topic: 'orders',
      partitions: [{
        partitionIndex: 0, highWatermark: 10n, lastStableOffset: 9n, logStartOffset: 0n, abortedTransactions: [{ producerId: 7n, firstOffset: 3n }], records,
        divergingEpoch: { epoch: 4, endOffset: 9n },
      }],
    }],
  }],
  ['FetchResponse', 4, '000000000000000100066f7264657273000000010000000000007fffffffffffffffffffffffffffffffffffffff00000003010203', { responses: [{ topic: 'orders', partitions: [{ partitionIndex: 0, highWatermark: 9_223_372_036_854_775_807n, abortedTransactions: null, records }] }] }],
  ['MetadataRequest', 0, '00000000', { topics: [] }],
  ['MetadataRequest', 12, '00000000', { topics: null, allowAutoTopicCreation: false }],
  ['JoinGroupRequest', 4, '0001670000afc8000493e000000008636f6e73756d657200000001000572616e6765000000020001', {
    groupId: 'g', sessionTimeoutMs: 45_000, rebalanceTimeoutMs: 300_000, memberId: '', protocolType: 'consumer', protocols: [{ name: 'range', metadata: Uint8Array.of(0, 1) }],
  }],
  ['OffsetFetchResponse', 8, '0000000002026702076f72646572730200000000000000000000000cffffffff08c3bc6d6c6175740000000000000000', { groups: [{ groupId: 'g', topics: [{ name: 'orders', partitions: [{ partitionIndex: 0, committedOffset: 12n, metadata: 'ümlaut' }] }] }] }],
  ['OffsetDeleteRequest', 0, '000167000000010001740000000100000001', { groupId: 'g', topics: [{ name: 't', partitions: [{ partitionIndex: 1 }] }] }],
  ['ConsumerGroupHeartbeatResponse', 1, '00000000000000026d0000000300001388010242726f776e466f784a756d70734f76650200000000000000', { memberId: 'm', memberEpoch: 3, heartbeatIntervalMs: 5000, assignment: { topicPartitions: [{ topicId, partitions: [0] }] } }],
  ['ConsumerGroupHeartbeatResponse', 0, '00000000001905676f6e65000000000000000000ff00', { errorCode: 25, errorMessage: 'gone' }],
  ['PartitionChangeRecord', 2, '0000000142726f776e466f784a756d70734f76650300090300000001000000020104ffffffff06050200000003', { partitionId: 1, topicId, isr: [1, 2], leader: -1, eligibleLeaderReplicas: [3] }],
  ['RegisterBrokerRecord', 3, '000000010042726f776e466f784a756d70734f76650000000000000021020a504c41494e544558540a6c6f63616c686f7374ffff000000010001000100110242726f776e466f784a756d70734f7665', {
    brokerId: 1, incarnationId: topicId, brokerEpoch: 33n, endPoints: [{ name: 'PLAINTEXT', host: 'localhost', port: 65_535, securityProtocol: 0 }], rack: null, fenced: true, logDirs: [topicId],
  }],
  ['OffsetCommitValue', 3, '7fffffffffffffff0000000200000000018bcfe56800', { offset: 9_223_372_036_854_775_807n, leaderEpoch: 2, metadata: '', commitTimestamp: 1_700_000_000_000n }],
  ['ConsumerGroupMemberMetadataValue', 0, '010101010101ffffffff0101000100', { classicMemberMetadata: null }],
  ['TransactionLogValue', 1, '0000000000000fa000020000ea6001020274020000000000000000000000000000000000000000000100080000000000000bb8', { producerId: 4000n, previousProducerId: 3000n, producerEpoch: 2, transactionTimeoutMs: 60_000, transactionStatus: 1, transactionPartitions: [{ topic: 't', partitionIds: [0] }] }],
];

const definitions = new Map<string, MessageDefinition>();
for (const api of apis) for (const definition of [api.request, api.response]) definitions.set(definition.name, definition);
for (const module of [metadata, offsets, transactions]) for (const definition of Object.values(module)) definitions.set(definition.name, definition);

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('the bytes of Apache Kafka', () => {
  it.each(vectors)('%s v%i', (name, version, hex, values) => {
    const definition = definitions.get(name)!;
    const body = create(definition, values);
    expect(hexOf(encodeBody(definition, version, body))).toBe(hex);
    expect(decodeBody(definition, version, Uint8Array.from(Buffer.from(hex, 'hex')))).toEqual(body);
  });
});
