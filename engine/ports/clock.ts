/** Real time, for those who pace the world; the world itself has only virtual time. */
export interface Clock {
  /** Monotonic milliseconds, with fractions. */
  nowMs(): number;
  /** Calls back once, not before `delayMs` have passed (0: as soon as pending input has been read). Answers a cancel. */
  schedule(delayMs: number, callback: () => void): () => void;
  /** Milliseconds since the Unix epoch, for the one place where a run is given its start time. */
  wallMs(): number;
}
