/** What was asked for is wrong; exit code 2 by the table of the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitCode = 2;
}

/** The run, or an expectation of it, failed; exit code 1. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
  readonly exitCode = 1;
}
