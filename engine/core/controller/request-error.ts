/** A part of a request that the controller refuses: Kafka's error code, and its message to a person. */
import { errorName } from '#engine/protocol/errors.ts';

export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: number;
  /** What the client is told; null: the code says it all. */
  readonly wireMessage: string | null;
  constructor(code: number, message: string | null) {
    super(message === null || message === '' ? errorName(code) : message);
    this.code = code;
    this.wireMessage = message === null ? null : this.message;
  }
}

export interface Outcome {
  errorCode: number;
  errorMessage: string | null;
}

/** Runs one part of a request; a RequestError is its answer, anything else is a fault of ours and goes on. */
export function outcomeOf(part: () => void): Outcome {
  try {
    part();
    return { errorCode: 0, errorMessage: null };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { errorCode: error.code, errorMessage: error.wireMessage };
  }
}
