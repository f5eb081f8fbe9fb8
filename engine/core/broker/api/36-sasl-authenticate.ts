/** SaslAuthenticate (36) when nothing is to be authenticated (any more); the exchange itself is in authentication.ts. */
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { SaslAuthenticateResponse } from '#engine/protocol/messages/36-sasl-authenticate.ts';

export const saslAuthenticate: ApiHandler = {
  apiKey: ApiKey.SaslAuthenticate,
  handle(_state, request, context) {
    const errorMessage = 'SaslAuthenticate request received after successful authentication';
    const response: SaslAuthenticateResponse = { errorCode: ErrorCode.ILLEGAL_SASL_STATE, errorMessage, authBytes: new Uint8Array(0), sessionLifetimeMs: 0n };
    context.respond(request, response);
  },
};
