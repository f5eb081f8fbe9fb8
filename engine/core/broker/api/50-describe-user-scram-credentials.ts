/** DescribeUserScramCredentials (50): which mechanisms users have, with the iterations (KIP-554; Kafka: ScramImage.describe). */
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import { typeOfScramMechanism } from '#engine/core/security/mechanisms.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse } from '#engine/protocol/messages/50-describe-user-scram-credentials.ts';

type Result = DescribeUserScramCredentialsResponse['results'][number];

export const describeUserScramCredentials: ApiHandler = {
  apiKey: ApiKey.DescribeUserScramCredentials,
  handle(state, request, context) {
    const asked = (request.body as DescribeUserScramCredentialsRequest).users ?? [];
    const names = asked.length > 0 ? asked.map(({ name }) => name) : [...state.image.scramCredentials.values()].flatMap((users) => [...users.keys()]);
    const results = [...new Set(names)].map((user) => {
      const isTwice = asked.filter(({ name }) => name === user).length > 1;
      return isTwice ? refusalOf(user, ErrorCode.DUPLICATE_RESOURCE, `Cannot describe SCRAM credentials for the same user twice in a single request: ${user}`) : describe(state, user);
    });
    const response: DescribeUserScramCredentialsResponse = { throttleTimeMs: 0, errorCode: ErrorCode.NONE, errorMessage: '', results };
    context.respond(request, response);
  },
};

function describe(state: BrokerState, user: string): Result {
  const credentialInfos: Result['credentialInfos'] = [];
  for (const [mechanism, users] of state.image.scramCredentials) {
    const credential = users.get(user);
    if (credential !== undefined) credentialInfos.push({ mechanism: typeOfScramMechanism(mechanism), iterations: credential.iterations });
  }
  if (credentialInfos.length === 0) return refusalOf(user, ErrorCode.RESOURCE_NOT_FOUND, `Attempt to describe a user credential that does not exist: ${user}`);
  return { user, errorCode: ErrorCode.NONE, errorMessage: null, credentialInfos };
}

function refusalOf(user: string, errorCode: number, errorMessage: string): Result {
  return { user, errorCode, errorMessage, credentialInfos: [] };
}
