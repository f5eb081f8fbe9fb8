/** Which subjects of expectations an event concerns, by its facts: "partition orders-0", "broker 1", "group billing", … */
import type { EventRecord } from '#engine/core/world/world-state.ts';

export function subjectsOf(record: EventRecord): string[] {
  const subjects: string[] = [];
  for (const { kind, payload } of record.facts) {
    const fields = payload as Record<string, unknown>;
    if (kind.startsWith('partition.')) subjects.push(`partition ${String(fields['topic'])}-${String(fields['partition'])}`);
    else if (kind.startsWith('broker.')) subjects.push(`broker ${String(fields['broker'])}`);
    else if (kind === 'node.started' || kind === 'node.halted') subjects.push(record.node.replace('/', ' '));
    else if (kind.startsWith('group.')) subjects.push(`group ${String(fields['group'])}`);
    else if (kind === 'quorum.leader') subjects.push('controller');
    else if (kind.startsWith('client.') && typeof fields['client'] === 'string') subjects.push(record.node.replace('/', ' '));
  }
  if (record.input.type === 'command') subjects.push(record.node.replace('/', ' '));
  return subjects;
}
