/** Random UUIDs as Java prints them: what the coordinator makes member ids of. */
import type { Random } from '#engine/ports/random.ts';

const HEX = '0123456789abcdef';

/** A random UUID as java.util.UUID prints it (version 4). */
export function javaUuid(random: Random): string {
  let text = '';
  for (let digit = 0; digit < 32; digit++) {
    if (digit === 8 || digit === 12 || digit === 16 || digit === 20) text += '-';
    const value = random.integer(16);
    text += HEX.charAt(digit === 12 ? 4 : digit === 16 ? 8 | (value & 3) : value);
  }
  return text;
}
