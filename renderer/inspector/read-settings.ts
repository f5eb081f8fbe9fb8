/** The engine's answer about settings, as rows: a list of {name, value, source}, or a record of such by name. */
export interface SettingRow {
  name: string;
  value: string;
  source: string;
  /** Set by somebody: not Kafka's default. */
  isOwn: boolean;
}

export function readSettings(answer: unknown): SettingRow[] {
  const list = Array.isArray(answer) ? answer : (answer as { settings?: unknown } | null)?.settings;
  if (Array.isArray(list)) return list.flatMap((item) => rowOf(item as Record<string, unknown>));
  if (typeof answer !== 'object' || answer === null) return [];
  return Object.entries(answer).flatMap(([name, item]) => (typeof item === 'object' && item !== null ? rowOf({ name, ...item }) : rowOf({ name, value: item })));
}

function rowOf(item: Record<string, unknown>): SettingRow[] {
  if (typeof item['name'] !== 'string') return [];
  const source = typeof item['source'] === 'string' ? item['source'] : '';
  const value = item['value'];
  return [{ name: item['name'], value: value === null || value === undefined ? 'not set' : typeof value === 'string' && value === '' ? 'empty' : String(value), source, isOwn: source !== '' && !/default/i.test(source) }];
}
