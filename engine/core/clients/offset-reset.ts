/** The setting auto.offset.reset as a ListOffsets timestamp. Kafka: AutoOffsetResetStrategy (KIP-1106). */
const LATEST = -1n;
const EARLIEST = -2n;
const DURATION = /^by_duration:P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** Undefined for "none": there is nothing to reset to. */
export function resetTimestamp(policy: string, nowMs: number): bigint | undefined {
  if (policy === 'latest') return LATEST;
  if (policy === 'earliest') return EARLIEST;
  const parts = DURATION.exec(policy);
  if (parts === null) return undefined;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  const agoMs = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000;
  return BigInt(Math.trunc(nowMs - agoMs));
}
