/**
 * The APIs of authentication and authorization, on a listener and in a cluster that ask for neither: they are answered as a
 * Kafka broker on PLAINTEXT and without an authorizer answers them (17, 36, 29, 30, 31, 50).
 */
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { SaslHandshakeResponse } from '#engine/protocol/messages/17-sasl-handshake.ts';
import type { DescribeAclsResponse } from '#engine/protocol/messages/29-describe-acls.ts';
import type { CreateAclsRequest, CreateAclsResponse } from '#engine/protocol/messages/30-create-acls.ts';
import type { DeleteAclsRequest, DeleteAclsResponse } from '#engine/protocol/messages/31-delete-acls.ts';
import type { SaslAuthenticateResponse } from '#engine/protocol/messages/36-sasl-authenticate.ts';
import type { DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse } from '#engine/protocol/messages/50-describe-user-scram-credentials.ts';

const noAuthorizer = { errorCode: ErrorCode.SECURITY_DISABLED, errorMessage: 'No Authorizer is configured.' };

const saslHandshake: ApiHandler = {
  apiKey: ApiKey.SaslHandshake,
  handle(_state, request, context) {
    const response: SaslHandshakeResponse = { errorCode: ErrorCode.ILLEGAL_SASL_STATE, mechanisms: [] };
    context.respond(request, response);
  },
};

const saslAuthenticate: ApiHandler = {
  apiKey: ApiKey.SaslAuthenticate,
  handle(_state, request, context) {
    const errorMessage = 'SaslAuthenticate request received after successful authentication';
    const response: SaslAuthenticateResponse = { errorCode: ErrorCode.ILLEGAL_SASL_STATE, errorMessage, authBytes: new Uint8Array(0), sessionLifetimeMs: 0n };
    context.respond(request, response);
  },
};

const describeAcls: ApiHandler = {
  apiKey: ApiKey.DescribeAcls,
  handle(_state, request, context) {
    const response: DescribeAclsResponse = { throttleTimeMs: 0, errorCode: ErrorCode.SECURITY_DISABLED, errorMessage: 'No Authorizer is configured on the broker', resources: [] };
    context.respond(request, response);
  },
};

const createAcls: ApiHandler = {
  apiKey: ApiKey.CreateAcls,
  handle(_state, request, context) {
    const { creations } = request.body as CreateAclsRequest;
    const response: CreateAclsResponse = { throttleTimeMs: 0, results: creations.map(() => ({ ...noAuthorizer })) };
    context.respond(request, response);
  },
};

const deleteAcls: ApiHandler = {
  apiKey: ApiKey.DeleteAcls,
  handle(_state, request, context) {
    const { filters } = request.body as DeleteAclsRequest;
    const response: DeleteAclsResponse = { throttleTimeMs: 0, filterResults: filters.map(() => ({ ...noAuthorizer, matchingAcls: [] })) };
    context.respond(request, response);
  },
};

/** Nobody has credentials; whoever is asked for by name does not exist. */
const describeUserScramCredentials: ApiHandler = {
  apiKey: ApiKey.DescribeUserScramCredentials,
  handle(_state, request, context) {
    const { users } = request.body as DescribeUserScramCredentialsRequest;
    const results = (users ?? []).map(({ name }) => ({
      user: name,
      errorCode: ErrorCode.RESOURCE_NOT_FOUND,
      errorMessage: `Attempt to describe a user credential that does not exist: ${name}`,
      credentialInfos: [],
    }));
    const response: DescribeUserScramCredentialsResponse = { throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: '', results };
    context.respond(request, response);
  },
};

export const securityApis: readonly ApiHandler[] = [saslHandshake, saslAuthenticate, describeAcls, createAcls, deleteAcls, describeUserScramCredentials];
