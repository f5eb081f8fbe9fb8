/**
 * Commands as the core executes them: plain objects, already checked for their shape by the contract's schemas. One type
 * per kind here, one entry per kind in the table (execute-command.ts).
 *
 * A command is atomic. `plan` looks at the world and either throws `CommandError`, with nothing changed, or says what will be done.
 */
import type { NodeId } from '#engine/core/node.ts';
import type { WorldBrokerSpec, WorldConsumerSpec, WorldProducerSpec, WorldTopicSpec } from '#engine/core/world/world-spec.ts';
import type { EventRecord, FaultRow, InterceptionRow, LinkShape, World } from '#engine/core/world/world-state.ts';

interface OfBroker<K extends string> {
  kind: K;
  broker: number;
}

export type WorldCommand =
  | OfBroker<'broker.crash'>
  | OfBroker<'broker.powerLoss'>
  | OfBroker<'broker.restart'>
  | OfBroker<'broker.shutdown'>
  | OfBroker<'broker.pause'>
  | OfBroker<'broker.resume'>
  | { kind: 'broker.add'; broker: WorldBrokerSpec }
  | { kind: 'link.cut'; from: number | string; to?: number | string | undefined; oneWay?: boolean | undefined }
  | { kind: 'link.heal'; from?: number | string | undefined; to?: number | string | undefined }
  | ({ kind: 'link.shape'; from: number | string; to?: number | string | undefined } & LinkShape)
  | { kind: 'disk.slow'; broker: number; latencyMs: number }
  | OfBroker<'disk.full'>
  | OfBroker<'disk.fail'>
  | OfBroker<'disk.heal'>
  | { kind: 'clock.skew'; broker: number; skewMs: number }
  | {
      kind: 'message.intercept';
      action: InterceptionRow['action'];
      from?: number | string | undefined;
      to?: number | string | undefined;
      api?: string | undefined;
      direction?: 'request' | 'response' | undefined;
      count?: number | undefined;
      probability?: number | undefined;
      delayMs?: number | undefined;
    }
  | { kind: 'message.hold'; message: number }
  | { kind: 'message.drop'; message: number }
  | { kind: 'message.delay'; message: number; delayMs: number }
  | { kind: 'message.duplicate'; message: number }
  | { kind: 'message.release'; message?: number | undefined; rule?: number | undefined }
  | {
      kind: 'trigger.set';
      trigger?: string | undefined;
      when?: { fact: string; where?: Record<string, unknown> | undefined } | undefined;
      skip?: number | undefined;
      atMs?: number | undefined;
      afterMs?: number | undefined;
      everyMs?: number | undefined;
      times?: number | undefined;
      probability?: number | undefined;
      do: { kind: string; [field: string]: unknown }[];
    }
  | { kind: 'trigger.clear'; trigger?: string | undefined }
  | { kind: 'topic.create'; topic: WorldTopicSpec }
  | { kind: 'topic.delete'; topic: string }
  | { kind: 'topic.alter'; topic: string; partitions?: number | undefined; config?: Record<string, string | null> | undefined }
  | { kind: 'producer.start'; producer: WorldProducerSpec }
  | { kind: 'producer.stop'; producer: string }
  | { kind: 'consumer.start'; consumer: WorldConsumerSpec }
  | { kind: 'consumer.stop'; consumer: string }
  | { kind: 'consumer.crash'; consumer: string }
  | { kind: 'consumer.pause'; consumer: string }
  | { kind: 'consumer.resume'; consumer: string };

export type WorldCommandKind = WorldCommand['kind'];
export type WorldCommandOf<K extends WorldCommandKind> = Extract<WorldCommand, { kind: K }>;

/** The world says no, and nothing was changed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

export interface CommandPlan {
  /** The node that the event is told of. */
  node: NodeId;
  /** A fault that is active from now on, with the command that undoes it. */
  fault?: Pick<FaultRow, 'id' | 'inverse' | 'text'>;
  /** Which active faults this ends. */
  ends?: (fault: FaultRow) => boolean;
  act(record: EventRecord): void;
}

export interface CommandEntry<K extends WorldCommandKind> {
  plan(world: World, command: WorldCommandOf<K>): CommandPlan;
}
