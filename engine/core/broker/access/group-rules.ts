/** Access to groups and to their offsets (Kafka: KafkaApis, the handlers of groups). Offsets are told of topics that may be described, and committed for such that may be read. */
import { allows, allowsCluster, allowsGroup, allowsTopic, authorizedOperations, type Access } from '#engine/core/broker/access/access.ts';
import { accessRule, split, type AccessRule } from '#engine/core/broker/access/access-rule.ts';
import { operationsNotAsked } from '#engine/core/broker/authorized-operations.ts';
import { joinError, NO_MEMBER_ID, syncResponse } from '#engine/core/group/responses.ts';
import { AclOperation, ResourceType } from '#engine/core/security/acl.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { OffsetCommitRequest, OffsetCommitResponse } from '#engine/protocol/messages/08-offset-commit.ts';
import type { FindCoordinatorRequest, FindCoordinatorResponse } from '#engine/protocol/messages/10-find-coordinator.ts';
import type { JoinGroupRequest, JoinGroupResponse } from '#engine/protocol/messages/11-join-group.ts';
import type { HeartbeatRequest, HeartbeatResponse } from '#engine/protocol/messages/12-heartbeat.ts';
import type { LeaveGroupRequest, LeaveGroupResponse } from '#engine/protocol/messages/13-leave-group.ts';
import type { SyncGroupRequest, SyncGroupResponse } from '#engine/protocol/messages/14-sync-group.ts';
import type { DescribeGroupsRequest, DescribeGroupsResponse } from '#engine/protocol/messages/15-describe-groups.ts';
import type { ListGroupsRequest, ListGroupsResponse } from '#engine/protocol/messages/16-list-groups.ts';
import type { DeleteGroupsRequest, DeleteGroupsResponse } from '#engine/protocol/messages/42-delete-groups.ts';
import type { OffsetDeleteRequest, OffsetDeleteResponse } from '#engine/protocol/messages/47-offset-delete.ts';

const { READ, DELETE, DESCRIBE, CLUSTER_ACTION } = AclOperation;
const { GROUP_AUTHORIZATION_FAILED, TOPIC_AUTHORIZATION_FAILED } = ErrorCode;

const joinGroup = accessRule<JoinGroupRequest, JoinGroupResponse>(ApiKey.JoinGroup, {
  admit: (access, { groupId }, request) => (allowsGroup(access, READ, groupId) ? undefined : { answer: joinError(request, NO_MEMBER_ID, GROUP_AUTHORIZATION_FAILED) }),
});

const heartbeat = accessRule<HeartbeatRequest, HeartbeatResponse>(ApiKey.Heartbeat, {
  admit: (access, { groupId }) => (allowsGroup(access, READ, groupId) ? undefined : { answer: { throttleTimeMs: 0, errorCode: GROUP_AUTHORIZATION_FAILED } }),
});

const leaveGroup = accessRule<LeaveGroupRequest, LeaveGroupResponse>(ApiKey.LeaveGroup, {
  admit: (access, { groupId }) => (allowsGroup(access, READ, groupId) ? undefined : { answer: { throttleTimeMs: 0, errorCode: GROUP_AUTHORIZATION_FAILED, members: [] } }),
});

const syncGroup = accessRule<SyncGroupRequest, SyncGroupResponse>(ApiKey.SyncGroup, {
  admit: (access, { groupId }) => (allowsGroup(access, READ, groupId) ? undefined : { answer: syncResponse({ errorCode: GROUP_AUTHORIZATION_FAILED }) }),
});

const offsetCommit = accessRule<OffsetCommitRequest, OffsetCommitResponse, OffsetCommitRequest['topics']>(ApiKey.OffsetCommit, {
  admit(access, body, { apiVersion }) {
    if (!allowsGroup(access, READ, body.groupId)) return { answer: { throttleTimeMs: 0, topics: body.topics.map((topic) => refusedCommit(topic, GROUP_AUTHORIZATION_FAILED)) } };
    const { allowed, refused } = split(body.topics, (topic) => {
      const name = apiVersion >= 10 ? access.state.image.topics.get(topic.topicId)?.name : topic.name;
      return name === undefined || allowsTopic(access, READ, name);
    });
    return refused.length === 0 ? undefined : { body: { ...body, topics: allowed }, refused };
  },
  complete: (_access, answer, refused = []) => ({ ...answer, topics: [...refused.map((topic) => refusedCommit(topic, TOPIC_AUTHORIZATION_FAILED)), ...answer.topics] }),
});

function refusedCommit({ name, topicId, partitions }: OffsetCommitRequest['topics'][number], errorCode: number): OffsetCommitResponse['topics'][number] {
  return { name, topicId, partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })) };
}

const offsetDelete = accessRule<OffsetDeleteRequest, OffsetDeleteResponse, OffsetDeleteRequest['topics']>(ApiKey.OffsetDelete, {
  admit(access, body) {
    if (!allowsGroup(access, DELETE, body.groupId)) return { answer: { errorCode: GROUP_AUTHORIZATION_FAILED, throttleTimeMs: 0, topics: [] } };
    const { allowed, refused } = split(body.topics, ({ name }) => allowsTopic(access, READ, name));
    return refused.length === 0 ? undefined : { body: { ...body, topics: allowed }, refused };
  },
  complete(_access, answer, refused = []) {
    const topics = refused.map(({ name, partitions }) => ({ name, partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: TOPIC_AUTHORIZATION_FAILED })) }));
    return answer.errorCode === ErrorCode.NONE ? { ...answer, topics: [...topics, ...answer.topics] } : answer;
  },
});

const findCoordinator = accessRule<FindCoordinatorRequest, FindCoordinatorResponse, FindCoordinatorResponse['coordinators']>(ApiKey.FindCoordinator, {
  admit(access, body, { apiVersion }) {
    const keys = apiVersion >= 4 ? body.coordinatorKeys : [body.key];
    const { allowed, refused } = split(keys, (key) => mayFind(access, body.keyType, key));
    if (refused.length === 0) return undefined;
    const refusal = refusalOfKey(body.keyType);
    const nowhere = { nodeId: -1, host: '', port: -1 };
    if (apiVersion < 4) return { answer: { throttleTimeMs: 0, ...refusal, ...nowhere, coordinators: [] } };
    // Among several, words are found for share groups alone.
    const errorMessage = body.keyType === keyTypeShare ? refusal.errorMessage : '';
    return { body: { ...body, coordinatorKeys: allowed }, refused: refused.map((key) => ({ key, ...nowhere, ...refusal, errorMessage })) };
  },
  complete: (_access, answer, refused = []) => ({ ...answer, coordinators: [...answer.coordinators, ...refused] }),
});

const keyTypeShare = 2;

/** Group, transactional id, share group; others are refused by the handler. */
function mayFind(access: Access, keyType: number, key: string): boolean {
  switch (keyType) {
    case 0:
      return allowsGroup(access, DESCRIBE, key);
    case 1:
      return allows(access, DESCRIBE, ResourceType.TRANSACTIONAL_ID, key);
    case keyTypeShare:
      return allowsCluster(access, CLUSTER_ACTION);
    default:
      return true;
  }
}

function refusalOfKey(keyType: number): { errorCode: number; errorMessage: string } {
  if (keyType === 0) return { errorCode: GROUP_AUTHORIZATION_FAILED, errorMessage: 'Group authorization failed.' };
  if (keyType === 1) return { errorCode: ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, errorMessage: 'Transactional Id authorization failed.' };
  return { errorCode: ErrorCode.CLUSTER_AUTHORIZATION_FAILED, errorMessage: 'Cluster authorization failed.' };
}

const describeGroups = accessRule<DescribeGroupsRequest, DescribeGroupsResponse, string[]>(ApiKey.DescribeGroups, {
  admit(access, body) {
    const { allowed, refused } = split(body.groups, (group) => allowsGroup(access, DESCRIBE, group));
    return refused.length === 0 ? undefined : { body: { ...body, groups: allowed }, refused };
  },
  complete(access, answer, refused = []) {
    const groups = answer.groups.map((group) =>
      group.authorizedOperations === operationsNotAsked ? group : { ...group, authorizedOperations: authorizedOperations(access, ResourceType.GROUP, group.groupId) },
    );
    return { ...answer, groups: [...refused.map(refusedGroup), ...groups] };
  },
});

function refusedGroup(groupId: string): DescribeGroupsResponse['groups'][number] {
  const nothing = { groupState: '', protocolType: '', protocolData: '', members: [] };
  return { errorCode: GROUP_AUTHORIZATION_FAILED, errorMessage: null, groupId, ...nothing, authorizedOperations: operationsNotAsked };
}

const listGroups = accessRule<ListGroupsRequest, ListGroupsResponse>(ApiKey.ListGroups, {
  complete: (access, answer) => (allowsCluster(access, DESCRIBE) ? answer : { ...answer, groups: answer.groups.filter(({ groupId }) => allowsGroup(access, DESCRIBE, groupId)) }),
});

const deleteGroups = accessRule<DeleteGroupsRequest, DeleteGroupsResponse, string[]>(ApiKey.DeleteGroups, {
  admit(access, body) {
    const { allowed, refused } = split(body.groupsNames, (group) => allowsGroup(access, DELETE, group));
    return refused.length === 0 ? undefined : { body: { ...body, groupsNames: allowed }, refused: [...new Set(refused)] };
  },
  complete: (_access, answer, refused = []) => ({ ...answer, results: [...answer.results, ...refused.map((groupId) => ({ groupId, errorCode: GROUP_AUTHORIZATION_FAILED }))] }),
});

export const groupRules: readonly AccessRule[] = [
  joinGroup,
  heartbeat,
  leaveGroup,
  syncGroup,
  offsetCommit,
  offsetDelete,
  findCoordinator,
  describeGroups,
  listGroups,
  deleteGroups,
];
