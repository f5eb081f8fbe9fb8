/** DescribeCluster (60) (Kafka: KafkaApis.handleDescribeCluster; KIP-700, KIP-919, KIP-1073). */
import { aBrokerThatIsAlive } from '#engine/core/broker/api/03-metadata.ts';
import { allClusterOperations, operationsNotAsked } from '#engine/core/broker/authorized-operations.ts';
import { endpointOfRegistration } from '#engine/core/broker/metadata-cache.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { DescribeClusterRequest, DescribeClusterResponse } from '#engine/protocol/messages/60-describe-cluster.ts';

const brokersEndpoint = 1;
const controllersEndpoint = 2;

export const describeCluster: ApiHandler = {
  apiKey: ApiKey.DescribeCluster,
  handle(state, request, context) {
    const body = request.body as DescribeClusterRequest;
    const response: DescribeClusterResponse = {
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      errorMessage: null,
      endpointType: body.endpointType,
      clusterId: '',
      controllerId: -1,
      brokers: [],
      clusterAuthorizedOperations: operationsNotAsked,
    };
    if (body.endpointType !== brokersEndpoint) {
      response.endpointType = brokersEndpoint;
      const isController = body.endpointType === controllersEndpoint;
      response.errorCode = isController ? ErrorCode.MISMATCHED_ENDPOINT_TYPE : ErrorCode.UNSUPPORTED_ENDPOINT_TYPE;
      response.errorMessage = isController ? 'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER' : `Unsupported endpoint type ${body.endpointType}`;
      context.respond(request, response);
      return;
    }
    for (const broker of state.image.brokers.values()) {
      const endpoint = endpointOfRegistration(broker);
      if (endpoint === undefined || (broker.fenced && !body.includeFencedBrokers)) continue;
      response.brokers.push({ brokerId: broker.id, host: endpoint.host, port: endpoint.port, rack: broker.rack, isFenced: broker.fenced });
    }
    const alive = response.brokers.filter((broker) => !broker.isFenced).map((broker) => broker.brokerId);
    response.clusterId = state.config.clusterId;
    response.controllerId = aBrokerThatIsAlive(state, alive);
    if (body.includeClusterAuthorizedOperations) response.clusterAuthorizedOperations = allClusterOperations;
    context.respond(request, response);
  },
};
