/** Names of a log's files, as Kafka gives them: the base offset in 20 digits, and what it is. */

export function offsetFileName(offset: bigint, suffix: 'log' | 'index' | 'snapshot'): string {
  return `${offset.toString().padStart(20, '0')}.${suffix}`;
}

export function offsetFilePath(directory: string, offset: bigint, suffix: 'log' | 'index' | 'snapshot'): string {
  return `${directory}/${offsetFileName(offset, suffix)}`;
}

/** The base offset of "orders-0/00000000000000000042.log"; undefined when the path is not of that form. */
export function baseOffsetOfPath(path: string, suffix: 'log' | 'index' | 'snapshot'): bigint | undefined {
  const name = path.slice(path.indexOf('/') + 1);
  const match = /^(\d{20})\.([a-z]+)$/.exec(name);
  return match?.[2] === suffix ? BigInt(match[1]!) : undefined;
}
