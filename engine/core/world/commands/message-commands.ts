/**
 * Single messages: a rule for the next ones that fit (`message.intercept`), one that is on its way (`message.hold`, `.drop`, `.delay`,
 * `.duplicate`), and letting go of what is held (`message.release`). What happens to them: interception.ts.
 */
import { apis } from '#engine/protocol/api-keys.ts';
import type { CommandEntry } from '#engine/core/world/commands/command.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import { nodeIdOf, unknownName } from '#engine/core/world/commands/names.ts';
import type { QueuedEvent } from '#engine/core/world/event-queue.ts';
import { delayEvent, dropEvent, duplicateEvent, endInterception, eventOfMessage, holdEvent, releaseHeld, ruleFaultId } from '#engine/core/world/interception.ts';
import { isExternal } from '#engine/core/world/network.ts';
import type { ConnectionRow, InterceptionRow, World } from '#engine/core/world/world-state.ts';

const rulesMax = 100;

const pastTense = { hold: 'held', drop: 'dropped', delay: 'delayed', duplicate: 'duplicated', reorder: 'put behind the next' };

export const messageIntercept: CommandEntry<'message.intercept'> = {
  plan(world, command) {
    const { state } = world;
    if (state.interceptions.length >= rulesMax) throw new CommandError(`${rulesMax} rules for messages wait already; release some first`);
    if (command.action === 'delay' && command.delayMs === undefined) throw new CommandError('message.intercept: a delay needs "delayMs"');
    const row: InterceptionRow = {
      id: state.nextInterceptionId,
      action: command.action,
      match: {
        from: command.from === undefined ? null : nodeIdOf(world, command.from),
        to: command.to === undefined ? null : nodeIdOf(world, command.to),
        apiKey: command.api === undefined ? null : apiKeyNamed(command.api),
        direction: command.direction ?? null,
      },
      left: command.count ?? 1,
      probability: command.probability ?? 1,
      delayMs: command.delayMs ?? 0,
    };
    return {
      node: row.match.from ?? row.match.to ?? 'network',
      fault: { id: ruleFaultId(row.id), inverse: { kind: 'message.release', rule: row.id }, text: ruleText(row, command.api) },
      act: () => {
        state.nextInterceptionId++;
        state.interceptions.push(row);
      },
    };
  },
};

function apiKeyNamed(name: string): number {
  const known = Object.values(apis);
  const found = known.find((api) => api.name === name);
  if (found === undefined) throw unknownName('API', name, known.map((api) => api.name));
  return found.key;
}

function ruleText({ action, match, left, probability, delayMs }: InterceptionRow, api: string | undefined): string {
  const what = `${api ?? 'any'} ${match.direction ?? 'message'}`;
  const where = `${match.from === null ? '' : ` from ${match.from}`}${match.to === null ? '' : ` to ${match.to}`}`;
  const how = `${pastTense[action]}${action === 'delay' ? ` by ${delayMs} ms` : ''}`;
  return `the next ${left === 1 ? what : `${left} × ${what}`}${where}: ${how}${probability < 1 ? `, each with probability ${probability}` : ''}`;
}

interface OnItsWay {
  event: QueuedEvent;
  connection: ConnectionRow;
}

function onItsWay(world: World, messageId: number): OnItsWay {
  const event = eventOfMessage(world.state, messageId);
  const connection = event && world.state.connections.get(event.message!.connectionId);
  if (event === undefined || connection === undefined) throw new CommandError(`message ${messageId} is not on its way now: it has arrived, is held, or was lost`);
  const { from, to, kind } = event.message!;
  if (isExternal(from) || isExternal(to)) throw new CommandError(`message ${messageId} belongs to a client outside, which has a real socket; cut or slow its link instead`);
  if (kind === 'disconnect') throw new CommandError(`message ${messageId} is the end of a connection, which nothing holds up`);
  return { event, connection };
}

export const messageHold: CommandEntry<'message.hold'> = {
  plan(world, { message }) {
    const { event, connection } = onItsWay(world, message);
    return { node: event.message!.from, act: () => holdEvent(world, event, connection) };
  },
};

export const messageDrop: CommandEntry<'message.drop'> = {
  plan(world, { message }) {
    const { event, connection } = onItsWay(world, message);
    return {
      node: event.message!.from,
      act: (record) => {
        const { from, to } = event.message!;
        const apiKey = event.message!.kind === 'disconnect' ? -1 : event.message!.apiKey;
        dropEvent(world, event, connection);
        record.facts = [...record.facts, { kind: 'message.dropped', payload: { from, to, apiKey, reason: 'dropped' } }];
      },
    };
  },
};

export const messageDelay: CommandEntry<'message.delay'> = {
  plan(world, { message, delayMs }) {
    const { event, connection } = onItsWay(world, message);
    return { node: event.message!.from, act: () => delayEvent(world, event, connection, delayMs) };
  },
};

export const messageDuplicate: CommandEntry<'message.duplicate'> = {
  plan(world, { message }) {
    const { event } = onItsWay(world, message);
    return { node: event.message!.from, act: () => duplicateEvent(world, event) };
  },
};

/** One held message, one rule, or, without either, all of both. */
export const messageRelease: CommandEntry<'message.release'> = {
  plan(world, { message, rule }) {
    const { state } = world;
    const held = state.held.filter((one) => !one.behind).map((one) => one.event.message!.id);
    if (message !== undefined && !held.includes(message)) throw new CommandError(`message ${message} is not held${held.length === 0 ? '; none is' : `; held: ${held.join(', ')}`}`);
    if (rule !== undefined && !state.interceptions.some(({ id }) => id === rule)) throw new CommandError(`no rule ${rule} waits for messages`);
    const isAll = message === undefined && rule === undefined;
    return {
      node: 'network',
      act: () => {
        if (rule !== undefined) endInterception(state, rule);
        if (isAll) for (const { id } of state.interceptions) endInterception(state, id);
        for (const id of isAll ? held : message === undefined ? [] : [message]) releaseHeld(world, id);
      },
    };
  },
};
