/**
 * DescribeConfigs (32): every setting with the place its value comes from (Kafka: ConfigHelper; KIP-133, KIP-226, KIP-524,
 * KIP-569). Documentation texts are left out, and loggers have no settings here.
 */
import { brokerOverrides, configKey, ConfigResourceType, topicByName, topicOverrides } from '#engine/core/metadata/image.ts';
import {
  describeBrokerSetting,
  describeDefaultBrokerSetting,
  describedClientMetrics,
  describeGroupSetting,
  describeTopicSetting,
  SettingSource,
  visibleBrokerSettings,
  visibleGroupSettings,
  visibleTopicSettings,
  type BrokerLayers,
  type SettingDescription,
} from '#engine/core/settings/describe-setting.ts';
import { serverProperties } from '#engine/core/broker/static-settings.ts';
import { settingDocumentation } from '#engine/core/settings/setting-documentation.ts';
import { topicNameProblem } from '#engine/core/controller/topic-name.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { DescribeConfigsRequest, DescribeConfigsResponse } from '#engine/protocol/messages/32-describe-configs.ts';

type Wanted = Pick<DescribeConfigsRequest, 'includeSynonyms' | 'includeDocumentation'>;
type Asked = DescribeConfigsRequest['resources'][number];
type Result = DescribeConfigsResponse['results'][number];
type Config = Result['configs'][number];

/** What Kafka says of an invalid request when it says nothing more. */
const invalidRequestWords = 'This most likely occurs because of a request being malformed by the client library or the message was sent to an incompatible broker. See the broker logs for more details.';

export const describeConfigs: ApiHandler = {
  apiKey: ApiKey.DescribeConfigs,
  handle(state, request, context) {
    const body = request.body as DescribeConfigsRequest;
    const response: DescribeConfigsResponse = { throttleTimeMs: 0, results: body.resources.map((asked) => describe(state, asked, body)) };
    context.respond(request, response);
  },
};

function describe(state: BrokerState, asked: Asked, wanted: Wanted): Result {
  switch (asked.resourceType) {
    case ConfigResourceType.TOPIC:
      return describeTopic(state, asked, wanted);
    case ConfigResourceType.BROKER:
      return describeBroker(state, asked, wanted);
    case ConfigResourceType.BROKER_LOGGER:
      return brokerIdProblem(state, asked, '') ?? resultOf(asked, []);
    case ConfigResourceType.CLIENT_METRICS: {
      if (asked.resourceName === '') return refusalOf(asked, ErrorCode.INVALID_REQUEST, 'Client metrics subscription name must not be empty');
      return resultOf(asked, describedClientMetrics(overridesOf(state, asked)).filter(({ name }) => isAskedFor(asked, name)).map((setting) => configOf(setting, wanted)));
    }
    case ConfigResourceType.GROUP: {
      if (asked.resourceName === '') return refusalOf(asked, ErrorCode.INVALID_REQUEST, 'Group name must not be empty');
      const [own, layers] = [overridesOf(state, asked), layersOf(state)];
      const names = visibleGroupSettings().filter((name) => isAskedFor(asked, name));
      return resultOf(asked, names.map((name) => configOf(describeGroupSetting(name, own, layers), wanted)));
    }
    default:
      return refusalOf(asked, ErrorCode.INVALID_REQUEST, invalidRequestWords);
  }
}

function describeTopic(state: BrokerState, asked: Asked, wanted: Wanted): Result {
  const problem = topicNameProblem(asked.resourceName);
  if (problem !== undefined) return refusalOf(asked, ErrorCode.INVALID_TOPIC_EXCEPTION, `Topic name is invalid: ${problem}`);
  if (topicByName(state.image, asked.resourceName) === undefined) return refusalOf(asked, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, '');
  const overrides = topicOverrides(state.image, asked.resourceName);
  const layers = layersOf(state);
  const names = visibleTopicSettings().filter((name) => isAskedFor(asked, name));
  return resultOf(asked, names.map((name) => configOf(describeTopicSetting(name, overrides, layers), wanted)));
}

function describeBroker(state: BrokerState, asked: Asked, wanted: Wanted): Result {
  const layers = layersOf(state);
  if (asked.resourceName === '') {
    const names = Object.keys(layers.clusterWide).filter((name) => isAskedFor(asked, name));
    return resultOf(asked, names.map((name) => configOf(describeDefaultBrokerSetting(name, layers), wanted)));
  }
  const refusal = brokerIdProblem(state, asked, ' or empty string');
  if (refusal !== undefined) return refusal;
  const names = visibleBrokerSettings(layers).filter((name) => isAskedFor(asked, name));
  return resultOf(asked, names.map((name) => configOf(describeBrokerSetting(name, layers), wanted)));
}

/** A broker describes itself alone. */
function brokerIdProblem(state: BrokerState, asked: Asked, orElse: string): Result | undefined {
  if (asked.resourceName === String(state.brokerId)) return undefined;
  const problem = /^\d+$/.test(asked.resourceName)
    ? `Unexpected broker id, expected ${state.brokerId}${orElse}, but received ${asked.resourceName}`
    : `Broker id must be an integer, but it is: ${asked.resourceName}`;
  return refusalOf(asked, ErrorCode.INVALID_REQUEST, problem);
}

/** What was set for a group or for a subscription of client metrics. */
function overridesOf(state: BrokerState, { resourceType, resourceName }: Asked): Record<string, string> {
  return Object.fromEntries(state.image.configs.get(configKey(resourceType, resourceName)) ?? []);
}

function layersOf(state: BrokerState): BrokerLayers {
  return {
    perBroker: brokerOverrides(state.image, state.brokerId),
    clusterWide: brokerOverrides(state.image, null),
    static: serverProperties(state.config, state.security.listener),
  };
}

function isAskedFor(asked: Asked, name: string): boolean {
  return asked.configurationKeys === null || asked.configurationKeys.length === 0 || asked.configurationKeys.includes(name);
}

function configOf(setting: SettingDescription, wanted: Wanted): Config {
  return {
    name: setting.name,
    value: setting.text,
    readOnly: setting.readOnly,
    configSource: SettingSource[setting.source],
    isSensitive: setting.sensitive,
    synonyms: wanted.includeSynonyms ? setting.synonyms.map(({ name, text, source }) => ({ name, value: text, source: SettingSource[source] })) : [],
    configType: setting.typeNumber,
    documentation: wanted.includeDocumentation && isDocumented(setting) ? settingDocumentation(setting.definition) : null,
  };
}

/** A name that Kafka does not know has no definition to tell of. */
function isDocumented({ typeNumber }: SettingDescription): boolean {
  return typeNumber !== 0;
}

function resultOf(asked: Asked, configs: Config[]): Result {
  return { errorCode: ErrorCode.NONE, errorMessage: '', resourceType: asked.resourceType, resourceName: asked.resourceName, configs };
}

function refusalOf(asked: Asked, errorCode: number, errorMessage: string | null): Result {
  return { errorCode, errorMessage, resourceType: asked.resourceType, resourceName: asked.resourceName, configs: [] };
}
