/**
 * Access to transactions (Kafka: KafkaApis): a transactional id is a resource of its own, and what happens in a transaction needs the same
 * permissions as outside of one. What brokers alone send needs CLUSTER_ACTION.
 */
import { allows, allowsCluster, allowsGroup, allowsTopic, type Access } from '#engine/core/broker/access/access.ts';
import { accessRule, split, type AccessRule } from '#engine/core/broker/access/access-rule.ts';
import { errorAnswer } from '#engine/core/broker/error-answers.ts';
import { AclOperation, ResourceType } from '#engine/core/security/acl.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import type { AddPartitionsToTxnRequest, AddPartitionsToTxnResponse } from '#engine/protocol/messages/24-add-partitions-to-txn.ts';
import type { AddOffsetsToTxnRequest } from '#engine/protocol/messages/25-add-offsets-to-txn.ts';
import type { EndTxnRequest } from '#engine/protocol/messages/26-end-txn.ts';
import type { WriteTxnMarkersRequest, WriteTxnMarkersResponse } from '#engine/protocol/messages/27-write-txn-markers.ts';
import type { TxnOffsetCommitRequest, TxnOffsetCommitResponse } from '#engine/protocol/messages/28-txn-offset-commit.ts';
import { DescribeTransactionsResponse, type DescribeTransactionsRequest } from '#engine/protocol/messages/65-describe-transactions.ts';
import type { ListTransactionsRequest, ListTransactionsResponse } from '#engine/protocol/messages/66-list-transactions.ts';

const { READ, WRITE, ALTER, DESCRIBE, CLUSTER_ACTION } = AclOperation;
const { TRANSACTIONAL_ID_AUTHORIZATION_FAILED, GROUP_AUTHORIZATION_FAILED, TOPIC_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED } = ErrorCode;

function mayWrite(access: Access, transactionalId: string): boolean {
  return allows(access, WRITE, ResourceType.TRANSACTIONAL_ID, transactionalId);
}

const addPartitionsToTxn = accessRule<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse>(ApiKey.AddPartitionsToTxn, {
  admit(access, body, { apiVersion }) {
    const nothing = { throttleTimeMs: 0, errorCode: ErrorCode.NONE, resultsByTransaction: [], resultsByTopicV3AndBelow: [] };
    if (apiVersion >= 4) return allowsCluster(access, CLUSTER_ACTION) ? undefined : { answer: { ...nothing, errorCode: CLUSTER_AUTHORIZATION_FAILED } };
    const told = (codeOf: (topic: string) => number) => ({
      answer: {
        ...nothing,
        resultsByTopicV3AndBelow: body.v3AndBelowTopics.map(({ name, partitions }) => ({
          name,
          resultsByPartition: partitions.map((partitionIndex) => ({ partitionIndex, partitionErrorCode: codeOf(name) })),
        })),
      },
    });
    if (!mayWrite(access, body.v3AndBelowTransactionalId)) return told(() => TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
    const isRefused = (topic: string): boolean => !allowsTopic(access, WRITE, topic);
    if (!body.v3AndBelowTopics.some(({ name }) => isRefused(name))) return undefined;
    // All or nothing: where one partition cannot be added, no other is tried.
    return told((topic) => (isRefused(topic) ? TOPIC_AUTHORIZATION_FAILED : ErrorCode.OPERATION_NOT_ATTEMPTED));
  },
});

const addOffsetsToTxn = accessRule<AddOffsetsToTxnRequest, unknown>(ApiKey.AddOffsetsToTxn, {
  admit(access, { transactionalId, groupId }) {
    if (!mayWrite(access, transactionalId)) return { answer: errorAnswer(ApiKey.AddOffsetsToTxn, TRANSACTIONAL_ID_AUTHORIZATION_FAILED, null) };
    return allowsGroup(access, READ, groupId) ? undefined : { answer: errorAnswer(ApiKey.AddOffsetsToTxn, GROUP_AUTHORIZATION_FAILED, null) };
  },
});

const endTxn = accessRule<EndTxnRequest, unknown>(ApiKey.EndTxn, {
  admit: (access, { transactionalId }) => (mayWrite(access, transactionalId) ? undefined : { answer: errorAnswer(ApiKey.EndTxn, TRANSACTIONAL_ID_AUTHORIZATION_FAILED, null) }),
});

const writeTxnMarkers = accessRule<WriteTxnMarkersRequest, WriteTxnMarkersResponse>(ApiKey.WriteTxnMarkers, {
  admit(access, { markers }) {
    if (allowsCluster(access, ALTER) || allowsCluster(access, CLUSTER_ACTION)) return undefined;
    const refused = markers.map(({ producerId, topics }) => ({
      producerId,
      topics: topics.map(({ name, partitionIndexes }) => ({ name, partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, errorCode: CLUSTER_AUTHORIZATION_FAILED })) })),
    }));
    return { answer: { markers: refused } };
  },
});

const txnOffsetCommit = accessRule<TxnOffsetCommitRequest, TxnOffsetCommitResponse, TxnOffsetCommitRequest['topics']>(ApiKey.TxnOffsetCommit, {
  admit(access, body) {
    const refusal = mayWrite(access, body.transactionalId) ? (allowsGroup(access, READ, body.groupId) ? ErrorCode.NONE : GROUP_AUTHORIZATION_FAILED) : TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
    if (refusal !== ErrorCode.NONE) return { answer: { throttleTimeMs: 0, topics: body.topics.map((topic) => refusedCommit(topic, refusal)) } };
    const { allowed, refused } = split(body.topics, ({ name }) => allowsTopic(access, READ, name));
    return refused.length === 0 ? undefined : { body: { ...body, topics: allowed }, refused };
  },
  complete: (_access, answer, refused = []) => ({ ...answer, topics: [...refused.map((topic) => refusedCommit(topic, TOPIC_AUTHORIZATION_FAILED)), ...answer.topics] }),
});

function refusedCommit({ name, partitions }: TxnOffsetCommitRequest['topics'][number], errorCode: number): TxnOffsetCommitResponse['topics'][number] {
  return { name, partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })) };
}

const describeTransactions = accessRule<DescribeTransactionsRequest, DescribeTransactionsResponse, string[]>(ApiKey.DescribeTransactions, {
  admit(access, body) {
    const { allowed, refused } = split(body.transactionalIds, (id) => allows(access, DESCRIBE, ResourceType.TRANSACTIONAL_ID, id));
    return refused.length === 0 ? undefined : { body: { ...body, transactionalIds: allowed }, refused };
  },
  complete(access, answer, refused = []) {
    const refusals = create(DescribeTransactionsResponse, { transactionStates: refused.map((transactionalId) => ({ transactionalId, errorCode: TRANSACTIONAL_ID_AUTHORIZATION_FAILED })) });
    const told = answer.transactionStates.map((state) => ({ ...state, topics: state.topics.filter(({ topic }) => allowsTopic(access, DESCRIBE, topic)) }));
    return { ...answer, transactionStates: [...told, ...refusals.transactionStates] };
  },
});

const listTransactions = accessRule<ListTransactionsRequest, ListTransactionsResponse>(ApiKey.ListTransactions, {
  complete: (access, answer) => ({ ...answer, transactionStates: answer.transactionStates.filter(({ transactionalId }) => allows(access, DESCRIBE, ResourceType.TRANSACTIONAL_ID, transactionalId)) }),
});

export const transactionRules: readonly AccessRule[] = [addPartitionsToTxn, addOffsetsToTxn, endTxn, writeTxnMarkers, txnOffsetCommit, describeTransactions, listTransactions];
