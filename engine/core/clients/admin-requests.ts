/** The requests that a command of the admin client becomes, step by step, and what their answers say. */
import type { AdminCommand } from '#engine/core/clients/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import { CreateTopicsRequest, type CreateTopicsResponse } from '#engine/protocol/messages/19-create-topics.ts';
import { DeleteTopicsRequest, type DeleteTopicsResponse } from '#engine/protocol/messages/20-delete-topics.ts';
import { CreatePartitionsRequest, type CreatePartitionsResponse } from '#engine/protocol/messages/37-create-partitions.ts';
import { ElectLeadersRequest, type ElectLeadersResponse } from '#engine/protocol/messages/43-elect-leaders.ts';
import { IncrementalAlterConfigsRequest, type IncrementalAlterConfigsResponse } from '#engine/protocol/messages/44-incremental-alter-configs.ts';

export interface AdminRequest {
  apiKey: number;
  apiVersion: number;
  body: unknown;
}

export interface AdminAnswer {
  errorCode: number;
  message: string;
}

const TIMEOUT_MS = 30_000;
const RESOURCE_TOPIC = 2;
const OPERATION_SET = 0;
const OPERATION_DELETE = 1;
const ELECTION_PREFERRED = 0;
const ELECTION_UNCLEAN = 1;

/** The request of this step; undefined when the command has no more. */
export function adminRequestOf(command: AdminCommand, step: number): AdminRequest | undefined {
  return requestsOf(command)[step];
}

function requestsOf(command: AdminCommand): AdminRequest[] {
  switch (command.kind) {
    case 'topic.create':
      return [createTopic(command)];
    case 'topic.delete': {
      const body = create(DeleteTopicsRequest, { topics: [{ name: command.topic }], timeoutMs: TIMEOUT_MS });
      return [{ apiKey: ApiKey.DeleteTopics, apiVersion: 6, body }];
    }
    case 'topic.alter':
      return [
        ...(command.partitions === undefined ? [] : [createPartitions(command.topic, command.partitions)]),
        ...(command.config === undefined ? [] : [alterConfigs(command.topic, command.config)]),
      ];
    case 'leaders.elect': {
      const body = create(ElectLeadersRequest, {
        electionType: command.unclean ? ELECTION_UNCLEAN : ELECTION_PREFERRED,
        topicPartitions: [{ topic: command.topic, partitions: [command.partition] }],
        timeoutMs: TIMEOUT_MS,
      });
      return [{ apiKey: ApiKey.ElectLeaders, apiVersion: 2, body }];
    }
  }
}

function createTopic({ topic }: Extract<AdminCommand, { kind: 'topic.create' }>): AdminRequest {
  const body = create(CreateTopicsRequest, {
    topics: [{
      name: topic.name,
      numPartitions: topic.partitions,
      replicationFactor: topic.replicationFactor,
      configs: Object.entries(topic.config).map(([name, value]) => ({ name, value })),
    }],
    timeoutMs: TIMEOUT_MS,
  });
  return { apiKey: ApiKey.CreateTopics, apiVersion: 7, body };
}

function createPartitions(topic: string, count: number): AdminRequest {
  const body = create(CreatePartitionsRequest, { topics: [{ name: topic, count, assignments: null }], timeoutMs: TIMEOUT_MS });
  return { apiKey: ApiKey.CreatePartitions, apiVersion: 3, body };
}

/** Null takes a setting back to its default. */
function alterConfigs(topic: string, config: Record<string, string | null>): AdminRequest {
  const body = create(IncrementalAlterConfigsRequest, {
    resources: [{
      resourceType: RESOURCE_TOPIC,
      resourceName: topic,
      configs: Object.entries(config).map(([name, value]) => ({ name, configOperation: value === null ? OPERATION_DELETE : OPERATION_SET, value })),
    }],
  });
  return { apiKey: ApiKey.IncrementalAlterConfigs, apiVersion: 1, body };
}

/** Each of these requests is about one topic: its first result is the outcome. */
export function outcomeOf(apiKey: number, body: unknown): AdminAnswer {
  switch (apiKey) {
    case ApiKey.CreateTopics:
      return answer((body as CreateTopicsResponse).topics[0]);
    case ApiKey.DeleteTopics:
      return answer((body as DeleteTopicsResponse).responses[0]);
    case ApiKey.CreatePartitions:
      return answer((body as CreatePartitionsResponse).results[0]);
    case ApiKey.IncrementalAlterConfigs:
      return answer((body as IncrementalAlterConfigsResponse).responses[0]);
    case ApiKey.ElectLeaders: {
      const response = body as ElectLeadersResponse;
      if (response.errorCode !== ErrorCode.NONE) return { errorCode: response.errorCode, message: '' };
      return answer(response.replicaElectionResults[0]?.partitionResult[0] ?? { errorCode: ErrorCode.ELECTION_NOT_NEEDED, errorMessage: null });
    }
    default:
      return { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR, message: `an answer of API ${apiKey}, which was not asked` };
  }
}

function answer(result: { errorCode: number; errorMessage: string | null } | undefined): AdminAnswer {
  if (result === undefined) return { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR, message: 'the answer has no result' };
  return { errorCode: result.errorCode, message: result.errorMessage ?? '' };
}
