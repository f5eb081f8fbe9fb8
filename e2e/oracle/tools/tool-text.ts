/** What a tool printed, with what differs between any two clusters put into words that compare. Each rule says why it is there. */
import { readableText } from '../normalise.ts';
import type { ToolRun } from './tool-runner.ts';

interface TextRule {
  reason: string;
  apply(text: string): string;
}

/** Reads a line of JSON, sorts it, and writes it again. */
function sortedJson(line: string, keyOf: (element: Record<string, unknown>) => string): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted).toSorted((left, right) => (orderOf(left, keyOf) < orderOf(right, keyOf) ? -1 : 1));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, sorted(inner)]));
  };
  return JSON.stringify(sorted(JSON.parse(line)));
}

function orderOf(element: unknown, keyOf: (element: Record<string, unknown>) => string): string {
  return typeof element === 'object' && element !== null ? keyOf(element as Record<string, unknown>) : '';
}

const rules: readonly TextRule[] = [
  { reason: 'where a tool was when it failed is the same for whoever it asked', apply: (text) => text.replaceAll(/^\t(at |\.\.\. ).*\n/gm, '') },
  { reason: 'the tools log the names of their own threads and clients', apply: (text) => text.replaceAll(/(adminclient|consumer|producer|console-consumer)-\d+/g, '$1-<n>') },
  { reason: 'ids are random', apply: (text) => readableText(text).replaceAll(/(TopicId: |ClusterId: +|Cluster ID: )[A-Za-z0-9_-]{22}/g, '$1<uuid>') },
  { reason: 'kafka-topics lists settings in the order of a hash table', apply: (text) => text.replaceAll(/(\tConfigs: )(.*)$/gm, (_, head: string, configs: string) => head + configs.split(',').toSorted().join(',')) },
  { reason: 'brokers come in the order in which they answered', apply: sortedBrokers },
  { reason: 'paths are of this machine', apply: (text) => text.replaceAll(/"log_dirs":\[[^\]]*\]/g, (dirs) => dirs.replaceAll(/"\/[^"]*"/g, '"<path>"')).replaceAll(/(log\.dirs?|metadata\.log\.dir)=[^\s,}]+/g, '$1=<path>').replaceAll(/"logDir":"[^"]+"/g, '"logDir":"<path>"') },
  { reason: 'both listen on free ports', apply: (text) => text.replaceAll(/^(\d+ +127\.0\.0\.1 )\d+ +/gm, '$1<port> ') },
  { reason: 'who leads the quorum is chance, and how far its log is depends on what the cluster did', apply: quorumText },
  { reason: 'an offset of the metadata log', apply: (text) => text.replaceAll(/(Epoch: )\d+/g, '$1<metadata offset>') },
  { reason: 'the order of brokers, directories and partitions is that of a hash table', apply: (text) => text.replaceAll(/^\{"brokers":.*$/gm, (line) => sortedJson(line, (element) => String(element['broker'] ?? element['logDir'] ?? element['partition']))) },
  { reason: 'the coordinator is where the leader of a partition is, which is chance', apply: (text) => text.replaceAll(/127\.0\.0\.1:<port> +\(\d\)/g, '127.0.0.1:<port> (<broker>)') },
  { reason: 'a process id', apply: (text) => text.replaceAll(/INSTANCE \d+/g, 'INSTANCE <n>') },
];

/** What kafka-broker-api-versions prints: a block a broker. */
function sortedBrokers(text: string): string {
  return text.split(/^(?=\S+ \(id: \d+ rack: )/m).toSorted((left, right) => brokerOf(left) - brokerOf(right)).join('');
}

function brokerOf(block: string): number {
  return Number(/\(id: (\d+) /.exec(block)?.[1] ?? -1);
}

function quorumText(text: string): string {
  return text
    .replaceAll(/^((?:LeaderId|LeaderEpoch|HighWatermark): +)\d+/gm, '$1<n>')
    .replaceAll(/^((?:MaxFollowerLag|MaxFollowerLagTimeMs): +)-?\d+/gm, '$1<n>')
    .replaceAll(/^\d+ +\t([A-Za-z0-9_-]{22})\t\d+ *\t\d+ *\t[^\t]*\t[^\t]*\t(Leader|Follower|Observer) *\t/gm, '<n>\t$1\t<offset>\t<lag>\t<ms>\t<ms>\t$2\t');
}

export function toolText({ code, stdout, stderr }: ToolRun): string {
  const text = `exit ${code}\n${stdout}${stderr === '' ? '' : `--- standard error\n${stderr}`}`;
  return rules.reduce((done, rule) => rule.apply(done), text);
}
