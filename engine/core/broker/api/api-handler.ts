/** What an API of the broker is to the registry: its key, and a function that answers now, parks the request, or hands it on. */
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { RequestMessage } from '#engine/core/node.ts';

export interface ApiHandler {
  readonly apiKey: number;
  handle(state: BrokerState, request: RequestMessage, context: BrokerContext): void;
}
