/**
 * Check sums of a recorded run's lines: each line ends with the CRC-32 of its text, continued from the line above, so that a
 * changed, missing or exchanged line is found where it is.
 */
import { crc32 } from 'node:zlib';

const tail = /,"c":"([0-9a-f]{8})"\}$/;

/** Adds the sum to a line of JSON; keeps count from line to line. */
export function createLineSummer(): (line: string) => string {
  let sum = 0;
  return (line) => {
    sum = crc32(line, sum);
    return `${line.slice(0, -1)},"c":"${hex(sum)}"}`;
  };
}

/** Takes the sum off a line and checks it: the line without it, or undefined when it is not the line that was written. */
export function createLineChecker(): (line: string) => string | undefined {
  let sum = 0;
  return (line) => {
    const found = tail.exec(line);
    if (found === null) return undefined;
    const bare = `${line.slice(0, found.index)}}`;
    sum = crc32(bare, sum);
    return found[1] === hex(sum) ? bare : undefined;
  };
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, '0');
}
