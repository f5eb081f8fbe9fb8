/**
 * DescribeCluster (60): cluster id, controller and brokers (KIP-700).
 *
 * 1: endpoints of brokers (1) or controllers (2) (KIP-919). 2: fenced brokers too (KIP-1073).
 */
import { array, bool, int16, int32, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const DescribeClusterRequest = message('DescribeClusterRequest', { apiKey: 60, versions: '0-2', flexible: '0+' }, {
  includeClusterAuthorizedOperations: bool(),
  endpointType: int8({ versions: '1+', default: 1 }),
  includeFencedBrokers: bool({ versions: '2+' }),
});
export type DescribeClusterRequest = MessageOf<typeof DescribeClusterRequest>;

export const DescribeClusterResponse = message('DescribeClusterResponse', { apiKey: 60, versions: '0-2', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+', default: null }),
  endpointType: int8({ versions: '1+', default: 1 }),
  clusterId: string(),
  controllerId: int32({ default: -1 }),
  brokers: array({
    brokerId: int32(),
    host: string(),
    port: int32(),
    rack: string({ nullable: '0+', default: null }),
    isFenced: bool({ versions: '2+' }),
  }),
  clusterAuthorizedOperations: int32({ default: -2_147_483_648 }),
});
export type DescribeClusterResponse = MessageOf<typeof DescribeClusterResponse>;
