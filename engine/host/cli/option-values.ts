/** Reads the values of options; each refusal names the option, what is wrong, and what would be right. */
import { InvalidArgumentError } from 'commander';

export function integerBetween(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < min || value > max) throw new InvalidArgumentError(`give a whole number from ${min} to ${max}.`);
    return value;
  };
}

/** Virtual seconds per real second. */
export function rateOf(text: string): number {
  if (text === 'max') return Infinity;
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0.0001 && value <= 1_000_000)) throw new InvalidArgumentError('give a number from 0.0001 to 1000000, or max.');
  return value;
}

/** Adds "name=value" to what was given before. */
export function settingOf(text: string, before: Record<string, string>): Record<string, string> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('give name=value, for example log.retention.ms=60000.');
  return { ...before, [text.slice(0, equals).trim()]: text.slice(equals + 1).trim() };
}

export interface TopicOption {
  name: string;
  partitions: number;
  replicationFactor: number;
}

/** Adds "name:partitions:replicationFactor" to what was given before; the numbers may be left out. */
export function topicOf(text: string, before: TopicOption[]): TopicOption[] {
  const [name = '', partitions = '1', replicationFactor = '1', ...rest] = text.split(':');
  const counts = [Number(partitions), Number(replicationFactor)];
  if (rest.length > 0 || !/^[A-Za-z0-9._-]{1,249}$/.test(name) || name === '.' || name === '..' || !counts.every((count) => Number.isInteger(count) && count >= 1 && count <= 10_000)) {
    throw new InvalidArgumentError('give name:partitions:replicationFactor, for example orders:3:3; a name has letters, digits, ".", "_" and "-".');
  }
  if (before.some((topic) => topic.name === name)) throw new InvalidArgumentError(`topic ${name} is given twice.`);
  return [...before, { name, partitions: counts[0]!, replicationFactor: counts[1]! }];
}
