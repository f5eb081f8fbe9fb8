/**
 * Boot: virtual time runs until there is a cluster a person can use. A quorum has a leader, every broker that runs is registered
 * and unfenced, the topics of the specification exist with leaders and full ISRs, and then its producers and consumers start.
 *
 * Nothing is set by hand: brokers register, the admin client asks for the topics, replicas join the ISR by fetching. Bounded in
 * virtual time; what is missing by then is said.
 */
import type { AdminState } from '#engine/core/clients/state.ts';
import { isActiveController } from '#engine/core/controller/controller-node.ts';
import type { TopicImage } from '#engine/core/metadata/image.ts';
import { topicByName } from '#engine/core/metadata/image.ts';
import { adminConfig, adminNodeId } from '#engine/core/world/client-nodes.ts';
import { executeCommand } from '#engine/core/world/commands/execute-command.ts';
import { commitDisks } from '#engine/core/world/create-world.ts';
import { brokerIds, brokerStateOf, latestImage } from '#engine/core/world/inspect.ts';
import type { Observe } from '#engine/core/world/inspect.ts';
import { addNode, queueStart } from '#engine/core/world/node-life.ts';
import { runUntil } from '#engine/core/world/step.ts';
import type { World } from '#engine/core/world/world-state.ts';

export class BootError extends Error {
  override readonly name = 'BootError';
}

export interface BootOptions {
  /** Virtual time after which it gives up. */
  timeoutMs?: number;
  observe?: Observe;
  /** Leaves the specification's producers and consumers out. */
  withoutClients?: boolean;
}

/** How often, in virtual time, it looks whether what it waits for is there. */
const lookEveryUs = 10_000;

export function bootCluster(world: World, options: BootOptions = {}): void {
  const { observe } = options;
  const deadlineUs = world.state.timeUs + (options.timeoutMs ?? 120_000) * 1000;
  runWhile(world, deadlineUs, () => missingBrokers(world), observe);
  startAdmin(world);
  // Its start is an event of its own, which is due now.
  runUntil(world, world.state.timeUs, observe);
  for (const topic of world.state.spec.topics) {
    const image = latestImage(world);
    if (image !== undefined && topicByName(image, topic.name) === undefined) observed(observe, world, { kind: 'topic.create', topic });
  }
  runWhile(world, deadlineUs, () => missingTopics(world), observe);
  if (options.withoutClients !== true) startClients(world, observe);
}

function startAdmin(world: World): void {
  if (world.state.nodes.has(adminNodeId)) return;
  const config = adminConfig(world);
  queueStart(world, addNode(world, adminNodeId, 'admin', config.clientId, config));
}

function startClients(world: World, observe: Observe | undefined): void {
  for (const producer of world.state.spec.producers) observed(observe, world, { kind: 'producer.start', producer });
  for (const consumer of world.state.spec.consumers) observed(observe, world, { kind: 'consumer.start', consumer });
}

function observed(observe: Observe | undefined, world: World, command: Parameters<typeof executeCommand>[1]): void {
  const record = executeCommand(world, command);
  observe?.(record);
}

/** Runs until nothing is missing any more. */
function runWhile(world: World, deadlineUs: number, missing: () => string[], observe: Observe | undefined): void {
  for (;;) {
    const still = missing();
    if (still.length === 0) return;
    if (world.state.timeUs >= deadlineUs) throw new BootError(`the cluster is not up after ${world.state.timeUs / 1_000_000} virtual seconds: ${still.join('; ')}`);
    runUntil(world, world.state.timeUs + lookEveryUs, observe);
    commitDisks(world);
  }
}

/** What keeps the brokers from serving, in words. */
export function missingBrokers(world: World): string[] {
  const missing: string[] = [];
  const states = brokerIds(world).map((id) => brokerStateOf(world, id));
  if (!states.some((state) => state !== undefined && isActiveController(state.controllerNode))) missing.push('no active controller');
  const image = latestImage(world);
  for (const id of brokerIds(world)) {
    const registration = image?.brokers.get(id);
    const state = brokerStateOf(world, id);
    if (state === undefined) missing.push(`broker ${id} does not run`);
    else if (registration === undefined) missing.push(`broker ${id} is not registered`);
    else if (registration.fenced || state.lifecycle.fenced) missing.push(`broker ${id} is fenced`);
  }
  return missing;
}

function missingTopics(world: World): string[] {
  const image = latestImage(world);
  const missing = refusals(world);
  for (const { name } of world.state.spec.topics) {
    const topic = image && topicByName(image, name);
    if (topic === undefined) missing.push(`topic ${name} does not exist`);
    else missing.push(...unhealthyPartitions(topic), ...brokersWithout(world, topic));
  }
  missing.push(...waitingFollowers(world));
  return missing;
}

/** A follower that asked its leader before the leader knew that it is one backs off for a second, and so would the first acks=all. */
function waitingFollowers(world: World): string[] {
  const missing: string[] = [];
  for (const id of brokerIds(world)) {
    for (const fetcher of brokerStateOf(world, id)?.fetchers.values() ?? []) {
      for (const key of fetcher.partitions.keys()) if (fetcher.toTell.has(key)) missing.push(`broker ${id} does not fetch ${key} yet`);
    }
  }
  return missing;
}

/** Partitions without a leader or with less than their full ISR, in words: every topic there is. */
export function missingReplicas(world: World): string[] {
  return [...(latestImage(world)?.topics.values() ?? [])].flatMap(unhealthyPartitions);
}

/** What the cluster answered to the admin client, when it was a no: waiting would not help. */
function refusals(world: World): string[] {
  const admin = world.state.nodes.get(adminNodeId)?.state as AdminState | null | undefined;
  const refused = (admin?.outcomes ?? []).filter(({ errorCode }) => errorCode !== 0);
  if (refused.length > 0) throw new BootError(refused.map(({ kind, topic, error, message }) => `${kind} ${topic}: ${error} ${message}`).join('; '));
  return [];
}

function unhealthyPartitions(topic: TopicImage): string[] {
  const missing: string[] = [];
  for (const [index, partition] of topic.partitions.entries()) {
    if (partition.leader === -1) missing.push(`${topic.name}-${index} has no leader`);
    else if (partition.isr.length < partition.replicas.length) missing.push(`${topic.name}-${index} has ISR ${partition.isr.join(',')} of ${partition.replicas.join(',')}`);
  }
  return missing;
}

/** Clients that start now must find the topic whichever broker they ask. */
function brokersWithout(world: World, topic: TopicImage): string[] {
  const missing: string[] = [];
  for (const id of brokerIds(world)) {
    const state = brokerStateOf(world, id);
    if (state !== undefined && topicByName(state.image, topic.name) === undefined) missing.push(`broker ${id} does not know ${topic.name} yet`);
  }
  return missing;
}
