/**
 * DescribeGroups (15), versions 0 to 6. Kafka: GroupMetadataManager.describeGroups. A group that does not exist is Dead and
 * no error up to version 5, GROUP_ID_NOT_FOUND from 6 on (KIP-1043). Subscriptions are told of a stable group only,
 * assignments always. Authorized operations are those of a cluster without an authorizer.
 */
import type { RequestMessage } from '#engine/core/node.ts';
import { protocolMetadata } from '#engine/core/group/classic-group.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { placeOfGroup } from '#engine/core/group/coordination.ts';
import type { ClassicGroup } from '#engine/core/group/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import { DescribeGroupsResponse, type DescribeGroupsRequest } from '#engine/protocol/messages/15-describe-groups.ts';

type DescribedGroup = DescribeGroupsResponse['groups'][number];

const NOT_ASKED = -2_147_483_648;
/** READ (3), DELETE (6), DESCRIBE (8), DESCRIBE_CONFIGS (10), ALTER_CONFIGS (11), one bit each. */
const ALL_GROUP_OPERATIONS = (1 << 3) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 11);
const nothing = new Uint8Array(0);

export function describeGroups(coordination: Coordination, request: RequestMessage): void {
  const body = request.body as DescribeGroupsRequest;
  const groups = body.groups.map((groupId) => {
    const described = describe(coordination, groupId, request.apiVersion);
    const mayAnswer = body.includeAuthorizedOperations && described.errorCode === ErrorCode.NONE;
    return { ...described, authorizedOperations: mayAnswer ? ALL_GROUP_OPERATIONS : NOT_ASKED };
  });
  coordination.context.respond(request, create(DescribeGroupsResponse, { groups }));
}

function describe(coordination: Coordination, groupId: string, apiVersion: number): DescribedGroup {
  const described: DescribedGroup = {
    errorCode: ErrorCode.NONE, errorMessage: null, groupId, groupState: '', protocolType: '', protocolData: '', members: [], authorizedOperations: NOT_ASKED,
  };
  const place = placeOfGroup(coordination, groupId);
  if (typeof place === 'number') return { ...described, errorCode: place };
  if (place.group === undefined) {
    const missing = { ...described, groupState: 'Dead' };
    return apiVersion < 6 ? missing : { ...missing, errorCode: ErrorCode.GROUP_ID_NOT_FOUND, errorMessage: `Group ${groupId} not found.` };
  }
  return { ...described, ...describeGroup(place.group) };
}

function describeGroup(group: ClassicGroup): Pick<DescribedGroup, 'groupState' | 'protocolType' | 'protocolData' | 'members'> {
  const isStable = group.state === 'Stable';
  return {
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: isStable ? (group.protocolName ?? '') : '',
    members: [...group.members.values()].map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: isStable ? protocolMetadata(member, group.protocolName) : nothing,
      memberAssignment: member.assignment,
    })),
  };
}
