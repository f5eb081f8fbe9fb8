/**
 * SaslHandshake (17) where it is no part of authentication: on a listener that asks for none, or too soon after the last one (Kafka:
 * KafkaApis.handleSaslHandshakeRequest). What it begins elsewhere is in authentication.ts.
 */
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { SaslHandshakeResponse } from '#engine/protocol/messages/17-sasl-handshake.ts';

export const saslHandshake: ApiHandler = {
  apiKey: ApiKey.SaslHandshake,
  handle(_state, request, context) {
    const response: SaslHandshakeResponse = { errorCode: ErrorCode.ILLEGAL_SASL_STATE, mechanisms: [] };
    context.respond(request, response);
  },
};
