import { assert, constantFrom, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { BrokerRegistrationResponse } from '#engine/protocol/messages/62-broker-registration.ts';
import { toJson } from '#engine/contract/json.ts';
import { ControllerCluster, seededRandom } from '#engine/testing/controller-cluster.ts';
import { registrationBody } from '#engine/testing/controller-requests.ts';
import { QuorumJudge } from '#engine/testing/quorum-judge.ts';

interface Ordeal {
  seed: number;
  voters: number;
  loss: number;
  jitterMs: number;
  crashEvery: number;
  cutEvery: number;
}

/** Half a minute of faults and of brokers that register, then quiet. Answers what was acknowledged. */
function endure(ordeal: Ordeal): { cluster: ControllerCluster; acknowledged: number[]; judge: QuorumJudge } {
  const voters = Array.from({ length: ordeal.voters }, (_, index) => index + 1);
  const cluster = new ControllerCluster({ seed: ordeal.seed, voters, loss: ordeal.loss, jitterMs: ordeal.jitterMs });
  const judge = new QuorumJudge(cluster);
  const chance = seededRandom(ordeal.seed + 1);
  const asked = new Map<number, number>();
  for (let round = 0; round < 150; round++) {
    const victim = voters[chance.integer(voters.length)]!;
    if (chance.integer(ordeal.crashEvery) === 0) {
      if (cluster.node(victim).state === undefined) cluster.start(victim);
      else cluster.crash(victim);
    }
    if (chance.integer(ordeal.cutEvery) === 0) {
      const other = voters[chance.integer(voters.length)]!;
      const kind = chance.integer(4);
      if (kind === 0) cluster.cut(victim, other);
      else if (kind === 1) cluster.cutOneWay(victim, other);
      else cluster.heal();
    }
    const broker = 1_000 + round;
    const target = cluster.controller()?.brokerId;
    if (target !== undefined) asked.set(cluster.send(target, ApiKey.BrokerRegistration, 4, registrationBody(broker)), broker);
    const untilUs = cluster.timeUs + 200_000;
    while (cluster.step(untilUs)) judge.look();
    cluster.timeUs = untilUs;
  }
  const acknowledged = [...asked].flatMap(([id, broker]) => {
    const answer = cluster.answers.get(id) as BrokerRegistrationResponse | undefined;
    return answer?.errorCode === ErrorCode.NONE ? [broker] : [];
  });
  return { cluster, acknowledged, judge };
}

function recover(cluster: ControllerCluster, judge: QuorumJudge): void {
  cluster.heal();
  cluster.loss = 0;
  for (const node of cluster.nodes.values()) if (node.state === undefined) cluster.start(node.id);
  const untilUs = cluster.timeUs + 20_000_000;
  while (cluster.step(untilUs)) judge.look();
  cluster.timeUs = untilUs;
}

const ordeals = record({
  seed: integer({ min: 1, max: 1_000_000 }),
  voters: constantFrom(3, 5),
  loss: constantFrom(0, 0.02, 0.2),
  jitterMs: constantFrom(0.05, 20, 300),
  crashEvery: constantFrom(5, 20, 1_000),
  cutEvery: constantFrom(5, 20, 1_000),
});

test('whatever is lost, late, cut or dead: one leader per epoch, and what was committed stays, on every node', () => {
  let acknowledgedInAll = 0;
  assert(
    property(ordeals, (ordeal) => {
      const { cluster, acknowledged, judge } = endure(ordeal);
      recover(cluster, judge);
      const controller = cluster.controller();
      expect(controller, 'a controller once all is quiet').toBeDefined();
      for (const broker of acknowledged) expect(controller!.image.brokers.has(broker), `broker ${broker} was acknowledged`).toBe(true);
      const images = cluster.running().map((state) => toJson([...state.image.brokers.keys()]));
      expect(new Set(images).size).toBe(1);
      expect(judge.committedCount).toBeGreaterThan(0);
      acknowledgedInAll += acknowledged.length;
    }),
    { seed: 20_260_101, numRuns: 30 },
  );
  expect(acknowledgedInAll).toBeGreaterThan(500);
});

test('the same seed gives the same history', () => {
  const ordeal: Ordeal = { seed: 4_711, voters: 3, loss: 0.05, jitterMs: 20, crashEvery: 10, cutEvery: 10 };
  const history = (): string => toJson(endure(ordeal).cluster.facts);
  const first = history();
  expect(first.length).toBeGreaterThan(10_000);
  expect(history()).toBe(first);
});
