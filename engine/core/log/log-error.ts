/** Why a log refuses: Kafka's error code, a sentence, and for a refused batch the records that are to blame. */
import { errorName } from '#engine/protocol/errors.ts';

/** As in ProduceResponse's RecordErrors. */
export interface RecordError {
  /** Which record of the batch, counted from 0. */
  batchIndex: number;
  message: string;
}

export class LogError extends Error {
  override readonly name = 'LogError';
  readonly code: number;
  readonly recordErrors: readonly RecordError[];
  /** What the producer is told, where Kafka tells it something. */
  readonly wireMessage: string | null;
  constructor(code: number, message: string, recordErrors: readonly RecordError[] = [], wireMessage: string | null = null) {
    super(`${errorName(code)}: ${message}`);
    this.code = code;
    this.recordErrors = recordErrors;
    this.wireMessage = wireMessage;
  }
}
