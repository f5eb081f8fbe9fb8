/**
 * AlterPartition (56): the leader of a partition asks the controller for another ISR (KIP-497).
 *
 * 2: topic ids. 3: members of the ISR with their broker epochs, so that one that restarted meanwhile is refused (KIP-903).
 */
import { array, int16, int32, int64, int8, message, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const AlterPartitionRequest = message('AlterPartitionRequest', { apiKey: 56, versions: '2-3', flexible: '0+' }, {
  brokerId: int32(),
  brokerEpoch: int64({ default: -1n }),
  topics: array({
    topicId: uuid(),
    partitions: array({
      partitionIndex: int32(),
      leaderEpoch: int32(),
      newIsr: array(int32(), { versions: '0-2' }),
      newIsrWithEpochs: array({ brokerId: int32(), brokerEpoch: int64({ default: -1n }) }, { versions: '3+' }),
      /** 0: recovered; 1: recovering from an unclean election. */
      leaderRecoveryState: int8(),
      /** The epoch that this change builds on; any other is refused. */
      partitionEpoch: int32(),
    }),
  }),
});
export type AlterPartitionRequest = MessageOf<typeof AlterPartitionRequest>;

export const AlterPartitionResponse = message('AlterPartitionResponse', { apiKey: 56, versions: '2-3', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  topics: array({
    topicId: uuid(),
    partitions: array({
      partitionIndex: int32(),
      errorCode: int16(),
      leaderId: int32(),
      leaderEpoch: int32(),
      isr: array(int32()),
      leaderRecoveryState: int8(),
      partitionEpoch: int32(),
    }),
  }),
});
export type AlterPartitionResponse = MessageOf<typeof AlterPartitionResponse>;
