/**
 * What is thrown when bytes do not follow Kafka's protocol, or when a value cannot be written in it.
 *
 * It says where: the field's path ("FetchRequest.topics[2].partitions[0].fetchOffset") and, when reading, the byte position.
 * The path grows from the inside out while the error travels up, so that the happy path keeps no book of where it is.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  /** What is wrong, without the place. */
  readonly reason: string;
  /** Byte position in the frame; -1 when a value was being written. */
  readonly position: number;
  path = '';

  constructor(reason: string, position = -1) {
    super(position < 0 ? reason : `${reason} at byte ${position}`);
    this.reason = reason;
    this.position = position;
  }

  /** Puts the name of what contains this place in front of the path. */
  within(segment: string): this {
    this.path = this.path === '' || this.path.startsWith('[') ? segment + this.path : `${segment}.${this.path}`;
    this.message = this.position < 0 ? `${this.path}: ${this.reason}` : `${this.path}: ${this.reason} at byte ${this.position}`;
    return this;
  }
}

/** For catch blocks: names the place when it is a ProtocolError; any other error passes unchanged. */
export function within(error: unknown, segment: string): unknown {
  return error instanceof ProtocolError ? error.within(segment) : error;
}
