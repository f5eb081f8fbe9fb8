/**
 * Delegation tokens (38 to 41, KIP-48), of which there are none. On a listener that asks nobody who they are Kafka gives no token,
 * because whoever asks could ask for anybody (Kafka: KafkaApis.allowTokenRequests); on one that asks it gives none either while
 * delegation.token.secret.key is not set, and setting it changes nothing here.
 */
import { requesterOf } from '#engine/core/broker/access/access.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { CreateDelegationTokenRequest, CreateDelegationTokenResponse } from '#engine/protocol/messages/38-create-delegation-token.ts';
import type { RenewDelegationTokenResponse } from '#engine/protocol/messages/39-renew-delegation-token.ts';
import type { ExpireDelegationTokenResponse } from '#engine/protocol/messages/40-expire-delegation-token.ts';
import type { DescribeDelegationTokenResponse } from '#engine/protocol/messages/41-describe-delegation-token.ts';

function refusalOf(state: BrokerState): number {
  return state.security.listener.protocol === 'PLAINTEXT' ? ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED : ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED;
}

/** Kafka fills in less when it gets as far as to see that there is no secret key. */
function noTime(state: BrokerState): bigint {
  return refusalOf(state) === ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED ? 0n : -1n;
}

const createDelegationToken: ApiHandler = {
  apiKey: ApiKey.CreateDelegationToken,
  handle(state, request, context) {
    const { ownerPrincipalType, ownerPrincipalName } = request.body as CreateDelegationTokenRequest;
    const requester = { type: 'User', name: requesterOf(state, request).principal.slice('User:'.length) };
    const namesOwner = request.apiVersion >= 3 && ownerPrincipalType !== null && ownerPrincipalName !== null && ownerPrincipalName !== '';
    const response: CreateDelegationTokenResponse = {
      errorCode: refusalOf(state),
      principalType: namesOwner ? ownerPrincipalType : requester.type,
      principalName: namesOwner ? ownerPrincipalName : requester.name,
      tokenRequesterPrincipalType: requester.type,
      tokenRequesterPrincipalName: requester.name,
      issueTimestampMs: noTime(state),
      expiryTimestampMs: noTime(state),
      maxTimestampMs: noTime(state),
      tokenId: '',
      hmac: new Uint8Array(0),
      throttleTimeMs: 0,
    };
    context.respond(request, response);
  },
};

const renewDelegationToken: ApiHandler = {
  apiKey: ApiKey.RenewDelegationToken,
  handle(state, request, context) {
    const response: RenewDelegationTokenResponse = { errorCode: refusalOf(state), expiryTimestampMs: noTime(state), throttleTimeMs: 0 };
    context.respond(request, response);
  },
};

const expireDelegationToken: ApiHandler = {
  apiKey: ApiKey.ExpireDelegationToken,
  handle(state, request, context) {
    const response: ExpireDelegationTokenResponse = { errorCode: refusalOf(state), expiryTimestampMs: noTime(state), throttleTimeMs: 0 };
    context.respond(request, response);
  },
};

const describeDelegationToken: ApiHandler = {
  apiKey: ApiKey.DescribeDelegationToken,
  handle(state, request, context) {
    const response: DescribeDelegationTokenResponse = { errorCode: refusalOf(state), tokens: [], throttleTimeMs: 0 };
    context.respond(request, response);
  },
};

export const delegationTokenApis: readonly ApiHandler[] = [createDelegationToken, renewDelegationToken, expireDelegationToken, describeDelegationToken];
