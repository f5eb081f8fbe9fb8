/**
 * SCRAM credentials of users (Kafka: ScramControlManager; KIP-554, KIP-900). The client salts the password; what is written are the two keys that
 * follow from that, so that the log holds nothing to log in with. A user stands for one change in a request.
 */
import { decideAndAnswer, type ActiveController } from '#engine/core/controller/active-controller.ts';
import { outcomeOf, RequestError } from '#engine/core/controller/request-error.ts';
import type { ClusterImage } from '#engine/core/metadata/image.ts';
import { metadataRecord, type MetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import type { ScramLogin } from '#engine/core/security/broker-security.ts';
import { scramMechanismOfType, typeOfScramMechanism, type ScramMechanism } from '#engine/core/security/mechanisms.ts';
import { credentialOf, credentialOfPassword, iterationsMax, iterationsMin, type ScramCredential } from '#engine/core/security/scram-credential.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse } from '#engine/protocol/messages/51-alter-user-scram-credentials.ts';

type Deletion = AlterUserScramCredentialsRequest['deletions'][number];
type Upsertion = AlterUserScramCredentialsRequest['upsertions'][number];

const saltBytes = 16;

export function alterUserScramCredentials(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const { deletions, upsertions } = request.body as AlterUserScramCredentialsRequest;
  const changes = [...deletions.map((deletion) => ({ name: deletion.name, deletion })), ...upsertions.map((upsertion) => ({ name: upsertion.name, upsertion }))];
  const records: MetadataRecord[] = [];
  const results = [...new Set(changes.map(({ name }) => name))].map((user) => {
    const outcome = outcomeOf(() => {
      const [change, ...more] = changes.filter(({ name }) => name === user);
      // Kafka looks at a user's first change before it sees that there is another.
      const record = change === undefined ? undefined : recordOf(active.image, change, context);
      if (more.length > 0) throw new RequestError(ErrorCode.DUPLICATE_RESOURCE, 'A user credential cannot be altered twice in the same request');
      if (record !== undefined) records.push(record);
    });
    return { user, ...outcome };
  });
  const refused = results.filter(({ errorCode }) => errorCode !== ErrorCode.NONE);
  const answer: AlterUserScramCredentialsResponse = { throttleTimeMs: 0, results: [...results.filter((result) => !refused.includes(result)), ...refused] };
  decideAndAnswer(active, request, records, answer, context);
}

function recordOf(image: ClusterImage, change: { deletion: Deletion } | { upsertion: Upsertion }, context: NodeContext): MetadataRecord {
  if ('deletion' in change) {
    const { name, mechanism: type } = change.deletion;
    const mechanism = checkedMechanism(name, type);
    if (image.scramCredentials.get(mechanism)?.has(name) !== true) throw new RequestError(ErrorCode.RESOURCE_NOT_FOUND, 'Attempt to delete a user credential that does not exist');
    return metadataRecord('RemoveUserScramCredentialRecord', { name, mechanism: type });
  }
  const { name, mechanism: type, iterations, salt, saltedPassword } = change.upsertion;
  const mechanism = checkedMechanism(name, type);
  if (iterations < iterationsMin) throw new RequestError(ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Too few iterations');
  if (iterations > iterationsMax) throw new RequestError(ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Too many iterations');
  // The request's bytes are a part of its frame, which is not to be kept.
  return credentialRecord(name, mechanism, credentialOf(mechanism, saltedPassword, salt.slice(), iterations, context.cryptography));
}

function checkedMechanism(user: string, type: number): ScramMechanism {
  if (user === '') throw new RequestError(ErrorCode.UNACCEPTABLE_CREDENTIAL, 'Username must not be empty');
  const mechanism = scramMechanismOfType(type);
  if (mechanism === undefined) throw new RequestError(ErrorCode.UNSUPPORTED_SASL_MECHANISM, 'Unknown SCRAM mechanism');
  return mechanism;
}

function credentialRecord(name: string, mechanism: ScramMechanism, credential: ScramCredential): MetadataRecord {
  return metadataRecord('UserScramCredentialRecord', { name, mechanism: typeOfScramMechanism(mechanism), ...credential });
}

/** The first users of a new cluster, as `kafka-storage format --add-scram` writes them: somebody must be able to make the others. */
export function firstCredentials(logins: readonly ScramLogin[], context: NodeContext): MetadataRecord[] {
  return logins.map(({ mechanism, user, password }) => {
    const salt = Uint8Array.from({ length: saltBytes }, () => context.random.integer(256));
    return credentialRecord(user, mechanism, credentialOfPassword(mechanism, password, salt, iterationsMin, context.cryptography));
  });
}
