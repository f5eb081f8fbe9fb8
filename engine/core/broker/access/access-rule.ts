/**
 * What an API needs of the authorizer: one rule for each, so that handlers know nothing of it. Before the handler `admit` takes out of the
 * request what is not allowed, or answers it; on the answer, whenever it is given, `complete` adds what was refused and hides what may
 * not be seen. What was refused waits in the broker's state: it is plain data.
 */
import type { Access } from '#engine/core/broker/access/access.ts';
import type { RequestMessage } from '#engine/core/node.ts';

export interface AccessRule {
  readonly apiKey: number;
  readonly admit: ((access: Access, body: unknown, request: RequestMessage) => Admission<unknown, unknown, unknown> | undefined) | undefined;
  readonly complete: ((access: Access, answer: unknown, refused: unknown, request: RequestMessage) => unknown) | undefined;
}

export type Admission<Request, Response, Refused> =
  /** Nothing of it is allowed. */
  | { answer: Response }
  /** The broker ends the connection, where there is no way to say it. */
  | { closes: true }
  /** What is allowed of it, and what not. */
  | { body: Request; refused: Refused };

interface RuleParts<Request, Response, Refused> {
  /** Undefined: all of it is allowed. */
  admit?(access: Access, body: Request, request: RequestMessage): Admission<Request, Response, Refused> | undefined;
  /** `refused` undefined: nothing was. */
  complete?(access: Access, answer: Response, refused: Refused | undefined, request: RequestMessage): Response;
}

/** The messages are those of the API that the key names. */
export function accessRule<Request, Response, Refused = never>(apiKey: number, { admit, complete }: RuleParts<Request, Response, Refused>): AccessRule {
  return {
    apiKey,
    admit: admit === undefined ? undefined : (access, body, request) => admit(access, body as Request, request),
    complete: complete === undefined ? undefined : (access, answer, refused, request) => complete(access, answer as Response, refused as Refused | undefined, request),
  };
}

export interface Split<Item> {
  allowed: Item[];
  refused: Item[];
}

export function split<Item>(items: readonly Item[], isAllowed: (item: Item) => boolean): Split<Item> {
  const halves: Split<Item> = { allowed: [], refused: [] };
  for (const item of items) (isAllowed(item) ? halves.allowed : halves.refused).push(item);
  return halves;
}
