/** A question that cannot be answered, and why. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}
