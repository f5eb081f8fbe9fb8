/** Which names a topic may have (Kafka: org.apache.kafka.common.internals.Topic). */
const lengthMax = 249;

/** Why a name is not allowed, or undefined. */
export function topicNameProblem(name: string): string | undefined {
  if (name === '') return 'the empty string is not allowed';
  if (name === '.' || name === '..') return `'${name}' is not allowed`;
  if (name.length > lengthMax) return `the length of '${name}' is longer than the max allowed length ${lengthMax}`;
  if (!/^[a-zA-Z0-9._-]+$/.test(name)) return `'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`;
  return undefined;
}

/** Names that differ only in '.' and '_' would share a metric; Kafka refuses the second. */
export function collides(a: string, b: string): boolean {
  return a.replaceAll('.', '_') === b.replaceAll('.', '_');
}
