/** A stream of random numbers. Each user of chance has a stream of its own name, so that a new user shifts no other. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, bound). */
  integer(bound: number): number;
  /** 16 random bytes as a Kafka UUID (base64url, 22 characters); never one of Kafka's reserved ones, never starting with '-'. */
  uuid(): string;
}
