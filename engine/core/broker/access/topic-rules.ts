/** Who may make, change and delete topics and settings (Kafka: ControllerApis). The broker looks at it before it hands the request on. */
import { allowsCluster, allowsGroup, allowsTopic, type Access } from '#engine/core/broker/access/access.ts';
import { accessRule, split, type AccessRule } from '#engine/core/broker/access/access-rule.ts';
import { ConfigResourceType } from '#engine/core/metadata/image.ts';
import { AclOperation } from '#engine/core/security/acl.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { CreateTopicsRequest, CreateTopicsResponse } from '#engine/protocol/messages/19-create-topics.ts';
import type { DeleteTopicsRequest, DeleteTopicsResponse } from '#engine/protocol/messages/20-delete-topics.ts';
import type { DescribeConfigsRequest, DescribeConfigsResponse } from '#engine/protocol/messages/32-describe-configs.ts';
import type { AlterConfigsRequest, AlterConfigsResponse } from '#engine/protocol/messages/33-alter-configs.ts';
import type { CreatePartitionsRequest, CreatePartitionsResponse } from '#engine/protocol/messages/37-create-partitions.ts';
import type { IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse } from '#engine/protocol/messages/44-incremental-alter-configs.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';

const { CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS } = AclOperation;
const topicRefused = { errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, errorMessage: 'Topic authorization failed.' };

const createTopics = accessRule<CreateTopicsRequest, CreateTopicsResponse, string[]>(ApiKey.CreateTopics, {
  admit(access, body) {
    if (allowsCluster(access, CREATE)) return undefined;
    // A name that is there twice is refused for that, by whoever decides.
    const isTwice = (name: string): boolean => body.topics.filter((topic) => topic.name === name).length > 1;
    const { allowed, refused } = split(body.topics, ({ name }) => isTwice(name) || allowsTopic(access, CREATE, name));
    return refused.length === 0 ? undefined : { body: { ...body, topics: allowed }, refused: refused.map(({ name }) => name) };
  },
  complete(access, answer, refused = []) {
    const unseen = { topicConfigErrorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, numPartitions: -1, replicationFactor: -1, configs: [] };
    const told = answer.topics.map((topic) => (topic.errorCode === ErrorCode.NONE && !allowsTopic(access, DESCRIBE_CONFIGS, topic.name) ? { ...topic, ...unseen } : topic));
    const nothing = { topicId: zeroUuid, topicConfigErrorCode: 0, numPartitions: -1, replicationFactor: -1, configs: [] };
    return { ...answer, topics: [...told, ...refused.map((name) => ({ name, ...nothing, errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, errorMessage: 'Authorization failed.' }))] };
  },
});

const deleteTopics = accessRule<DeleteTopicsRequest, DeleteTopicsResponse, { name: string | null; topicId: string }[]>(ApiKey.DeleteTopics, {
  admit(access, body, { apiVersion }) {
    if (allowsCluster(access, DELETE)) return undefined;
    if (apiVersion < 6) {
      const { allowed, refused } = split(body.topicNames, (name) => mayDelete(access, name));
      return refused.length === 0 ? undefined : { body: { ...body, topicNames: allowed }, refused: refused.map((name) => ({ name, topicId: zeroUuid })) };
    }
    const { allowed, refused } = split(body.topics, ({ name, topicId }) => {
      const known = name ?? access.state.image.topics.get(topicId)?.name;
      return known === undefined || (name === null ? allowsTopic(access, DELETE, known) : mayDelete(access, known));
    });
    if (refused.length === 0) return undefined;
    return { body: { ...body, topics: allowed }, refused: refused.map(({ name, topicId }) => ({ name: name ?? visibleName(access, topicId), topicId })) };
  },
  complete: (_access, answer, refused = []) => ({ ...answer, responses: [...answer.responses, ...refused.map((topic) => ({ ...topic, ...topicRefused }))] }),
});

/** Of a topic that does not exist only those are told who might describe it. */
function mayDelete(access: Access, name: string): boolean {
  return access.state.image.topicIds.has(name) ? allowsTopic(access, DELETE, name) : allowsTopic(access, DESCRIBE, name);
}

function visibleName(access: Access, topicId: string): string | null {
  const name = access.state.image.topics.get(topicId)?.name;
  return name !== undefined && allowsTopic(access, DESCRIBE, name) ? name : null;
}

const createPartitions = accessRule<CreatePartitionsRequest, CreatePartitionsResponse, string[]>(ApiKey.CreatePartitions, {
  admit(access, body) {
    const { allowed, refused } = split(body.topics, ({ name }) => allowsTopic(access, ALTER, name));
    return refused.length === 0 ? undefined : { body: { ...body, topics: allowed }, refused: refused.map(({ name }) => name) };
  },
  complete: (_access, answer, refused = []) => ({ ...answer, results: [...answer.results, ...refused.map((name) => ({ name, errorCode: topicRefused.errorCode, errorMessage: null }))] }),
});

interface Resource {
  resourceType: number;
  resourceName: string;
}

/** Settings of topics and groups are theirs; those of brokers, loggers and metrics belong to the cluster. */
function allowsOnResource(access: Access, operation: number, { resourceType, resourceName }: Resource): boolean {
  switch (resourceType) {
    case ConfigResourceType.TOPIC:
      return allowsTopic(access, operation, resourceName);
    case ConfigResourceType.GROUP:
      return allowsGroup(access, operation, resourceName);
    case ConfigResourceType.BROKER:
    case ConfigResourceType.BROKER_LOGGER:
    case ConfigResourceType.CLIENT_METRICS:
      return allowsCluster(access, operation);
    default:
      return true;
  }
}

function refusedResource({ resourceType, resourceName }: Resource): Resource & { errorCode: number; errorMessage: string } {
  switch (resourceType) {
    case ConfigResourceType.TOPIC:
      return { ...topicRefused, resourceType, resourceName };
    case ConfigResourceType.GROUP:
      return { errorCode: ErrorCode.GROUP_AUTHORIZATION_FAILED, errorMessage: 'Group authorization failed.', resourceType, resourceName };
    default:
      return { errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, errorMessage: 'Cluster authorization failed.', resourceType, resourceName };
  }
}

const describeConfigs = accessRule<DescribeConfigsRequest, DescribeConfigsResponse, Resource[]>(ApiKey.DescribeConfigs, {
  admit(access, body) {
    const { allowed, refused } = split(body.resources, (resource) => allowsOnResource(access, DESCRIBE_CONFIGS, resource));
    return refused.length === 0 ? undefined : { body: { ...body, resources: allowed }, refused };
  },
  complete: (_access, answer, refused = []) => ({ ...answer, results: [...answer.results, ...refused.map((resource) => ({ ...refusedResource(resource), configs: [] }))] }),
});

const alterConfigs = accessRule<AlterConfigsRequest, AlterConfigsResponse, Resource[]>(ApiKey.AlterConfigs, {
  admit(access, body) {
    const { allowed, refused } = split(body.resources, (resource) => allowsOnResource(access, ALTER_CONFIGS, resource));
    return refused.length === 0 ? undefined : { body: { ...body, resources: allowed }, refused };
  },
  complete: (_access, answer, refused = []) => ({ ...answer, responses: [...answer.responses, ...refused.map(refusedResource)] }),
});

const incrementalAlterConfigs = accessRule<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse, Resource[]>(ApiKey.IncrementalAlterConfigs, {
  admit(access, body) {
    const { allowed, refused } = split(body.resources, (resource) => allowsOnResource(access, ALTER_CONFIGS, resource));
    return refused.length === 0 ? undefined : { body: { ...body, resources: allowed }, refused };
  },
  complete: (_access, answer, refused = []) => ({ ...answer, responses: [...answer.responses, ...refused.map(refusedResource)] }),
});

export const topicRules: readonly AccessRule[] = [createTopics, deleteTopics, createPartitions, describeConfigs, alterConfigs, incrementalAlterConfigs];
