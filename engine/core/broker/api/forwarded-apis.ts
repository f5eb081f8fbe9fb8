/** The APIs that a broker hands on to the active controller, as far as the controller answers them. */
import { forward } from '#engine/core/broker/forwarding.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';

const forwardedApiKeys: readonly number[] = [
  ApiKey.CreateTopics,
  ApiKey.DeleteTopics,
  ApiKey.AlterConfigs,
  ApiKey.CreatePartitions,
  ApiKey.ElectLeaders,
  ApiKey.IncrementalAlterConfigs,
  ApiKey.AlterPartitionReassignments,
  ApiKey.ListPartitionReassignments,
  ApiKey.AlterUserScramCredentials,
  ApiKey.DescribeQuorum,
  ApiKey.UpdateFeatures,
  ApiKey.UnregisterBroker,
  ApiKey.AddRaftVoter,
  ApiKey.RemoveRaftVoter,
];

export const forwardedApis: readonly ApiHandler[] = forwardedApiKeys.map((apiKey) => ({ apiKey, handle: forward }));
