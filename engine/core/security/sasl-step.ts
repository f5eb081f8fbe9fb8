/** What the server side of a mechanism makes of a client's token. */
export type SaslStep<Exchange> =
  | { kind: 'challenge'; token: Uint8Array; exchange: Exchange }
  | { kind: 'complete'; token: Uint8Array; user: string }
  /** Without words the client is told no more than that it failed: more could tell it who exists. */
  | { kind: 'failed'; words?: string };

export const otherAuthorizationId = 'Authentication failed: Client requested an authorization id that is different from username';
