/**
 * Delegation tokens (38 to 41, KIP-48) on a listener that asks nobody who they are: Kafka gives no token there, because
 * whoever asks could ask for anybody (Kafka: KafkaApis.allowTokenRequests).
 */
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { CreateDelegationTokenRequest, CreateDelegationTokenResponse } from '#engine/protocol/messages/38-create-delegation-token.ts';
import type { RenewDelegationTokenResponse } from '#engine/protocol/messages/39-renew-delegation-token.ts';
import type { ExpireDelegationTokenResponse } from '#engine/protocol/messages/40-expire-delegation-token.ts';
import type { DescribeDelegationTokenResponse } from '#engine/protocol/messages/41-describe-delegation-token.ts';

const errorCode = ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED;
const requester = { type: 'User', name: 'ANONYMOUS' };

const createDelegationToken: ApiHandler = {
  apiKey: ApiKey.CreateDelegationToken,
  handle(_state, request, context) {
    const { ownerPrincipalType, ownerPrincipalName } = request.body as CreateDelegationTokenRequest;
    const namesOwner = request.apiVersion >= 3 && ownerPrincipalType !== null && ownerPrincipalName !== null && ownerPrincipalName !== '';
    const response: CreateDelegationTokenResponse = {
      errorCode,
      principalType: namesOwner ? ownerPrincipalType : requester.type,
      principalName: namesOwner ? ownerPrincipalName : requester.name,
      tokenRequesterPrincipalType: requester.type,
      tokenRequesterPrincipalName: requester.name,
      issueTimestampMs: -1n,
      expiryTimestampMs: -1n,
      maxTimestampMs: -1n,
      tokenId: '',
      hmac: new Uint8Array(0),
      throttleTimeMs: 0,
    };
    context.respond(request, response);
  },
};

const renewDelegationToken: ApiHandler = {
  apiKey: ApiKey.RenewDelegationToken,
  handle(_state, request, context) {
    const response: RenewDelegationTokenResponse = { errorCode, expiryTimestampMs: -1n, throttleTimeMs: 0 };
    context.respond(request, response);
  },
};

const expireDelegationToken: ApiHandler = {
  apiKey: ApiKey.ExpireDelegationToken,
  handle(_state, request, context) {
    const response: ExpireDelegationTokenResponse = { errorCode, expiryTimestampMs: -1n, throttleTimeMs: 0 };
    context.respond(request, response);
  },
};

const describeDelegationToken: ApiHandler = {
  apiKey: ApiKey.DescribeDelegationToken,
  handle(_state, request, context) {
    const response: DescribeDelegationTokenResponse = { errorCode, tokens: [], throttleTimeMs: 0 };
    context.respond(request, response);
  },
};

export const delegationTokenApis: readonly ApiHandler[] = [createDelegationToken, renewDelegationToken, expireDelegationToken, describeDelegationToken];
