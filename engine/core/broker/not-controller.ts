/** Whether an answer says, for the whole or for any part of it, that the broker asked is not the active controller. */
import { ErrorCode } from '#engine/protocol/errors.ts';

export function saysNotController(answer: unknown): boolean {
  if (answer === null || typeof answer !== 'object' || answer instanceof Uint8Array) return false;
  if (Array.isArray(answer)) return answer.some(saysNotController);
  if ('errorCode' in answer && answer.errorCode === ErrorCode.NOT_CONTROLLER) return true;
  return Object.values(answer).some(saysNotController);
}
