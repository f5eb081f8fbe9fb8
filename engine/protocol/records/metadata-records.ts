/**
 * The records of the metadata log `__cluster_metadata` (KIP-631), by type number. All are flexible; `metadata-record-frame.ts` has the
 * frame in which the log stores them. Replaying them in order gives the cluster's metadata.
 */
import { array, bool, bytes, float64, int16, int32, int64, int8, message, string, uint16, uuid, type MessageOf } from '#engine/protocol/message.ts';

/** A broker came up, in a life of this epoch. 1: controlled shutdown; 2: migration from ZooKeeper; 3: log directories; 4: cordoned ones. */
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

/** A broker is gone for good. */
export const UnregisterBrokerRecord = message('UnregisterBrokerRecord', { apiKey: 1, versions: '0', flexible: '0+' }, {
  brokerId: int32(),
  brokerEpoch: int64(),
});
export type UnregisterBrokerRecord = MessageOf<typeof UnregisterBrokerRecord>;

/** A topic exists. */
export const TopicRecord = message('TopicRecord', { apiKey: 2, versions: '0', flexible: '0+' }, {
  name: string(),
  topicId: uuid(),
});
export type TopicRecord = MessageOf<typeof TopicRecord>;

/** A partition exists. 1: log directories of its replicas; 2: eligible leader replicas (KIP-966). */
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

/** A dynamic setting; a null value takes it back. Resource types as in DescribeConfigs. */
export const ConfigRecord = message('ConfigRecord', { apiKey: 4, versions: '0', flexible: '0+' }, {
  resourceType: int8(),
  resourceName: string(),
  name: string(),
  value: string({ nullable: '0+' }),
});
export type ConfigRecord = MessageOf<typeof ConfigRecord>;

/** What changed of a partition; each change raises its partition epoch, one of the leader or the replicas its leader epoch too. */
export const PartitionChangeRecord = message('PartitionChangeRecord', { apiKey: 5, versions: '0-2', flexible: '0+' }, {
  partitionId: int32({ default: -1 }),
  topicId: uuid(),
  /** Here and below, null: as it was. */
  isr: array(int32(), { nullable: '0+', tagged: '0+', tag: 0, default: null }),
  /** -1: no leader; -2: as it was. */
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

/** A broker must not lead any more. Later replaced by BrokerRegistrationChangeRecord. */
export const FenceBrokerRecord = message('FenceBrokerRecord', { apiKey: 7, versions: '0', flexible: '0+' }, {
  id: int32(),
  epoch: int64(),
});
export type FenceBrokerRecord = MessageOf<typeof FenceBrokerRecord>;

/** A broker may lead again. Later replaced by BrokerRegistrationChangeRecord. */
export const UnfenceBrokerRecord = message('UnfenceBrokerRecord', { apiKey: 8, versions: '0', flexible: '0+' }, {
  id: int32(),
  epoch: int64(),
});
export type UnfenceBrokerRecord = MessageOf<typeof UnfenceBrokerRecord>;

/** A topic is gone, with its partitions and settings. */
export const RemoveTopicRecord = message('RemoveTopicRecord', { apiKey: 9, versions: '0', flexible: '0+' }, {
  topicId: uuid(),
});
export type RemoveTopicRecord = MessageOf<typeof RemoveTopicRecord>;

/** A delegation token exists. */
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

/** A SCRAM credential of a user. */
export const UserScramCredentialRecord = message('UserScramCredentialRecord', { apiKey: 11, versions: '0', flexible: '0+' }, {
  name: string(),
  mechanism: int8(),
  salt: bytes(),
  storedKey: bytes(),
  serverKey: bytes(),
  iterations: int32(),
});
export type UserScramCredentialRecord = MessageOf<typeof UserScramCredentialRecord>;

/** A feature has this level; 0 takes it away. */
export const FeatureLevelRecord = message('FeatureLevelRecord', { apiKey: 12, versions: '0', flexible: '0+' }, {
  name: string(),
  featureLevel: int16(),
});
export type FeatureLevelRecord = MessageOf<typeof FeatureLevelRecord>;

/** A quota, or its end. */
export const ClientQuotaRecord = message('ClientQuotaRecord', { apiKey: 14, versions: '0', flexible: '0+' }, {
  entity: array({ entityType: string(), entityName: string({ nullable: '0+' }) }),
  key: string(),
  value: float64(),
  remove: bool(),
});
export type ClientQuotaRecord = MessageOf<typeof ClientQuotaRecord>;

/** A block of producer ids was given to a broker: the next block begins here. */
export const ProducerIdsRecord = message('ProducerIdsRecord', { apiKey: 15, versions: '0', flexible: '0+' }, {
  brokerId: int32(),
  brokerEpoch: int64({ default: -1n }),
  nextProducerId: int64(),
});
export type ProducerIdsRecord = MessageOf<typeof ProducerIdsRecord>;

/** What changed of a registration. Fenced and in controlled shutdown: 1 yes, -1 no, 0 as it was. */
export const BrokerRegistrationChangeRecord = message('BrokerRegistrationChangeRecord', { apiKey: 17, versions: '0-3', flexible: '0+' }, {
  brokerId: int32(),
  brokerEpoch: int64(),
  fenced: int8({ tagged: '0+', tag: 0 }),
  inControlledShutdown: int8({ tagged: '1+', tag: 1 }),
  logDirs: array(uuid(), { tagged: '2+', tag: 2 }),
  cordonedLogDirs: array(uuid(), { nullable: '3+', tagged: '3+', tag: 3, default: null }),
});
export type BrokerRegistrationChangeRecord = MessageOf<typeof BrokerRegistrationChangeRecord>;

/** An access control entry exists. */
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

/** An access control entry is gone. */
export const RemoveAccessControlEntryRecord = message('RemoveAccessControlEntryRecord', { apiKey: 19, versions: '0', flexible: '0+' }, {
  id: uuid(),
});
export type RemoveAccessControlEntryRecord = MessageOf<typeof RemoveAccessControlEntryRecord>;

/** Nothing: a sign of life of the active controller. */
export const NoOpRecord = message('NoOpRecord', { apiKey: 20, versions: '0', flexible: '0+' }, {});
export type NoOpRecord = MessageOf<typeof NoOpRecord>;

/** How far the migration from ZooKeeper is. */
export const ZkMigrationStateRecord = message('ZkMigrationStateRecord', { apiKey: 21, versions: '0', flexible: '0+' }, {
  zkMigrationState: int8(),
});
export type ZkMigrationStateRecord = MessageOf<typeof ZkMigrationStateRecord>;

/** A SCRAM credential is gone. */
export const RemoveUserScramCredentialRecord = message('RemoveUserScramCredentialRecord', { apiKey: 22, versions: '0', flexible: '0+' }, {
  name: string(),
  mechanism: int8(),
});
export type RemoveUserScramCredentialRecord = MessageOf<typeof RemoveUserScramCredentialRecord>;

/** The records up to the end or the abort count together (KIP-868). */
export const BeginTransactionRecord = message('BeginTransactionRecord', { apiKey: 23, versions: '0', flexible: '0+' }, {
  name: string({ nullable: '0+', tagged: '0+', tag: 0, default: null }),
});
export type BeginTransactionRecord = MessageOf<typeof BeginTransactionRecord>;

/** The records since the beginning count. */
export const EndTransactionRecord = message('EndTransactionRecord', { apiKey: 24, versions: '0', flexible: '0+' }, {});
export type EndTransactionRecord = MessageOf<typeof EndTransactionRecord>;

/** The records since the beginning do not count. */
export const AbortTransactionRecord = message('AbortTransactionRecord', { apiKey: 25, versions: '0', flexible: '0+' }, {
  reason: string({ nullable: '0+', tagged: '0+', tag: 0, default: null }),
});
export type AbortTransactionRecord = MessageOf<typeof AbortTransactionRecord>;

/** A delegation token is gone. */
export const RemoveDelegationTokenRecord = message('RemoveDelegationTokenRecord', { apiKey: 26, versions: '0', flexible: '0+' }, {
  tokenId: string(),
});
export type RemoveDelegationTokenRecord = MessageOf<typeof RemoveDelegationTokenRecord>;

/** A controller with its addresses and features. */
export const RegisterControllerRecord = message('RegisterControllerRecord', { apiKey: 27, versions: '0', flexible: '0+' }, {
  controllerId: int32(),
  incarnationId: uuid(),
  zkMigrationReady: bool(),
  endPoints: array({ name: string(), host: string(), port: uint16(), securityProtocol: int16() }),
  features: array({ name: string(), minSupportedVersion: int16(), maxSupportedVersion: int16() }),
});
export type RegisterControllerRecord = MessageOf<typeof RegisterControllerRecord>;

/** The eligible leader replicas of a topic, or of all, are forgotten. */
export const ClearElrRecord = message('ClearElrRecord', { apiKey: 28, versions: '0', flexible: '0+' }, {
  topicName: string(),
});
export type ClearElrRecord = MessageOf<typeof ClearElrRecord>;

