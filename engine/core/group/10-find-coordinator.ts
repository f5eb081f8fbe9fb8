/**
 * FindCoordinator (10), versions 0 to 6. Kafka: KafkaApis.getCoordinator. One key up to version 3, several from 4 on. The
 * coordinator of a group is the leader of its partition of `__consumer_offsets`; the first to ask has the topic created.
 * Left out: share coordinators, and transaction coordinators. A producer with a transactional id asks for its coordinator before
 * all else, so here it is told that there will be none, by an error after which it gives up: most clients do so at any error
 * that cannot pass, librdkafka, which asks in version 2, only when it is not allowed to use the id.
 */
import type { RequestMessage } from '#engine/core/node.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { offsetsPartitionOf } from '#engine/core/group/partition-of.ts';
import { ErrorCode, errorName } from '#engine/protocol/errors.ts';
import type { FindCoordinatorRequest, FindCoordinatorResponse } from '#engine/protocol/messages/10-find-coordinator.ts';

const KEY_TYPE_GROUP = 0;
const KEY_TYPE_TRANSACTION = 1;
const KEY_TYPE_SHARE = 2;
/** What Kafka says of an invalid request when it says nothing more. */
const INVALID_REQUEST_WORDS = 'This most likely occurs because of a request being malformed by the client library or the message was sent to an incompatible broker. See the broker logs for more details.';
const NOT_AVAILABLE = 'The coordinator is not available.';
const NO_TRANSACTIONS = 'This cluster has no transactions: transaction.version is not supported by its brokers. Use the producer without a transactional id.';

type Coordinator = FindCoordinatorResponse['coordinators'][number];

export function findCoordinator(coordination: Coordination, request: RequestMessage): void {
  const body = request.body as FindCoordinatorRequest;
  const response: FindCoordinatorResponse = {
    throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: null, nodeId: 0, host: '', port: 0, coordinators: [],
  };
  if (request.apiVersion >= 4) {
    response.coordinators = body.coordinatorKeys.map((key) => find(coordination, request, body.keyType, key));
  } else {
    const { nodeId, host, port, errorCode, errorMessage } = find(coordination, request, body.keyType, body.key);
    Object.assign(response, { nodeId, host, port, errorCode, errorMessage: errorMessage || errorName(errorCode) });
  }
  coordination.context.respond(request, response);
}

function find({ host }: Coordination, request: RequestMessage, keyType: number, key: string): Coordinator {
  const refuse = (errorCode: number, errorMessage: string): Coordinator => ({ key, nodeId: -1, host: '', port: -1, errorCode, errorMessage });
  if (keyType === KEY_TYPE_TRANSACTION) return refuse(request.apiVersion < 4 ? ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED : ErrorCode.UNSUPPORTED_VERSION, NO_TRANSACTIONS);
  if (keyType !== KEY_TYPE_GROUP) return refuse(ErrorCode.INVALID_REQUEST, keyType === KEY_TYPE_SHARE ? '' : INVALID_REQUEST_WORDS);
  const partitionCount = host.offsetsPartitionCount();
  if (partitionCount === 0) {
    host.createOffsetsTopic();
    return refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE, NOT_AVAILABLE);
  }
  const nodeId = host.offsetsPartitionLeader(offsetsPartitionOf(key, partitionCount));
  const endpoint = nodeId < 0 ? undefined : host.brokerEndpoint(nodeId, request);
  if (endpoint === undefined) return refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE, NOT_AVAILABLE);
  return { key, nodeId, host: endpoint.host, port: endpoint.port, errorCode: ErrorCode.NONE, errorMessage: '' };
}
