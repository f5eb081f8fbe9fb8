/** The orderly end of a process (Kafka: BrokerServer.shutdown, SharedServer): logs flushed and marked clean, the quorum told. */
import { shutdownControllerNode } from '#engine/core/controller/controller-node.ts';
import { closeReplicas } from '#engine/core/broker/log-maintenance.ts';
import { writeCleanShutdownMark } from '#engine/core/broker/meta-properties.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';

export function shutDown(state: BrokerState, reason: string, context: BrokerContext): void {
  state.lifecycle.state = 'shuttingDown';
  closeReplicas(state, context.disk);
  if (state.lifecycle.brokerEpoch !== -1n) writeCleanShutdownMark(context.disk, state.lifecycle.brokerEpoch);
  shutdownControllerNode(state.controllerNode, context);
  context.halt(reason);
}
