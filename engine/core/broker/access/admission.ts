/**
 * The door of an authorizer: each request of a client passes it on its way to the handler, each answer on its way back.
 *
 * Invariant: while a request is in process, what was refused of it is in `refusedParts`, if anything was. An API without a rule here
 * needs no permission; `admission.test.ts` names them.
 */
import { accessOf } from '#engine/core/broker/access/access.ts';
import type { AccessRule } from '#engine/core/broker/access/access-rule.ts';
import { clusterRules } from '#engine/core/broker/access/cluster-rules.ts';
import { groupRules } from '#engine/core/broker/access/group-rules.ts';
import { metadataRules } from '#engine/core/broker/access/metadata-rules.ts';
import { offsetFetchRule } from '#engine/core/broker/access/offset-fetch-rule.ts';
import { recordRules } from '#engine/core/broker/access/record-rules.ts';
import { topicRules } from '#engine/core/broker/access/topic-rules.ts';
import { transactionRules } from '#engine/core/broker/access/transaction-rules.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { RequestMessage } from '#engine/core/node.ts';

const rules: ReadonlyMap<number, AccessRule> = new Map(
  [...recordRules, ...metadataRules, ...groupRules, offsetFetchRule, ...topicRules, ...transactionRules, ...clusterRules].map((rule) => [rule.apiKey, rule]),
);

export function hasAccessRule(apiKey: number): boolean {
  return rules.has(apiKey);
}

/** The request as its handler may see it; undefined: it was answered. */
export function admit(state: BrokerState, request: RequestMessage, context: BrokerContext): RequestMessage | undefined {
  const access = accessOf(state, request);
  const admission = access === null ? undefined : rules.get(request.apiKey)?.admit?.(access, request.body, request);
  if (admission === undefined) return request;
  if ('closes' in admission) context.refuse(request);
  else if ('answer' in admission) context.respond(request, admission.answer);
  else {
    state.refusedParts.set(request.id, admission.refused);
    return { ...request, body: admission.body };
  }
  return undefined;
}

export function completeAnswer(state: BrokerState, request: RequestMessage, answer: unknown): unknown {
  const access = accessOf(state, request);
  const complete = access === null ? undefined : rules.get(request.apiKey)?.complete;
  if (access === null || complete === undefined) return answer;
  const refused = state.refusedParts.get(request.id);
  state.refusedParts.delete(request.id);
  return complete(access, answer, refused, request);
}
