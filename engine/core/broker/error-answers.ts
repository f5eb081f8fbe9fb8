/** The answer that says only that a request was refused as a whole (Kafka: AbstractRequest.getErrorResponse), where it has a place for that. */
import { apiOf } from '#engine/protocol/api-keys.ts';
import { create } from '#engine/protocol/message.ts';

/** Undefined: the answer of this API has no error of its own, only such of its parts. */
export function errorAnswer(apiKey: number, errorCode: number, errorMessage: string | null): unknown {
  const api = apiOf(apiKey);
  if (api === undefined) return undefined;
  const body: object = create(api.response);
  if (!('errorCode' in body)) return undefined;
  return 'errorMessage' in body ? { ...body, errorCode, errorMessage } : { ...body, errorCode };
}
