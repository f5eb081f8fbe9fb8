/**
 * What `terrarium describe` prints beside what Kafka's tools print of the same cluster: here both sides are Terrarium, and "kafka" is
 * Kafka's tool.
 */
import { runCli, type ServedCluster } from '../../clients/served-cluster.ts';
import type { Session } from '../session.ts';
import { toolText } from '../tools/tool-text.ts';
import { batchOf } from './batches.ts';
import { stableGroup } from './groups.ts';
import { kept, produceBody } from './produce.ts';
import { coordinatorOf, createTopic } from './scene.ts';
import { assignmentOf, commitTo, runToolAt, subscriptionOf, type Tool } from './tools.ts';
import type { Story } from './story.ts';

const texts: [what: string, tool: Tool, args: string][] = [
  ['topics own-1', 'topics', '--describe --topic own-1'],
  ['groups own-stable', 'consumer-groups', '--describe --group own-stable'],
  ['groups own-empty', 'consumer-groups', '--describe --group own-empty'],
  ['quorum', 'metadata-quorum', 'describe --status'],
  ['brokers', 'cluster', 'list-endpoints'],
];

async function setScene(session: Session): Promise<void> {
  await createTopic(session, 'own-1', 2, { ...kept, 'cleanup.policy': 'compact' });
  for (const partition of [0, 1]) await session.call('Produce', 12, produceBody({ topic: 'own-1', partition }, batchOf(4, { key: 'k' })), { broker: partition + 1 });
  const at = { broker: await coordinatorOf(session, 'own-stable') };
  const memberId = await stableGroup(session, 'own-stable', at, { sessionTimeoutMs: 300_000, protocols: [{ name: 'range', metadata: subscriptionOf('own-1') }] }, assignmentOf('own-1', [0, 1]));
  await commitTo(session, 'own-stable', 'own-1', { 0: 1n }, at, { memberId, generationIdOrMemberEpoch: 1 });
  await commitTo(session, 'own-empty', 'own-1', { 0: 1n, 1: 4n }, { broker: await coordinatorOf(session, 'own-empty') });
}

export function ownTextStory(served: ServedCluster): Story {
  const scene = Promise.withResolvers<void>();
  return {
    name: 'tools beside our own',
    async tell(session) {
      // Whatever comes of it, the other side must not wait for ever.
      if (session.side === 'terrarium') await setScene(session).finally(scene.resolve);
      await scene.promise;
      for (const [what, tool, args] of texts) {
        const run = session.side === 'kafka' ? await runToolAt(served.ready.bootstrap, tool, args) : await describe(served, what);
        // A terminal shows remarks, which the tools print as errors, where they come: first.
        session.note(`describe ${what}`, { kind: 'text', text: toolText({ ...run, stdout: run.stderr + run.stdout, stderr: '' }) });
      }
    },
  };
}

function describe(served: ServedCluster, what: string): ReturnType<typeof runCli> {
  return runCli(['describe', ...what.split(' ')], { env: { TERRARIUM_CONTROL: served.ready.control, TERRARIUM_TOKEN: served.ready.controlToken } });
}
