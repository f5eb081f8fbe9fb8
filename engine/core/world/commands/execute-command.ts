/** The table of commands and their execution: planned, then done whole, as one event of the world. */
import { CommandError } from '#engine/core/world/commands/command.ts';
import type { CommandEntry, CommandPlan, WorldCommand, WorldCommandKind } from '#engine/core/world/commands/command.ts';
import { brokerAdd, brokerCrash, brokerPause, brokerPowerLoss, brokerRestart, brokerResume, brokerShutdown } from '#engine/core/world/commands/broker-commands.ts';
import { consumerCrash, consumerPause, consumerResume, consumerStart, consumerStop, producerStart, producerStop } from '#engine/core/world/commands/client-commands.ts';
import { clockSkew, diskFail, diskFull, diskHeal, diskSlow } from '#engine/core/world/commands/disk-commands.ts';
import { linkCut, linkHeal, linkShape } from '#engine/core/world/commands/link-commands.ts';
import { messageDelay, messageDrop, messageDuplicate, messageHold, messageIntercept, messageRelease } from '#engine/core/world/commands/message-commands.ts';
import { triggerClear, triggerSet } from '#engine/core/world/commands/trigger-commands.ts';
import { topicAlter, topicCreate, topicDelete } from '#engine/core/world/commands/topic-commands.ts';
import { noteFactsForTriggers } from '#engine/core/world/trigger-queue.ts';
import type { EventRecord, World } from '#engine/core/world/world-state.ts';

const table: { [K in WorldCommandKind]: CommandEntry<K> } = {
  'broker.crash': brokerCrash,
  'broker.powerLoss': brokerPowerLoss,
  'broker.restart': brokerRestart,
  'broker.shutdown': brokerShutdown,
  'broker.pause': brokerPause,
  'broker.resume': brokerResume,
  'broker.add': brokerAdd,
  'link.cut': linkCut,
  'link.heal': linkHeal,
  'link.shape': linkShape,
  'disk.slow': diskSlow,
  'disk.full': diskFull,
  'disk.fail': diskFail,
  'disk.heal': diskHeal,
  'clock.skew': clockSkew,
  'message.intercept': messageIntercept,
  'message.hold': messageHold,
  'message.drop': messageDrop,
  'message.delay': messageDelay,
  'message.duplicate': messageDuplicate,
  'message.release': messageRelease,
  'trigger.set': triggerSet,
  'trigger.clear': triggerClear,
  'topic.create': topicCreate,
  'topic.delete': topicDelete,
  'topic.alter': topicAlter,
  'producer.start': producerStart,
  'producer.stop': producerStop,
  'consumer.start': consumerStart,
  'consumer.stop': consumerStop,
  'consumer.crash': consumerCrash,
  'consumer.pause': consumerPause,
  'consumer.resume': consumerResume,
};

function planOf(world: World, command: WorldCommand): CommandPlan {
  const entry = table[command.kind] as CommandEntry<WorldCommandKind> | undefined;
  if (entry === undefined) throw new CommandError(`the world has no command ${command.kind}`);
  return entry.plan(world, command);
}

/** Throws `CommandError` and changes nothing when the command cannot be done now. */
export function checkCommand(world: World, command: WorldCommand): void {
  planOf(world, command);
}

/** Does the command at the present virtual time, or throws `CommandError` with nothing changed. */
export function executeCommand(world: World, command: WorldCommand): EventRecord {
  const plan = planOf(world, command);
  const { state } = world;
  const record: EventRecord = {
    id: ++state.eventId,
    timeUs: state.timeUs,
    node: plan.node,
    input: { type: 'command', command: { ...command } },
    causeId: 0,
    facts: [],
    sent: [],
    held: false,
  };
  carryOut(world, command, plan, record);
  if (state.triggers.length > 0 && record.facts.length > 0) noteFactsForTriggers(world, record);
  return record;
}

/** Does the command as part of an event that is being handled, or throws `CommandError` with nothing changed. */
export function executeWithin(world: World, command: WorldCommand, record: EventRecord): void {
  carryOut(world, command, planOf(world, command), record);
}

function carryOut(world: World, command: WorldCommand, plan: CommandPlan, record: EventRecord): void {
  const { state } = world;
  const { ends, fault } = plan;
  if (ends !== undefined) state.faults = state.faults.filter((row) => !ends(row));
  if (fault !== undefined) {
    state.faults = state.faults.filter((row) => row.id !== fault.id);
    state.faults.push({ ...fault, command: { ...command }, sinceUs: state.timeUs });
  }
  plan.act(record);
}
