/**
 * Records of the metadata log.
 */
import { array, bool, bytes, float64, int16, int32, int64, int8, message, string, uint16, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const RegisterBrokerRecord = message('RegisterBrokerRecord', { apiKey: 0, versions: '0-4', flexible: '0+' }, {
  brokerId: int32(),
  isMigratingZkBroker: bool({ versions: '2+' }),
  incarnationId: uuid(),
  brokerEpoch: int64(),
  endPoints: array({ name: string(), host: string(), port: uint16(), securityProtocol: int16() }),
  features: array({ name: string(), minSupportedVersion: int16(), maxSupportedVersion: int16() }),
  rack: string({ nullable: '0+' }),
  fenced: bool({ default: true }),
  inControlledShutdown: bool({ versions: '1+' }),
  logDirs: array(uuid(), { tagged: '3+', tag: 0 }),
  cordonedLogDirs: array(uuid(), { nullable: '4+', tagged: '4+', tag: 1, default: null }),
});
export type RegisterBrokerRecord = MessageOf<typeof RegisterBrokerRecord>;

export const UnregisterBrokerRecord = message('UnregisterBrokerRecord', { apiKey: 1, versions: '0', flexible: '0+' }, {
  brokerId: int32(),
  brokerEpoch: int64(),
});
export type UnregisterBrokerRecord = MessageOf<typeof UnregisterBrokerRecord>;

export const TopicRecord = message('TopicRecord', { apiKey: 2, versions: '0', flexible: '0+' }, {
  name: string(),
  topicId: uuid(),
});
export type TopicRecord = MessageOf<typeof TopicRecord>;

export const PartitionRecord = message('PartitionRecord', { apiKey: 3, versions: '0-2', flexible: '0+' }, {
  partitionId: int32({ default: -1 }),
  topicId: uuid(),
  replicas: array(int32()),
  isr: array(int32()),
  removingReplicas: array(int32()),
  addingReplicas: array(int32()),
  leader: int32({ default: -1 }),
  leaderRecoveryState: int8({ tagged: '0+', tag: 0 }),
  leaderEpoch: int32({ default: -1 }),
  partitionEpoch: int32({ default: -1 }),
  directories: array(uuid(), { versions: '1+' }),
  eligibleLeaderReplicas: array(int32(), { nullable: '2+', tagged: '2+', tag: 1, default: null }),
  lastKnownElr: array(int32(), { nullable: '2+', tagged: '2+', tag: 2, default: null }),
});
export type PartitionRecord = MessageOf<typeof PartitionRecord>;

export const ConfigRecord = message('ConfigRecord', { apiKey: 4, versions: '0', flexible: '0+' }, {
  resourceType: int8(),
  resourceName: string(),
  name: string(),
  value: string({ nullable: '0+' }),
});
export type ConfigRecord = MessageOf<typeof ConfigRecord>;

export const PartitionChangeRecord = message('PartitionChangeRecord', { apiKey: 5, versions: '0-2', flexible: '0+' }, {
  partitionId: int32({ default: -1 }),
  topicId: uuid(),
  isr: array(int32(), { nullable: '0+', tagged: '0+', tag: 0, default: null }),
  leader: int32({ tagged: '0+', tag: 1, default: -2 }),
  replicas: array(int32(), { nullable: '0+', tagged: '0+', tag: 2, default: null }),
  removingReplicas: array(int32(), { nullable: '0+', tagged: '0+', tag: 3, default: null }),
  addingReplicas: array(int32(), { nullable: '0+', tagged: '0+', tag: 4, default: null }),
  leaderRecoveryState: int8({ tagged: '0+', tag: 5, default: -1 }),
  directories: array(uuid(), { nullable: '1+', tagged: '1+', tag: 8, default: null }),
  eligibleLeaderReplicas: array(int32(), { nullable: '2+', tagged: '2+', tag: 6, default: null }),
  lastKnownElr: array(int32(), { nullable: '2+', tagged: '2+', tag: 7, default: null }),
});
export type PartitionChangeRecord = MessageOf<typeof PartitionChangeRecord>;

export const FenceBrokerRecord = message('FenceBrokerRecord', { apiKey: 7, versions: '0', flexible: '0+' }, {
  id: int32(),
  epoch: int64(),
});
export type FenceBrokerRecord = MessageOf<typeof FenceBrokerRecord>;

export const UnfenceBrokerRecord = message('UnfenceBrokerRecord', { apiKey: 8, versions: '0', flexible: '0+' }, {
  id: int32(),
  epoch: int64(),
});
export type UnfenceBrokerRecord = MessageOf<typeof UnfenceBrokerRecord>;

export const RemoveTopicRecord = message('RemoveTopicRecord', { apiKey: 9, versions: '0', flexible: '0+' }, {
  topicId: uuid(),
});
export type RemoveTopicRecord = MessageOf<typeof RemoveTopicRecord>;

export const DelegationTokenRecord = message('DelegationTokenRecord', { apiKey: 10, versions: '0', flexible: '0+' }, {
  owner: string(),
  requester: string(),
  renewers: array(string()),
  issueTimestamp: int64(),
  maxTimestamp: int64(),
  expirationTimestamp: int64(),
  tokenId: string(),
});
export type DelegationTokenRecord = MessageOf<typeof DelegationTokenRecord>;

export const UserScramCredentialRecord = message('UserScramCredentialRecord', { apiKey: 11, versions: '0', flexible: '0+' }, {
  name: string(),
  mechanism: int8(),
  salt: bytes(),
  storedKey: bytes(),
  serverKey: bytes(),
  iterations: int32(),
});
export type UserScramCredentialRecord = MessageOf<typeof UserScramCredentialRecord>;

export const FeatureLevelRecord = message('FeatureLevelRecord', { apiKey: 12, versions: '0', flexible: '0+' }, {
  name: string(),
  featureLevel: int16(),
});
export type FeatureLevelRecord = MessageOf<typeof FeatureLevelRecord>;

export const ClientQuotaRecord = message('ClientQuotaRecord', { apiKey: 14, versions: '0', flexible: '0+' }, {
  entity: array({ entityType: string(), entityName: string({ nullable: '0+' }) }),
  key: string(),
  value: float64(),
  remove: bool(),
});
export type ClientQuotaRecord = MessageOf<typeof ClientQuotaRecord>;

export const ProducerIdsRecord = message('ProducerIdsRecord', { apiKey: 15, versions: '0', flexible: '0+' }, {
  brokerId: int32(),
  brokerEpoch: int64({ default: -1n }),
  nextProducerId: int64(),
});
export type ProducerIdsRecord = MessageOf<typeof ProducerIdsRecord>;

export const BrokerRegistrationChangeRecord = message('BrokerRegistrationChangeRecord', { apiKey: 17, versions: '0-3', flexible: '0+' }, {
  brokerId: int32(),
  brokerEpoch: int64(),
  fenced: int8({ tagged: '0+', tag: 0 }),
  inControlledShutdown: int8({ tagged: '1+', tag: 1 }),
  logDirs: array(uuid(), { tagged: '2+', tag: 2 }),
  cordonedLogDirs: array(uuid(), { nullable: '3+', tagged: '3+', tag: 3, default: null }),
});
export type BrokerRegistrationChangeRecord = MessageOf<typeof BrokerRegistrationChangeRecord>;

export const AccessControlEntryRecord = message('AccessControlEntryRecord', { apiKey: 18, versions: '0', flexible: '0+' }, {
  id: uuid(),
  resourceType: int8(),
  resourceName: string(),
  patternType: int8(),
  principal: string(),
  host: string(),
  operation: int8(),
  permissionType: int8(),
});
export type AccessControlEntryRecord = MessageOf<typeof AccessControlEntryRecord>;

export const RemoveAccessControlEntryRecord = message('RemoveAccessControlEntryRecord', { apiKey: 19, versions: '0', flexible: '0+' }, {
  id: uuid(),
});
export type RemoveAccessControlEntryRecord = MessageOf<typeof RemoveAccessControlEntryRecord>;

export const NoOpRecord = message('NoOpRecord', { apiKey: 20, versions: '0', flexible: '0+' }, {});
export type NoOpRecord = MessageOf<typeof NoOpRecord>;

export const ZkMigrationStateRecord = message('ZkMigrationStateRecord', { apiKey: 21, versions: '0', flexible: '0+' }, {
  zkMigrationState: int8({ default: NaN }),
});
export type ZkMigrationStateRecord = MessageOf<typeof ZkMigrationStateRecord>;

export const RemoveUserScramCredentialRecord = message('RemoveUserScramCredentialRecord', { apiKey: 22, versions: '0', flexible: '0+' }, {
  name: string(),
  mechanism: int8(),
});
export type RemoveUserScramCredentialRecord = MessageOf<typeof RemoveUserScramCredentialRecord>;

export const BeginTransactionRecord = message('BeginTransactionRecord', { apiKey: 23, versions: '0', flexible: '0+' }, {
  name: string({ nullable: '0+', tagged: '0+', tag: 0, default: null }),
});
export type BeginTransactionRecord = MessageOf<typeof BeginTransactionRecord>;

export const EndTransactionRecord = message('EndTransactionRecord', { apiKey: 24, versions: '0', flexible: '0+' }, {});
export type EndTransactionRecord = MessageOf<typeof EndTransactionRecord>;

export const AbortTransactionRecord = message('AbortTransactionRecord', { apiKey: 25, versions: '0', flexible: '0+' }, {
  reason: string({ nullable: '0+', tagged: '0+', tag: 0, default: null }),
});
export type AbortTransactionRecord = MessageOf<typeof AbortTransactionRecord>;

export const RemoveDelegationTokenRecord = message('RemoveDelegationTokenRecord', { apiKey: 26, versions: '0', flexible: '0+' }, {
  tokenId: string(),
});
export type RemoveDelegationTokenRecord = MessageOf<typeof RemoveDelegationTokenRecord>;

export const RegisterControllerRecord = message('RegisterControllerRecord', { apiKey: 27, versions: '0', flexible: '0+' }, {
  controllerId: int32(),
  incarnationId: uuid(),
  zkMigrationReady: bool(),
  endPoints: array({ name: string(), host: string(), port: uint16(), securityProtocol: int16() }),
  features: array({ name: string(), minSupportedVersion: int16(), maxSupportedVersion: int16() }),
});
export type RegisterControllerRecord = MessageOf<typeof RegisterControllerRecord>;

export const ClearElrRecord = message('ClearElrRecord', { apiKey: 28, versions: '0', flexible: '0+' }, {
  topicName: string(),
});
export type ClearElrRecord = MessageOf<typeof ClearElrRecord>;

