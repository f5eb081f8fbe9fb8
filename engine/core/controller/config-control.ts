/**
 * Dynamic settings of topics and brokers (Kafka: ConfigurationControlManager; KIP-226, KIP-339).
 *
 * A change of one resource is all or nothing: the settings that would result are checked together before a record is written.
 * Resources are topics, one broker (its id), all brokers (the empty name), groups, and subscriptions of client metrics.
 */
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { AlterConfigsRequest } from '#engine/protocol/messages/33-alter-configs.ts';
import type { IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse } from '#engine/protocol/messages/44-incremental-alter-configs.ts';
import type { CreateTopicsResponse } from '#engine/protocol/messages/19-create-topics.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import { brokerOverrides, configKey, ConfigResourceType } from '#engine/core/metadata/image.ts';
import { metadataRecord, type MetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { describeTopicSetting, isKnownBrokerSetting, SettingSource, visibleTopicSettings } from '#engine/core/settings/describe-setting.ts';
import { brokerSettings } from '#engine/core/settings/broker-settings.ts';
import { dynamicUpdateMode } from '#engine/core/settings/dynamic-update-mode.ts';
import { resolveBrokerSecurity } from '#engine/core/security/broker-security.ts';
import { checkBrokerOverrides, checkTopicOverrides, resolveBrokerSettings } from '#engine/core/settings/resolve-settings.ts';
import { checkClientMetricsOverrides, checkGroupOverrides, ClientMetricsError } from '#engine/core/settings/resource-settings.ts';
import type { SettingTable } from '#engine/core/settings/setting-definition.ts';
import { SettingError } from '#engine/core/settings/setting-error.ts';
import { topicSettings } from '#engine/core/settings/topic-settings.ts';
import { decideAndAnswer, type ActiveController } from '#engine/core/controller/active-controller.ts';
import { outcomeOf, RequestError } from '#engine/core/controller/request-error.ts';
import { topicNameProblem } from '#engine/core/controller/topic-name.ts';
import { isElrEnabled } from '#engine/core/controller/topic-policy.ts';

/** Kafka's AlterConfigOp.OpType. */
const operations = ['SET', 'DELETE', 'APPEND', 'SUBTRACT'] as const;
type Operation = (typeof operations)[number];

interface Resource {
  resourceType: number;
  resourceName: string;
}

interface Change {
  name: string;
  value: string | null;
  configOperation?: number;
}

export function incrementalAlterConfigs(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const body = request.body as IncrementalAlterConfigsRequest;
  answerAlterations(active, request, body.resources, body.validateOnly, context, (resource) => incrementalRecords(active, resource));
}

/** The old form: what the request does not name is set back to its default. */
export function alterConfigs(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const body = request.body as AlterConfigsRequest;
  answerAlterations(active, request, body.resources, body.validateOnly, context, (resource) => {
    const values = new Map(resource.configs.map((config) => [config.name, config.value]));
    const current = currentConfig(active, resource);
    const records = [...values].map(([name, value]) => configRecord(resource, name, value));
    for (const name of current.keys()) if (!values.has(name)) records.push(configRecord(resource, name, null));
    return records;
  });
}

function answerAlterations<R extends Resource & { configs: readonly Change[] }>(
  active: ActiveController,
  request: RequestMessage,
  resources: readonly R[],
  validateOnly: boolean,
  context: NodeContext,
  recordsFor: (resource: R) => MetadataRecord[],
): void {
  const records: MetadataRecord[] = [];
  const responses = resources.map((resource) => {
    const { resourceType, resourceName } = resource;
    const outcome = outcomeOf(() => {
      const isRepeated = resources.filter((other) => other.resourceType === resourceType && other.resourceName === resourceName).length > 1;
      if (isRepeated) throw new RequestError(ErrorCode.INVALID_REQUEST, 'Each resource must appear at most once.');
      checkNulls(resource.configs);
      checkResource(active, resource, request);
      const changes = recordsFor(resource);
      checkResult(active, resource, changes);
      records.push(...changes.filter((change) => isChange(active, resource, change)));
    });
    return { ...outcome, resourceType, resourceName };
  });
  const answer: IncrementalAlterConfigsResponse = { throttleTimeMs: 0, responses };
  decideAndAnswer(active, request, validateOnly ? [] : [...records, ...clearedElrs(active, records)], answer, context);
}

/** Who is eligible was reckoned with the old min.insync.replicas, and is not known for a new one (KIP-966). */
function clearedElrs(active: ActiveController, changes: readonly MetadataRecord[]): MetadataRecord[] {
  if (!isElrEnabled(active.image)) return [];
  const names = changes.flatMap(({ kind, data }) => {
    if (kind !== 'ConfigRecord' || data.name !== 'min.insync.replicas') return [];
    return data.resourceType === ConfigResourceType.TOPIC || data.resourceName === '' ? [data.resourceName] : [];
  });
  // The empty name stands for every topic.
  const topics = names.includes('') ? [''] : names;
  return topics.map((topicName) => metadataRecord('ClearElrRecord', { topicName }));
}

/** Only a deletion has no value. */
function checkNulls(changes: readonly Change[]): void {
  const nulls = changes.filter(({ value, configOperation }) => value === null && configOperation !== operations.indexOf('DELETE')).map(({ name }) => name);
  if (nulls.length > 0) throw new RequestError(ErrorCode.INVALID_REQUEST, `Null value not supported for : ${nulls.join(',')}`);
}

function checkResource(active: ActiveController, { resourceType, resourceName }: Resource, request: RequestMessage): void {
  switch (resourceType) {
    case ConfigResourceType.TOPIC: {
      if (resourceName === '') throw new RequestError(ErrorCode.INVALID_REQUEST, 'Default topic resources are not allowed.');
      const problem = topicNameProblem(resourceName);
      if (problem !== undefined) throw new RequestError(ErrorCode.INVALID_TOPIC_EXCEPTION, `Topic name is invalid: ${problem}`);
      if (!active.image.topicIds.has(resourceName)) throw new RequestError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, `The topic '${resourceName}' does not exist.`);
      return;
    }
    case ConfigResourceType.BROKER: {
      if (resourceName === '') return;
      if (!/^\d{1,10}$/.test(resourceName)) throw new RequestError(ErrorCode.INVALID_REQUEST, `Node id must be an integer, but it is: ${resourceName}`);
      // A broker's own settings go through that broker, which judges them (Kafka: ConfigAdminManager).
      const asked = /^broker\/(\d+)$/.exec(request.from)?.[1];
      if (asked !== undefined && asked !== resourceName) throw new RequestError(ErrorCode.INVALID_REQUEST, `Unexpected broker id, expected ${asked}, but received ${resourceName}`);
      if (!active.image.brokers.has(Number(resourceName))) throw new RequestError(ErrorCode.INVALID_REQUEST, `No broker with id ${resourceName} found.`);
      return;
    }
    case ConfigResourceType.GROUP:
      if (resourceName === '') throw new RequestError(ErrorCode.INVALID_REQUEST, 'Default group resources are not allowed.');
      return;
    case ConfigResourceType.CLIENT_METRICS:
      if (resourceName === '') throw new RequestError(ErrorCode.INVALID_REQUEST, "Subscription name can't be empty");
      return;
    case ConfigResourceType.BROKER_LOGGER:
      throw new RequestError(ErrorCode.INVALID_REQUEST, `Unexpected resource type ${resourceType}: there are no loggers here.`);
    default:
      throw new RequestError(ErrorCode.INVALID_REQUEST, `Unknown resource type ${resourceType}`);
  }
}

function incrementalRecords(active: ActiveController, resource: IncrementalAlterConfigsRequest['resources'][number]): MetadataRecord[] {
  const current = currentConfig(active, resource);
  const seen = new Set<string>();
  return resource.configs.map(({ name, configOperation, value }) => {
    const operation = operations[configOperation];
    // Kafka stumbles over it, and says no more.
    if (operation === undefined) throw new RequestError(ErrorCode.UNKNOWN_SERVER_ERROR, null);
    if (seen.has(name)) throw new RequestError(ErrorCode.INVALID_REQUEST, 'Error due to duplicate config keys');
    seen.add(name);
    if (operation === 'DELETE') return configRecord(resource, name, null);
    return configRecord(resource, name, value === null || operation === 'SET' ? value : editedList(resource, name, current.get(name), operation, value));
  });
}

/** Kafka looks for lists in these alone. */
const tables: Readonly<Record<number, SettingTable>> = { [ConfigResourceType.TOPIC]: topicSettings, [ConfigResourceType.BROKER]: brokerSettings };

function editedList({ resourceType }: Resource, name: string, current: string | undefined, operation: Operation, value: string): string {
  const table = tables[resourceType];
  const definition = table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
  if (definition?.type !== 'LIST') throw new RequestError(ErrorCode.INVALID_CONFIG, `Can't ${operation} to key ${name} because its type is not LIST.`);
  const parts = (current ?? definition?.defaultText ?? '').split(',').filter((part) => part !== '');
  const items = value.split(',');
  const edited = operation === 'APPEND' ? [...parts, ...items.filter((item) => !parts.includes(item))] : parts.filter((part) => !items.includes(part));
  return edited.join(',');
}

function currentConfig(active: ActiveController, { resourceType, resourceName }: Resource): ReadonlyMap<string, string> {
  return active.image.configs.get(configKey(resourceType, resourceName)) ?? new Map();
}

function configRecord({ resourceType, resourceName }: Resource, name: string, value: string | null): MetadataRecord {
  return metadataRecord('ConfigRecord', { resourceType, resourceName, name, value });
}

/** For a broker an unchanged value is written all the same: it makes the broker read it again. */
function isChange(active: ActiveController, resource: Resource, change: MetadataRecord): boolean {
  if (change.kind !== 'ConfigRecord' || resource.resourceType === ConfigResourceType.BROKER) return true;
  return (currentConfig(active, resource).get(change.data.name) ?? null) !== change.data.value;
}

function checkResult(active: ActiveController, resource: Resource, changes: readonly MetadataRecord[]): void {
  const result = new Map(currentConfig(active, resource));
  for (const change of changes) {
    if (change.kind !== 'ConfigRecord') continue;
    if (change.data.value === null) result.delete(change.data.name);
    else result.set(change.data.name, change.data.value);
  }
  const configs = Object.fromEntries(result);
  if (resource.resourceType === ConfigResourceType.TOPIC) return checkTopicConfig(configs);
  if (resource.resourceType === ConfigResourceType.GROUP) return refusing(ErrorCode.INVALID_CONFIG, () => checkGroupOverrides(configs, active.settings));
  if (resource.resourceType === ConfigResourceType.CLIENT_METRICS) return checkClientMetrics(configs);
  checkBrokerConfig(active, resource.resourceName, configs);
  if (isElrEnabled(active.image)) checkMinIsrOfBrokers(resource, changes);
}

/** With eligible leader replicas every broker must reckon with the same min.insync.replicas. */
function checkMinIsrOfBrokers({ resourceName }: Resource, changes: readonly MetadataRecord[]): void {
  for (const { kind, data } of changes) {
    if (kind !== 'ConfigRecord' || data.name !== 'min.insync.replicas') continue;
    if (resourceName !== '') throw new RequestError(ErrorCode.INVALID_CONFIG, 'Broker-level min.insync.replicas cannot be altered while ELR is enabled.');
    if (data.value === null) throw new RequestError(ErrorCode.INVALID_CONFIG, 'Cluster-level min.insync.replicas cannot be removed while ELR is enabled.');
  }
}

export function checkTopicConfig(configs: Readonly<Record<string, string>>): void {
  refusing(ErrorCode.INVALID_CONFIG, () => checkTopicOverrides(configs));
}

/** Kafka's broker checks its own settings, and calls whatever is wrong an invalid request. Names that Kafka does not know are let in. */
function checkBrokerConfig(active: ActiveController, brokerName: string, configs: Readonly<Record<string, string>>): void {
  const known = Object.fromEntries(Object.entries(configs).filter(([name]) => isKnownBrokerSetting(name)));
  for (const name of Object.keys(known)) {
    const mode = dynamicUpdateMode(name);
    if (mode === 'read-only') throw new RequestError(ErrorCode.INVALID_REQUEST, `Cannot update these configs dynamically: [${name}]`);
    if (mode === 'per-broker' && brokerName === '') throw new RequestError(ErrorCode.INVALID_REQUEST, `Cannot update these configs at default cluster level, broker id must be specified: [${name}]`);
  }
  refusing(ErrorCode.INVALID_REQUEST, () => checkBrokerOverrides(known));
  // The cleaner shares its buffer out among its threads, and that is all that Kafka says.
  if (Number(known['log.cleaner.threads'] ?? 1) === 0) throw new RequestError(ErrorCode.INVALID_REQUEST, '/ by zero');
  const texts = { ...active.staticSettings, ...known };
  refusing(ErrorCode.INVALID_REQUEST, () => resolveBrokerSecurity(texts, resolveBrokerSettings(texts, 'kafka')));
}

function checkClientMetrics(configs: Readonly<Record<string, string>>): void {
  try {
    refusing(ErrorCode.INVALID_CONFIG, () => checkClientMetricsOverrides(configs));
  } catch (error) {
    throw error instanceof ClientMetricsError ? new RequestError(ErrorCode.INVALID_REQUEST, error.message) : error;
  }
}

function refusing(errorCode: number, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof SettingError ? new RequestError(errorCode, error.message) : error;
  }
}

/** The settings of a topic that is being created, as CreateTopics answers them. */
export function describeNewTopic(active: ActiveController, configs: Readonly<Record<string, string>>): NonNullable<CreateTopicsResponse['topics'][number]['configs']> {
  const layers = { perBroker: {}, clusterWide: brokerOverrides(active.image, null), static: active.staticSettings };
  return visibleTopicSettings()
    .toSorted()
    .map((name) => {
      const { text, source, readOnly, sensitive } = describeTopicSetting(name, configs, layers);
      return { name, value: text, readOnly, configSource: SettingSource[source], isSensitive: sensitive };
    });
}
