/** APIs of which the cluster as a whole is the resource: all of the request is allowed, or nothing (Kafka: AuthHelper.authorizeClusterOperation). */
import { allowsCluster } from '#engine/core/broker/access/access.ts';
import { accessRule, type AccessRule } from '#engine/core/broker/access/access-rule.ts';
import { errorAnswer } from '#engine/core/broker/error-answers.ts';
import { AclOperation } from '#engine/core/security/acl.ts';
import { assert } from '#engine/ports/assert.ts';
import { ApiKey, apiOf } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { CreateAclsRequest } from '#engine/protocol/messages/30-create-acls.ts';
import type { DeleteAclsRequest } from '#engine/protocol/messages/31-delete-acls.ts';
import { create } from '#engine/protocol/message.ts';
import type { AlterReplicaLogDirsRequest } from '#engine/protocol/messages/34-alter-replica-log-dirs.ts';
import type { AlterClientQuotasRequest } from '#engine/protocol/messages/49-alter-client-quotas.ts';
import type { ElectLeadersRequest, ElectLeadersResponse } from '#engine/protocol/messages/43-elect-leaders.ts';
import type { AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse } from '#engine/protocol/messages/45-alter-partition-reassignments.ts';
import type { DescribeClientQuotasRequest, DescribeClientQuotasResponse } from '#engine/protocol/messages/48-describe-client-quotas.ts';
import type { AlterUserScramCredentialsRequest } from '#engine/protocol/messages/51-alter-user-scram-credentials.ts';

const { ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS, CLUSTER_ACTION } = AclOperation;
const refusal = { errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, errorMessage: 'Cluster authorization failed.' } as const;

/** Their answers have one place for an error. */
const operations: readonly (readonly [apiKey: number, operation: number])[] = [
  [ApiKey.DescribeAcls, DESCRIBE],
  [ApiKey.DescribeLogDirs, DESCRIBE],
  [ApiKey.ListPartitionReassignments, DESCRIBE],
  [ApiKey.DescribeUserScramCredentials, DESCRIBE],
  [ApiKey.DescribeQuorum, DESCRIBE],
  [ApiKey.UpdateFeatures, ALTER],
  [ApiKey.UnregisterBroker, ALTER],
  [ApiKey.ListConfigResources, DESCRIBE_CONFIGS],
  [ApiKey.AddRaftVoter, ALTER],
  [ApiKey.RemoveRaftVoter, ALTER],
];

const wholeAnswers = operations.map(([apiKey, operation]) =>
  accessRule<unknown, unknown>(apiKey, {
    admit(access) {
      if (allowsCluster(access, operation)) return undefined;
      const answer = errorAnswer(apiKey, refusal.errorCode, refusal.errorMessage);
      assert(answer !== undefined, `the answer of API ${apiKey} has no place for an error`);
      return { answer };
    },
  }),
);

const electLeaders = accessRule<ElectLeadersRequest, ElectLeadersResponse>(ApiKey.ElectLeaders, {
  admit(access, { topicPartitions }) {
    if (allowsCluster(access, ALTER)) return undefined;
    const replicaElectionResults = (topicPartitions ?? []).map(({ topic, partitions }) => ({ topic, partitionResult: partitions.map((partitionId) => ({ partitionId, ...refusal })) }));
    return { answer: { throttleTimeMs: 0, errorCode: refusal.errorCode, replicaElectionResults } };
  },
});

const alterPartitionReassignments = accessRule<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(ApiKey.AlterPartitionReassignments, {
  admit(access, { topics, allowReplicationFactorChange }) {
    if (allowsCluster(access, ALTER)) return undefined;
    const responses = topics.map(({ name, partitions }) => ({ name, partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, ...refusal })) }));
    return { answer: { throttleTimeMs: 0, allowReplicationFactorChange, ...refusal, responses } };
  },
});

const describeClientQuotas = accessRule<DescribeClientQuotasRequest, DescribeClientQuotasResponse>(ApiKey.DescribeClientQuotas, {
  admit: (access) => (allowsCluster(access, DESCRIBE_CONFIGS) ? undefined : { answer: { throttleTimeMs: 0, errorCode: refusal.errorCode, errorMessage: null, entries: null } }),
});

const createAcls = accessRule<CreateAclsRequest, unknown>(ApiKey.CreateAcls, {
  admit: (access, { creations }) => (allowsCluster(access, ALTER) ? undefined : { answer: { throttleTimeMs: 0, results: creations.map(() => ({ ...refusal })) } }),
});

const deleteAcls = accessRule<DeleteAclsRequest, unknown>(ApiKey.DeleteAcls, {
  admit: (access, { filters }) => (allowsCluster(access, ALTER) ? undefined : { answer: { throttleTimeMs: 0, filterResults: filters.map(() => ({ ...refusal, matchingAcls: [] })) } }),
});

const alterUserScramCredentials = accessRule<AlterUserScramCredentialsRequest, unknown>(ApiKey.AlterUserScramCredentials, {
  admit(access, { deletions, upsertions }) {
    if (allowsCluster(access, ALTER)) return undefined;
    const users = new Set([...deletions, ...upsertions].map(({ name }) => name));
    return { answer: { throttleTimeMs: 0, results: [...users].toSorted().map((user) => ({ user, ...refusal })) } };
  },
});

const alterReplicaLogDirs = accessRule<AlterReplicaLogDirsRequest, unknown>(ApiKey.AlterReplicaLogDirs, {
  admit(access, { dirs }) {
    if (allowsCluster(access, ALTER)) return undefined;
    const results = dirs.flatMap(({ topics }) => topics.map(({ name, partitions }) => ({ topicName: name, partitions: partitions.map((partitionIndex) => ({ partitionIndex, errorCode: refusal.errorCode })) })));
    return { answer: { throttleTimeMs: 0, results } };
  },
});

const alterClientQuotas = accessRule<AlterClientQuotasRequest, unknown>(ApiKey.AlterClientQuotas, {
  admit: (access, { entries }) => (allowsCluster(access, ALTER_CONFIGS) ? undefined : { answer: { throttleTimeMs: 0, entries: entries.map(({ entity }) => ({ ...refusal, entity })) } }),
});

interface ShareStateRequest {
  topics: readonly { topicId: string; partitions: readonly { partition: number }[] }[];
}

/** What coordinators of share groups keep of them is between brokers. */
const shareStateApis = [ApiKey.InitializeShareGroupState, ApiKey.ReadShareGroupState, ApiKey.WriteShareGroupState, ApiKey.DeleteShareGroupState, ApiKey.ReadShareGroupStateSummary];
const shareState = shareStateApis.map((apiKey) =>
  accessRule<ShareStateRequest, unknown>(apiKey, {
    admit(access, { topics }) {
      if (allowsCluster(access, CLUSTER_ACTION)) return undefined;
      const api = apiOf(apiKey);
      assert(api !== undefined, `there is no API ${apiKey}`);
      const results = topics.map(({ topicId, partitions }) => ({ topicId, partitions: partitions.map(({ partition }) => ({ partition, ...refusal })) }));
      return { answer: create(api.response, { results }) };
    },
  }),
);

export const clusterRules: readonly AccessRule[] = [...wholeAnswers, electLeaders, alterPartitionReassignments, describeClientQuotas, alterClientQuotas, alterReplicaLogDirs, ...shareState, createAcls, deleteAcls, alterUserScramCredentials];
