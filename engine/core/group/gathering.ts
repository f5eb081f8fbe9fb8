/** Answers of several parts, each of which may have to wait for an append of its own: sent when the last part is there. */
import { assert } from '#engine/ports/assert.ts';
import type { RequestMessage } from '#engine/core/node.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';

type Finish = (coordination: Coordination, request: RequestMessage, parts: unknown[]) => void;

export function beginGathering(coordination: Coordination, request: RequestMessage, partCount: number, finish: Finish): void {
  if (partCount === 0) {
    finish(coordination, request, []);
    return;
  }
  coordination.state.gatherings.set(request.id, { request, remaining: partCount, parts: Array.from({ length: partCount }, () => null) });
}

export function gatherPart(coordination: Coordination, requestId: number, part: number, value: unknown, finish: Finish): void {
  const { gatherings } = coordination.state;
  const gathering = gatherings.get(requestId);
  assert(gathering !== undefined && gathering.parts[part] === null, `part ${part} of request ${requestId} is gathered twice or never was asked for`);
  gathering.parts[part] = value;
  gathering.remaining -= 1;
  if (gathering.remaining > 0) return;
  gatherings.delete(requestId);
  finish(coordination, gathering.request, gathering.parts);
}
