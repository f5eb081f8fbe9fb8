/** A command from outside (a screen, the control port, a scenario, a recorded run), checked by the contract's schema of its kind. */
import { commandKinds, commandSchemas, isPacingCommand } from '#engine/contract/commands.ts';
import type { Command, CommandKind } from '#engine/contract/commands.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import type { WorldCommand } from '#engine/core/world/commands/command.ts';
import { checkSchema, problemText, suggestion } from '#engine/runtime/schema-problems.ts';

/** Throws `CommandError` that says what is wrong, with the nearest valid name. */
export function parseCommand(input: unknown): Command {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw new CommandError('a command is an object with a "kind"');
  const kind = (input as Record<string, unknown>)['kind'];
  if (typeof kind !== 'string') throw new CommandError('a command needs a "kind", for example {"kind":"broker.crash","broker":1}');
  if (!isCommandKind(kind)) throw new CommandError(`unknown command "${kind}"${suggestion(kind, commandKinds)}`);
  const result = checkSchema(commandSchemas[kind], input);
  if (!result.ok) throw new CommandError(`${kind}: ${result.problems.map(problemText).join('; ')}`);
  const command = result.value;
  return command.kind === 'trigger.set' ? { ...command, do: command.do.map(parseLater) } : command;
}

/** A command that a trigger will give: a broker that is only named may be any, so it is checked with some broker in its place. */
function parseLater(input: { kind: string; [field: string]: unknown }): { kind: string; [field: string]: unknown } {
  const names = Object.entries(input).filter(([field, value]) => field === 'broker' && typeof value === 'string');
  const parsed = parseCommand({ ...input, ...Object.fromEntries(names.map(([field]) => [field, 1])) });
  if (!isWorldCommand(parsed)) throw new CommandError(`${parsed.kind} paces the run; a trigger cannot give it`);
  return { ...parsed, ...Object.fromEntries(names) };
}

function isCommandKind(kind: string): kind is CommandKind {
  return Object.hasOwn(commandSchemas, kind);
}

/** The commands that the world carries out; the others pace the run and belong to the runtime. */
export function isWorldCommand(command: Command): command is Command & WorldCommand {
  return !isPacingCommand(command.kind);
}
