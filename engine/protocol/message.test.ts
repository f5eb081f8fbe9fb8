import { describe, expect, it } from 'vitest';
import { create } from '#engine/protocol/message.ts';
import { MetadataResponse } from '#engine/protocol/messages/03-metadata.ts';
import { ProduceRequest } from '#engine/protocol/messages/00-produce.ts';
import { PartitionChangeRecord } from '#engine/protocol/records/metadata-records.ts';

describe('create', () => {
  it("fills what is left out with Kafka's defaults, at every depth", () => {
    const body = create(MetadataResponse, { topics: [{ name: 'orders', partitions: [{ leaderId: 2 }] }] });
    expect(body.controllerId).toBe(-1);
    expect(body.clusterId).toBeNull();
    expect(body.topics[0]).toEqual({
      errorCode: 0, name: 'orders', topicId: 'AAAAAAAAAAAAAAAAAAAAAA', isInternal: false, topicAuthorizedOperations: -2_147_483_648,
      partitions: [{ errorCode: 0, partitionIndex: 0, leaderId: 2, leaderEpoch: -1, replicaNodes: [], isrNodes: [], offlineReplicas: [] }],
    });
  });

  it('gives every body arrays of its own', () => {
    create(MetadataResponse).topics.push(...create(MetadataResponse, { topics: [{ name: 'a' }] }).topics);
    expect(create(MetadataResponse).topics).toEqual([]);
  });

  it('keeps a null that was given and does not touch bytes', () => {
    const records = [Uint8Array.of(1)];
    const body = create(ProduceRequest, { transactionalId: null, topicData: [{ partitionData: [{ records }, { records: null }] }] });
    expect(body.topicData[0]!.partitionData.map((partition) => partition.records)).toEqual([records, null]);
  });

  it('tells "as it was" from "nothing" in a change of a partition', () => {
    expect(create(PartitionChangeRecord, { isr: [] })).toMatchObject({ isr: [], replicas: null, leader: -2 });
  });

  it('refuses a field that the message does not have', () => {
    const misspelt = { topics: [{ nmae: 'orders' }] };
    expect(() => create(MetadataResponse, misspelt as object)).toThrow('MetadataResponse.topics[0] has no field "nmae"');
  });
});
