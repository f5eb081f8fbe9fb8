/**
 * Which partition of `__consumer_offsets` a group lives in: Java's String.hashCode over UTF-16 units, made non-negative as
 * Kafka's Utils.abs does (Integer.MIN_VALUE becomes 0), modulo the partition count.
 */
export function javaStringHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

export function offsetsPartitionOf(groupId: string, partitionCount: number): number {
  const hash = javaStringHash(groupId);
  return (hash === -2_147_483_648 ? 0 : Math.abs(hash)) % partitionCount;
}
