import { describe, expect, test } from 'vitest';
import { cloneImage, emptyImage, isActive, requirePartition, topicByName, topicOverrides } from '#engine/core/metadata/image.ts';
import { decodeMetadataRecord, encodeMetadataRecord, metadataRecord, type MetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { emptyDelta, replay } from '#engine/core/metadata/replay.ts';

const topicId = 'c3Rvcnktb2YtYS10b3BpYw';
const ordersTopic = metadataRecord('TopicRecord', { name: 'orders', topicId });
const partitionZero = metadataRecord('PartitionRecord', {
  topicId,
  partitionId: 0,
  replicas: [1, 2, 3],
  isr: [1, 2, 3],
  leader: 1,
  leaderEpoch: 0,
  partitionEpoch: 0,
});
const brokerOne = metadataRecord('RegisterBrokerRecord', { brokerId: 1, brokerEpoch: 7n, rack: 'a', incarnationId: topicId });

function imageOf(...records: MetadataRecord[]) {
  const image = emptyImage();
  for (const record of records) replay(image, record);
  return image;
}

describe('replay of metadata records', () => {
  test('a topic appears with its partitions, and its delta says so', () => {
    const image = emptyImage();
    const delta = emptyDelta();
    replay(image, ordersTopic, delta);
    replay(image, partitionZero, delta);
    expect(topicByName(image, 'orders')?.partitions).toHaveLength(1);
    expect(requirePartition(image, topicId, 0)).toMatchObject({ leader: 1, isr: [1, 2, 3], elr: [] });
    expect([...delta.topicsCreated]).toEqual([topicId]);
    expect(delta.partitions.get(topicId)).toEqual(new Set([0]));
  });

  test('a change of the ISR alone raises the partition epoch and leaves the leader epoch', () => {
    const image = imageOf(ordersTopic, partitionZero, metadataRecord('PartitionChangeRecord', { topicId, partitionId: 0, isr: [1, 2] }));
    expect(requirePartition(image, topicId, 0)).toMatchObject({ leader: 1, leaderEpoch: 0, partitionEpoch: 1, isr: [1, 2] });
  });

  test('a change that names a leader raises both epochs', () => {
    const image = imageOf(ordersTopic, partitionZero, metadataRecord('PartitionChangeRecord', { topicId, partitionId: 0, leader: 2 }));
    expect(requirePartition(image, topicId, 0)).toMatchObject({ leader: 2, leaderEpoch: 1, partitionEpoch: 1, isr: [1, 2, 3] });
  });

  test('a deleted topic takes its configs along', () => {
    const image = imageOf(ordersTopic, partitionZero, metadataRecord('ConfigRecord', { resourceType: 2, resourceName: 'orders', name: 'retention.ms', value: '1' }));
    expect(topicOverrides(image, 'orders')).toEqual({ 'retention.ms': '1' });
    const delta = emptyDelta();
    replay(image, metadataRecord('RemoveTopicRecord', { topicId }), delta);
    expect(topicByName(image, 'orders')).toBeUndefined();
    expect(topicOverrides(image, 'orders')).toEqual({});
    expect(delta.topicsDeleted.get(topicId)?.partitions).toHaveLength(1);
  });

  test('a broker registers fenced, and becomes active when it is unfenced', () => {
    const image = imageOf(brokerOne);
    expect(isActive(image, 1)).toBe(false);
    replay(image, metadataRecord('BrokerRegistrationChangeRecord', { brokerId: 1, brokerEpoch: 7n, fenced: -1 }));
    expect(isActive(image, 1)).toBe(true);
    replay(image, metadataRecord('BrokerRegistrationChangeRecord', { brokerId: 1, brokerEpoch: 7n, inControlledShutdown: 1 }));
    expect(isActive(image, 1)).toBe(false);
  });

  test('a change for an earlier life of a broker is a broken log', () => {
    const image = imageOf(brokerOne);
    expect(() => replay(image, metadataRecord('FenceBrokerRecord', { id: 1, epoch: 6n }))).toThrow('registered with epoch 7');
  });

  test('a copy of an image does not see what is replayed on the original', () => {
    const image = imageOf(ordersTopic, partitionZero, brokerOne);
    const copy = cloneImage(image);
    replay(image, metadataRecord('PartitionChangeRecord', { topicId, partitionId: 0, leader: 2 }));
    replay(image, metadataRecord('ConfigRecord', { resourceType: 4, resourceName: '1', name: 'num.io.threads', value: '2' }));
    expect(requirePartition(copy, topicId, 0).leader).toBe(1);
    expect(copy.configs.size).toBe(0);
  });
});

test('every record comes back from its bytes as it was', () => {
  const records: MetadataRecord[] = [
    ordersTopic,
    partitionZero,
    brokerOne,
    metadataRecord('PartitionChangeRecord', { topicId, partitionId: 0, isr: [], leader: -1, eligibleLeaderReplicas: [3], lastKnownElr: [1] }),
    metadataRecord('BrokerRegistrationChangeRecord', { brokerId: 1, brokerEpoch: 7n, fenced: -1 }),
    metadataRecord('ConfigRecord', { resourceType: 2, resourceName: 'orders', name: 'retention.ms', value: null }),
    metadataRecord('ProducerIdsRecord', { brokerId: 1, brokerEpoch: 7n, nextProducerId: 1000n }),
    metadataRecord('NoOpRecord', {}),
  ];
  for (const record of records) expect(decodeMetadataRecord(encodeMetadataRecord(record))).toEqual(record);
});

test('bytes that are no metadata record are refused', () => {
  expect(() => decodeMetadataRecord(new Uint8Array([9, 0, 0]))).toThrow('frame version 9');
  expect(() => decodeMetadataRecord(new Uint8Array([1, 99, 0]))).toThrow('no metadata record of type 99');
});
