/**
 * AddRaftVoter and RemoveRaftVoter, in a quorum whose voters are fixed by its configuration (Kafka: KafkaRaftClient,
 * AddVoterHandler, RemoveVoterHandler; KIP-853): with kraft.version 0 no voter comes or goes, and after the request has been
 * looked at, that is what it is told.
 */
import { ErrorCode } from '#engine/protocol/errors.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { AddRaftVoterRequest, AddRaftVoterResponse } from '#engine/protocol/messages/80-add-raft-voter.ts';
import type { RemoveRaftVoterRequest, RemoveRaftVoterResponse } from '#engine/protocol/messages/81-remove-raft-voter.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import type { QuorumState } from '#engine/core/controller/quorum/quorum-state.ts';

type Listener = AddRaftVoterRequest['listeners'][number];
interface Refusal {
  errorCode: number;
  errorMessage: string;
}

/** Where the voters find each other. */
const quorumListener = 'CONTROLLER';

export function addRaftVoter(state: QuorumState, request: RequestMessage, context: NodeContext): void {
  const body = request.body as AddRaftVoterRequest;
  const response: AddRaftVoterResponse = { throttleTimeMs: 0, ...(clusterRefusal(state, body.clusterId) ?? voterRefusal('Add', body) ?? listenerRefusal(body.listeners) ?? fixed('adding')) };
  context.respond(request, response);
}

export function removeRaftVoter(state: QuorumState, request: RequestMessage, context: NodeContext): void {
  const body = request.body as RemoveRaftVoterRequest;
  const response: RemoveRaftVoterResponse = { throttleTimeMs: 0, ...(clusterRefusal(state, body.clusterId) ?? voterRefusal('Remove', body) ?? fixed('removing')) };
  context.respond(request, response);
}

function clusterRefusal(state: QuorumState, clusterId: string | null): Refusal | undefined {
  if (clusterId === null || clusterId === state.clusterId) return undefined;
  return { errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID, errorMessage: `The given id "${clusterId}" doesn't match the cluster id "${state.clusterId}"` };
}

function voterRefusal(verb: string, { voterId, voterDirectoryId }: { voterId: number; voterDirectoryId: string }): Refusal | undefined {
  if (voterId >= 0 && voterDirectoryId !== zeroUuid) return undefined;
  return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage: `${verb} voter request didn't include a valid voter` };
}

function listenerRefusal(listeners: readonly Listener[]): Refusal | undefined {
  const endpoints = new Map(listeners.map(({ name, host, port }) => [name.toUpperCase(), `${host}/<unresolved>:${port}`]));
  if (endpoints.has(quorumListener)) return undefined;
  const named = [...endpoints].toSorted().map(([name, address]) => `ListenerName(${name})=${address}`);
  return {
    errorCode: ErrorCode.INVALID_REQUEST,
    errorMessage: `Add voter request didn't include the endpoint (Endpoints(endpoints={${named.join(', ')}})) for the default listener ListenerName(${quorumListener})`,
  };
}

function fixed(what: string): Refusal {
  return { errorCode: ErrorCode.UNSUPPORTED_VERSION, errorMessage: `Cluster doesn't support ${what} voter because the kraft.version feature is 0` };
}
