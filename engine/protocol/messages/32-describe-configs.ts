/**
 * DescribeConfigs (32): settings of topics, brokers, loggers and groups, with where each value comes from.
 *
 * 1: source and synonyms of a value (KIP-226). 2: throttling as in KIP-219. 3: type and documentation (KIP-569). 4: flexible.
 */
import { array, bool, int16, int32, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const DescribeConfigsRequest = message('DescribeConfigsRequest', { apiKey: 32, versions: '1-4', flexible: '4+' }, {
  resources: array({
    resourceType: int8(),
    resourceName: string(),
    configurationKeys: array(string(), { nullable: '0+' }),
  }),
  includeSynonyms: bool(),
  includeDocumentation: bool({ versions: '3+' }),
});
export type DescribeConfigsRequest = MessageOf<typeof DescribeConfigsRequest>;

export const DescribeConfigsResponse = message('DescribeConfigsResponse', { apiKey: 32, versions: '1-4', flexible: '4+' }, {
  throttleTimeMs: int32(),
  results: array({
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    resourceType: int8(),
    resourceName: string(),
    configs: array({
      name: string(),
      value: string({ nullable: '0+' }),
      readOnly: bool(),
      configSource: int8({ default: -1 }),
      isSensitive: bool(),
      synonyms: array({ name: string(), value: string({ nullable: '0+' }), source: int8() }),
      configType: int8({ versions: '3+' }),
      documentation: string({ versions: '3+', nullable: '0+' }),
    }),
  }),
});
export type DescribeConfigsResponse = MessageOf<typeof DescribeConfigsResponse>;
