/**
 * Kafka's API keys, and what a broker and a controller of Kafka 4.3 offer.
 *
 * `versions` is what can be decoded; `offered` what the ApiVersions answer on the broker's listener says, which differs in three
 * places: Produce is offered from 0 though it is refused below 3 (librdkafka turns compression off otherwise, KAFKA-18659),
 * an unstable newest version is not offered (InitProducerId 6), and telemetry is named only by a broker that has a receiver for it (and
 * yet served by every one).
 * Left out: the keys of the ZooKeeper era (4 to 7), of which Kafka 4 has no version any more.
 */
import type { MessageDefinition } from '#engine/protocol/message.ts';
import { ProduceRequest, ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import { FetchRequest, FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import { ListOffsetsRequest, ListOffsetsResponse } from '#engine/protocol/messages/02-list-offsets.ts';
import { MetadataRequest, MetadataResponse } from '#engine/protocol/messages/03-metadata.ts';
import { OffsetCommitRequest, OffsetCommitResponse } from '#engine/protocol/messages/08-offset-commit.ts';
import { OffsetFetchRequest, OffsetFetchResponse } from '#engine/protocol/messages/09-offset-fetch.ts';
import { FindCoordinatorRequest, FindCoordinatorResponse } from '#engine/protocol/messages/10-find-coordinator.ts';
import { JoinGroupRequest, JoinGroupResponse } from '#engine/protocol/messages/11-join-group.ts';
import { HeartbeatRequest, HeartbeatResponse } from '#engine/protocol/messages/12-heartbeat.ts';
import { LeaveGroupRequest, LeaveGroupResponse } from '#engine/protocol/messages/13-leave-group.ts';
import { SyncGroupRequest, SyncGroupResponse } from '#engine/protocol/messages/14-sync-group.ts';
import { DescribeGroupsRequest, DescribeGroupsResponse } from '#engine/protocol/messages/15-describe-groups.ts';
import { ListGroupsRequest, ListGroupsResponse } from '#engine/protocol/messages/16-list-groups.ts';
import { SaslHandshakeRequest, SaslHandshakeResponse } from '#engine/protocol/messages/17-sasl-handshake.ts';
import { ApiVersionsRequest, ApiVersionsResponse } from '#engine/protocol/messages/18-api-versions.ts';
import { CreateTopicsRequest, CreateTopicsResponse } from '#engine/protocol/messages/19-create-topics.ts';
import { DeleteTopicsRequest, DeleteTopicsResponse } from '#engine/protocol/messages/20-delete-topics.ts';
import { DeleteRecordsRequest, DeleteRecordsResponse } from '#engine/protocol/messages/21-delete-records.ts';
import { InitProducerIdRequest, InitProducerIdResponse } from '#engine/protocol/messages/22-init-producer-id.ts';
import { OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse } from '#engine/protocol/messages/23-offset-for-leader-epoch.ts';
import { AddPartitionsToTxnRequest, AddPartitionsToTxnResponse } from '#engine/protocol/messages/24-add-partitions-to-txn.ts';
import { AddOffsetsToTxnRequest, AddOffsetsToTxnResponse } from '#engine/protocol/messages/25-add-offsets-to-txn.ts';
import { EndTxnRequest, EndTxnResponse } from '#engine/protocol/messages/26-end-txn.ts';
import { WriteTxnMarkersRequest, WriteTxnMarkersResponse } from '#engine/protocol/messages/27-write-txn-markers.ts';
import { TxnOffsetCommitRequest, TxnOffsetCommitResponse } from '#engine/protocol/messages/28-txn-offset-commit.ts';
import { DescribeAclsRequest, DescribeAclsResponse } from '#engine/protocol/messages/29-describe-acls.ts';
import { CreateAclsRequest, CreateAclsResponse } from '#engine/protocol/messages/30-create-acls.ts';
import { DeleteAclsRequest, DeleteAclsResponse } from '#engine/protocol/messages/31-delete-acls.ts';
import { DescribeConfigsRequest, DescribeConfigsResponse } from '#engine/protocol/messages/32-describe-configs.ts';
import { AlterConfigsRequest, AlterConfigsResponse } from '#engine/protocol/messages/33-alter-configs.ts';
import { AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse } from '#engine/protocol/messages/34-alter-replica-log-dirs.ts';
import { DescribeLogDirsRequest, DescribeLogDirsResponse } from '#engine/protocol/messages/35-describe-log-dirs.ts';
import { SaslAuthenticateRequest, SaslAuthenticateResponse } from '#engine/protocol/messages/36-sasl-authenticate.ts';
import { CreatePartitionsRequest, CreatePartitionsResponse } from '#engine/protocol/messages/37-create-partitions.ts';
import { CreateDelegationTokenRequest, CreateDelegationTokenResponse } from '#engine/protocol/messages/38-create-delegation-token.ts';
import { RenewDelegationTokenRequest, RenewDelegationTokenResponse } from '#engine/protocol/messages/39-renew-delegation-token.ts';
import { ExpireDelegationTokenRequest, ExpireDelegationTokenResponse } from '#engine/protocol/messages/40-expire-delegation-token.ts';
import { DescribeDelegationTokenRequest, DescribeDelegationTokenResponse } from '#engine/protocol/messages/41-describe-delegation-token.ts';
import { DeleteGroupsRequest, DeleteGroupsResponse } from '#engine/protocol/messages/42-delete-groups.ts';
import { ElectLeadersRequest, ElectLeadersResponse } from '#engine/protocol/messages/43-elect-leaders.ts';
import { IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse } from '#engine/protocol/messages/44-incremental-alter-configs.ts';
import { AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse } from '#engine/protocol/messages/45-alter-partition-reassignments.ts';
import { ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse } from '#engine/protocol/messages/46-list-partition-reassignments.ts';
import { OffsetDeleteRequest, OffsetDeleteResponse } from '#engine/protocol/messages/47-offset-delete.ts';
import { DescribeClientQuotasRequest, DescribeClientQuotasResponse } from '#engine/protocol/messages/48-describe-client-quotas.ts';
import { AlterClientQuotasRequest, AlterClientQuotasResponse } from '#engine/protocol/messages/49-alter-client-quotas.ts';
import { DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse } from '#engine/protocol/messages/50-describe-user-scram-credentials.ts';
import { AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse } from '#engine/protocol/messages/51-alter-user-scram-credentials.ts';
import { VoteRequest, VoteResponse } from '#engine/protocol/messages/52-vote.ts';
import { BeginQuorumEpochRequest, BeginQuorumEpochResponse } from '#engine/protocol/messages/53-begin-quorum-epoch.ts';
import { EndQuorumEpochRequest, EndQuorumEpochResponse } from '#engine/protocol/messages/54-end-quorum-epoch.ts';
import { DescribeQuorumRequest, DescribeQuorumResponse } from '#engine/protocol/messages/55-describe-quorum.ts';
import { AlterPartitionRequest, AlterPartitionResponse } from '#engine/protocol/messages/56-alter-partition.ts';
import { UpdateFeaturesRequest, UpdateFeaturesResponse } from '#engine/protocol/messages/57-update-features.ts';
import { EnvelopeRequest, EnvelopeResponse } from '#engine/protocol/messages/58-envelope.ts';
import { FetchSnapshotRequest, FetchSnapshotResponse } from '#engine/protocol/messages/59-fetch-snapshot.ts';
import { DescribeClusterRequest, DescribeClusterResponse } from '#engine/protocol/messages/60-describe-cluster.ts';
import { DescribeProducersRequest, DescribeProducersResponse } from '#engine/protocol/messages/61-describe-producers.ts';
import { BrokerRegistrationRequest, BrokerRegistrationResponse } from '#engine/protocol/messages/62-broker-registration.ts';
import { BrokerHeartbeatRequest, BrokerHeartbeatResponse } from '#engine/protocol/messages/63-broker-heartbeat.ts';
import { UnregisterBrokerRequest, UnregisterBrokerResponse } from '#engine/protocol/messages/64-unregister-broker.ts';
import { DescribeTransactionsRequest, DescribeTransactionsResponse } from '#engine/protocol/messages/65-describe-transactions.ts';
import { ListTransactionsRequest, ListTransactionsResponse } from '#engine/protocol/messages/66-list-transactions.ts';
import { AllocateProducerIdsRequest, AllocateProducerIdsResponse } from '#engine/protocol/messages/67-allocate-producer-ids.ts';
import { ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse } from '#engine/protocol/messages/68-consumer-group-heartbeat.ts';
import { ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse } from '#engine/protocol/messages/69-consumer-group-describe.ts';
import { ControllerRegistrationRequest, ControllerRegistrationResponse } from '#engine/protocol/messages/70-controller-registration.ts';
import { GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse } from '#engine/protocol/messages/71-get-telemetry-subscriptions.ts';
import { PushTelemetryRequest, PushTelemetryResponse } from '#engine/protocol/messages/72-push-telemetry.ts';
import { AssignReplicasToDirsRequest, AssignReplicasToDirsResponse } from '#engine/protocol/messages/73-assign-replicas-to-dirs.ts';
import { ListConfigResourcesRequest, ListConfigResourcesResponse } from '#engine/protocol/messages/74-list-config-resources.ts';
import { DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse } from '#engine/protocol/messages/75-describe-topic-partitions.ts';
import { ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse } from '#engine/protocol/messages/76-share-group-heartbeat.ts';
import { ShareGroupDescribeRequest, ShareGroupDescribeResponse } from '#engine/protocol/messages/77-share-group-describe.ts';
import { ShareFetchRequest, ShareFetchResponse } from '#engine/protocol/messages/78-share-fetch.ts';
import { ShareAcknowledgeRequest, ShareAcknowledgeResponse } from '#engine/protocol/messages/79-share-acknowledge.ts';
import { AddRaftVoterRequest, AddRaftVoterResponse } from '#engine/protocol/messages/80-add-raft-voter.ts';
import { RemoveRaftVoterRequest, RemoveRaftVoterResponse } from '#engine/protocol/messages/81-remove-raft-voter.ts';
import { UpdateRaftVoterRequest, UpdateRaftVoterResponse } from '#engine/protocol/messages/82-update-raft-voter.ts';
import { InitializeShareGroupStateRequest, InitializeShareGroupStateResponse } from '#engine/protocol/messages/83-initialize-share-group-state.ts';
import { ReadShareGroupStateRequest, ReadShareGroupStateResponse } from '#engine/protocol/messages/84-read-share-group-state.ts';
import { WriteShareGroupStateRequest, WriteShareGroupStateResponse } from '#engine/protocol/messages/85-write-share-group-state.ts';
import { DeleteShareGroupStateRequest, DeleteShareGroupStateResponse } from '#engine/protocol/messages/86-delete-share-group-state.ts';
import { ReadShareGroupStateSummaryRequest, ReadShareGroupStateSummaryResponse } from '#engine/protocol/messages/87-read-share-group-state-summary.ts';
import { StreamsGroupHeartbeatRequest, StreamsGroupHeartbeatResponse } from '#engine/protocol/messages/88-streams-group-heartbeat.ts';
import { StreamsGroupDescribeRequest, StreamsGroupDescribeResponse } from '#engine/protocol/messages/89-streams-group-describe.ts';
import { DescribeShareGroupOffsetsRequest, DescribeShareGroupOffsetsResponse } from '#engine/protocol/messages/90-describe-share-group-offsets.ts';
import { AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsResponse } from '#engine/protocol/messages/91-alter-share-group-offsets.ts';
import { DeleteShareGroupOffsetsRequest, DeleteShareGroupOffsetsResponse } from '#engine/protocol/messages/92-delete-share-group-offsets.ts';

export const ApiKey = {
  Produce: 0,
  Fetch: 1,
  ListOffsets: 2,
  Metadata: 3,
  LeaderAndIsr: 4,
  StopReplica: 5,
  UpdateMetadata: 6,
  ControlledShutdown: 7,
  OffsetCommit: 8,
  OffsetFetch: 9,
  FindCoordinator: 10,
  JoinGroup: 11,
  Heartbeat: 12,
  LeaveGroup: 13,
  SyncGroup: 14,
  DescribeGroups: 15,
  ListGroups: 16,
  SaslHandshake: 17,
  ApiVersions: 18,
  CreateTopics: 19,
  DeleteTopics: 20,
  DeleteRecords: 21,
  InitProducerId: 22,
  OffsetForLeaderEpoch: 23,
  AddPartitionsToTxn: 24,
  AddOffsetsToTxn: 25,
  EndTxn: 26,
  WriteTxnMarkers: 27,
  TxnOffsetCommit: 28,
  DescribeAcls: 29,
  CreateAcls: 30,
  DeleteAcls: 31,
  DescribeConfigs: 32,
  AlterConfigs: 33,
  AlterReplicaLogDirs: 34,
  DescribeLogDirs: 35,
  SaslAuthenticate: 36,
  CreatePartitions: 37,
  CreateDelegationToken: 38,
  RenewDelegationToken: 39,
  ExpireDelegationToken: 40,
  DescribeDelegationToken: 41,
  DeleteGroups: 42,
  ElectLeaders: 43,
  IncrementalAlterConfigs: 44,
  AlterPartitionReassignments: 45,
  ListPartitionReassignments: 46,
  OffsetDelete: 47,
  DescribeClientQuotas: 48,
  AlterClientQuotas: 49,
  DescribeUserScramCredentials: 50,
  AlterUserScramCredentials: 51,
  Vote: 52,
  BeginQuorumEpoch: 53,
  EndQuorumEpoch: 54,
  DescribeQuorum: 55,
  AlterPartition: 56,
  UpdateFeatures: 57,
  Envelope: 58,
  FetchSnapshot: 59,
  DescribeCluster: 60,
  DescribeProducers: 61,
  BrokerRegistration: 62,
  BrokerHeartbeat: 63,
  UnregisterBroker: 64,
  DescribeTransactions: 65,
  ListTransactions: 66,
  AllocateProducerIds: 67,
  ConsumerGroupHeartbeat: 68,
  ConsumerGroupDescribe: 69,
  ControllerRegistration: 70,
  GetTelemetrySubscriptions: 71,
  PushTelemetry: 72,
  AssignReplicasToDirs: 73,
  ListConfigResources: 74,
  DescribeTopicPartitions: 75,
  ShareGroupHeartbeat: 76,
  ShareGroupDescribe: 77,
  ShareFetch: 78,
  ShareAcknowledge: 79,
  AddRaftVoter: 80,
  RemoveRaftVoter: 81,
  UpdateRaftVoter: 82,
  InitializeShareGroupState: 83,
  ReadShareGroupState: 84,
  WriteShareGroupState: 85,
  DeleteShareGroupState: 86,
  ReadShareGroupStateSummary: 87,
  StreamsGroupHeartbeat: 88,
  StreamsGroupDescribe: 89,
  DescribeShareGroupOffsets: 90,
  AlterShareGroupOffsets: 91,
  DeleteShareGroupOffsets: 92,
} as const;
export type ApiKey = (typeof ApiKey)[keyof typeof ApiKey];
export type ApiName = keyof typeof ApiKey;

export interface VersionSpan {
  readonly min: number;
  readonly max: number;
}

export interface Api {
  readonly key: number;
  readonly name: ApiName;
  readonly request: MessageDefinition;
  readonly response: MessageDefinition;
  /** Versions that can be decoded and encoded. */
  readonly versions: VersionSpan;
  /** What a broker's ApiVersions answer says; undefined: it does not name this API. */
  readonly offered: VersionSpan | undefined;
  /** Served on a broker's listener; else only among controllers and from brokers to controllers. */
  readonly onBroker: boolean;
  /** Served on a controller's listener. */
  readonly onController: boolean;
  /** A broker hands it on to the active controller. */
  readonly forwardable: boolean;
}

type Differences = Partial<Pick<Api, 'offered' | 'onBroker' | 'onController' | 'forwardable'>>;

/** What most APIs are, and in what this one differs. */
function api(name: ApiName, request: MessageDefinition, response: MessageDefinition, differs: Differences = {}): Api {
  const { min, max } = request.versions;
  const offered = differs.onBroker === false ? undefined : { min, max };
  return { key: ApiKey[name], name, request, response, versions: { min, max }, offered, onBroker: true, onController: false, forwardable: false, ...differs };
}

/** All APIs, by key. */
export const apis: readonly Api[] = [
  api('Produce', ProduceRequest, ProduceResponse, { offered: { min: 0, max: 13 } }),
  api('Fetch', FetchRequest, FetchResponse, { onController: true }),
  api('ListOffsets', ListOffsetsRequest, ListOffsetsResponse),
  api('Metadata', MetadataRequest, MetadataResponse),
  api('OffsetCommit', OffsetCommitRequest, OffsetCommitResponse),
  api('OffsetFetch', OffsetFetchRequest, OffsetFetchResponse),
  api('FindCoordinator', FindCoordinatorRequest, FindCoordinatorResponse),
  api('JoinGroup', JoinGroupRequest, JoinGroupResponse),
  api('Heartbeat', HeartbeatRequest, HeartbeatResponse),
  api('LeaveGroup', LeaveGroupRequest, LeaveGroupResponse),
  api('SyncGroup', SyncGroupRequest, SyncGroupResponse),
  api('DescribeGroups', DescribeGroupsRequest, DescribeGroupsResponse),
  api('ListGroups', ListGroupsRequest, ListGroupsResponse),
  api('SaslHandshake', SaslHandshakeRequest, SaslHandshakeResponse, { onController: true }),
  api('ApiVersions', ApiVersionsRequest, ApiVersionsResponse, { onController: true }),
  api('CreateTopics', CreateTopicsRequest, CreateTopicsResponse, { onController: true, forwardable: true }),
  api('DeleteTopics', DeleteTopicsRequest, DeleteTopicsResponse, { onController: true, forwardable: true }),
  api('DeleteRecords', DeleteRecordsRequest, DeleteRecordsResponse),
  api('InitProducerId', InitProducerIdRequest, InitProducerIdResponse, { offered: { min: 0, max: 5 } }),
  api('OffsetForLeaderEpoch', OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse),
  api('AddPartitionsToTxn', AddPartitionsToTxnRequest, AddPartitionsToTxnResponse),
  api('AddOffsetsToTxn', AddOffsetsToTxnRequest, AddOffsetsToTxnResponse),
  api('EndTxn', EndTxnRequest, EndTxnResponse),
  api('WriteTxnMarkers', WriteTxnMarkersRequest, WriteTxnMarkersResponse),
  api('TxnOffsetCommit', TxnOffsetCommitRequest, TxnOffsetCommitResponse),
  api('DescribeAcls', DescribeAclsRequest, DescribeAclsResponse, { onController: true }),
  api('CreateAcls', CreateAclsRequest, CreateAclsResponse, { onController: true, forwardable: true }),
  api('DeleteAcls', DeleteAclsRequest, DeleteAclsResponse, { onController: true, forwardable: true }),
  api('DescribeConfigs', DescribeConfigsRequest, DescribeConfigsResponse, { onController: true }),
  api('AlterConfigs', AlterConfigsRequest, AlterConfigsResponse, { onController: true, forwardable: true }),
  api('AlterReplicaLogDirs', AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse),
  api('DescribeLogDirs', DescribeLogDirsRequest, DescribeLogDirsResponse),
  api('SaslAuthenticate', SaslAuthenticateRequest, SaslAuthenticateResponse, { onController: true }),
  api('CreatePartitions', CreatePartitionsRequest, CreatePartitionsResponse, { onController: true, forwardable: true }),
  api('CreateDelegationToken', CreateDelegationTokenRequest, CreateDelegationTokenResponse, { onController: true, forwardable: true }),
  api('RenewDelegationToken', RenewDelegationTokenRequest, RenewDelegationTokenResponse, { onController: true, forwardable: true }),
  api('ExpireDelegationToken', ExpireDelegationTokenRequest, ExpireDelegationTokenResponse, { onController: true, forwardable: true }),
  api('DescribeDelegationToken', DescribeDelegationTokenRequest, DescribeDelegationTokenResponse, { onController: true }),
  api('DeleteGroups', DeleteGroupsRequest, DeleteGroupsResponse),
  api('ElectLeaders', ElectLeadersRequest, ElectLeadersResponse, { onController: true, forwardable: true }),
  api('IncrementalAlterConfigs', IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse, { onController: true, forwardable: true }),
  api('AlterPartitionReassignments', AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse, { onController: true, forwardable: true }),
  api('ListPartitionReassignments', ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse, { onController: true, forwardable: true }),
  api('OffsetDelete', OffsetDeleteRequest, OffsetDeleteResponse),
  api('DescribeClientQuotas', DescribeClientQuotasRequest, DescribeClientQuotasResponse),
  api('AlterClientQuotas', AlterClientQuotasRequest, AlterClientQuotasResponse, { onController: true, forwardable: true }),
  api('DescribeUserScramCredentials', DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse, { onController: true }),
  api('AlterUserScramCredentials', AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse, { onController: true, forwardable: true }),
  api('Vote', VoteRequest, VoteResponse, { onBroker: false, onController: true }),
  api('BeginQuorumEpoch', BeginQuorumEpochRequest, BeginQuorumEpochResponse, { onBroker: false, onController: true }),
  api('EndQuorumEpoch', EndQuorumEpochRequest, EndQuorumEpochResponse, { onBroker: false, onController: true }),
  api('DescribeQuorum', DescribeQuorumRequest, DescribeQuorumResponse, { onController: true, forwardable: true }),
  api('AlterPartition', AlterPartitionRequest, AlterPartitionResponse, { onBroker: false, onController: true }),
  api('UpdateFeatures', UpdateFeaturesRequest, UpdateFeaturesResponse, { onController: true, forwardable: true }),
  api('Envelope', EnvelopeRequest, EnvelopeResponse, { onBroker: false, onController: true }),
  api('FetchSnapshot', FetchSnapshotRequest, FetchSnapshotResponse, { onBroker: false, onController: true }),
  api('DescribeCluster', DescribeClusterRequest, DescribeClusterResponse, { onController: true }),
  api('DescribeProducers', DescribeProducersRequest, DescribeProducersResponse),
  api('BrokerRegistration', BrokerRegistrationRequest, BrokerRegistrationResponse, { onBroker: false, onController: true }),
  api('BrokerHeartbeat', BrokerHeartbeatRequest, BrokerHeartbeatResponse, { onBroker: false, onController: true }),
  api('UnregisterBroker', UnregisterBrokerRequest, UnregisterBrokerResponse, { onController: true, forwardable: true }),
  api('DescribeTransactions', DescribeTransactionsRequest, DescribeTransactionsResponse),
  api('ListTransactions', ListTransactionsRequest, ListTransactionsResponse),
  api('AllocateProducerIds', AllocateProducerIdsRequest, AllocateProducerIdsResponse, { onBroker: false, onController: true, forwardable: true }),
  api('ConsumerGroupHeartbeat', ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse),
  api('ConsumerGroupDescribe', ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse),
  api('ControllerRegistration', ControllerRegistrationRequest, ControllerRegistrationResponse, { onBroker: false, onController: true }),
  api('GetTelemetrySubscriptions', GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse, { offered: undefined }),
  api('PushTelemetry', PushTelemetryRequest, PushTelemetryResponse, { offered: undefined }),
  api('AssignReplicasToDirs', AssignReplicasToDirsRequest, AssignReplicasToDirsResponse, { onBroker: false, onController: true }),
  api('ListConfigResources', ListConfigResourcesRequest, ListConfigResourcesResponse),
  api('DescribeTopicPartitions', DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse),
  api('ShareGroupHeartbeat', ShareGroupHeartbeatRequest, ShareGroupHeartbeatResponse),
  api('ShareGroupDescribe', ShareGroupDescribeRequest, ShareGroupDescribeResponse),
  api('ShareFetch', ShareFetchRequest, ShareFetchResponse),
  api('ShareAcknowledge', ShareAcknowledgeRequest, ShareAcknowledgeResponse),
  api('AddRaftVoter', AddRaftVoterRequest, AddRaftVoterResponse, { onController: true, forwardable: true }),
  api('RemoveRaftVoter', RemoveRaftVoterRequest, RemoveRaftVoterResponse, { onController: true, forwardable: true }),
  api('UpdateRaftVoter', UpdateRaftVoterRequest, UpdateRaftVoterResponse, { onBroker: false, onController: true }),
  api('InitializeShareGroupState', InitializeShareGroupStateRequest, InitializeShareGroupStateResponse),
  api('ReadShareGroupState', ReadShareGroupStateRequest, ReadShareGroupStateResponse),
  api('WriteShareGroupState', WriteShareGroupStateRequest, WriteShareGroupStateResponse),
  api('DeleteShareGroupState', DeleteShareGroupStateRequest, DeleteShareGroupStateResponse),
  api('ReadShareGroupStateSummary', ReadShareGroupStateSummaryRequest, ReadShareGroupStateSummaryResponse),
  api('StreamsGroupHeartbeat', StreamsGroupHeartbeatRequest, StreamsGroupHeartbeatResponse),
  api('StreamsGroupDescribe', StreamsGroupDescribeRequest, StreamsGroupDescribeResponse),
  api('DescribeShareGroupOffsets', DescribeShareGroupOffsetsRequest, DescribeShareGroupOffsetsResponse),
  api('AlterShareGroupOffsets', AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsResponse),
  api('DeleteShareGroupOffsets', DeleteShareGroupOffsetsRequest, DeleteShareGroupOffsetsResponse),
];

const apiByKey: (Api | undefined)[] = [];
for (const entry of apis) apiByKey[entry.key] = entry;

export function apiOf(apiKey: number): Api | undefined {
  return apiByKey[apiKey];
}

/** "Produce", or "API 999" for a key that Kafka does not have. */
export function apiName(apiKey: number): string {
  return apiByKey[apiKey]?.name ?? `API ${apiKey}`;
}
