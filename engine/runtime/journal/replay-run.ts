/**
 * A recorded run again: the same seed and specification, each input at the same moment, and at the end the same state hash.
 * Where the world has gone another way before the end, the first input that no longer fits says so.
 */
import { nodeCompression } from '#engine/runtime/compression.ts';
import { nodeCryptography } from '#engine/runtime/cryptography.ts';
import { kafkaBehaviours } from '#engine/core/world/behaviours.ts';
import { bootCluster } from '#engine/core/world/boot.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import type { WorldCommand } from '#engine/core/world/commands/command.ts';
import { executeCommand } from '#engine/core/world/commands/execute-command.ts';
import { commitDisks, createWorld } from '#engine/core/world/create-world.ts';
import { takeOutbox } from '#engine/core/world/door.ts';
import { stateHash } from '#engine/core/world/state-hash.ts';
import { step } from '#engine/core/world/step.ts';
import type { Behaviours, EventRecord, World } from '#engine/core/world/world-state.ts';
import type { Disk } from '#engine/ports/disk.ts';
import type { JournalInput } from '#engine/runtime/journal/journal.ts';
import { readRunFile } from '#engine/runtime/journal/run-file.ts';
import type { RunEnd, RunHeader } from '#engine/runtime/journal/run-file.ts';
import { closeConnection, openConnection, receiveFrame } from '#engine/runtime/outside.ts';

export interface ReplayOptions {
  diskFor: (brokerId: number) => Disk;
  behaviours?: Behaviours | undefined;
  observe?: ((record: EventRecord) => void) | undefined;
}

export interface ReplayResult {
  header: RunHeader;
  eventId: number;
  timeUs: number;
  inputs: number;
  stateHash: string;
  /** Undefined: the recording was cut off, there is nothing to compare with. */
  recorded: RunEnd | undefined;
  /** The run ended with the recorded hash. */
  same: boolean;
}

/** The run went another way than the recorded one. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
}

/** Events between two commits: a replay answers nobody, it only must not hoard. */
const eventsPerCommit = 2000;

/** Throws RunFileError for a malformed file, DivergenceError where an input no longer fits. */
export function replayRun(path: string, options: ReplayOptions): ReplayResult {
  const run = readRunFile(path);
  const { seed, spec } = run.header;
  const { diskFor, observe } = options;
  const world = createWorld({ seed, spec, diskFor, behaviours: options.behaviours ?? kafkaBehaviours, compression: nodeCompression, cryptography: nodeCryptography });
  bootCluster(world, observe === undefined ? {} : { observe });
  let inputs = 0;
  let recorded: RunEnd | undefined;
  for (const line of run.lines) {
    const moment = line.type === 'entry' ? line.entry : line.end;
    const what = line.type === 'entry' ? `input ${inputs + 1} (${line.entry.input.type})` : 'the end';
    goTo(world, moment, what, observe);
    if (line.type === 'end') {
      recorded = line.end;
      break;
    }
    inputs++;
    apply(world, line.entry.input, what, observe);
  }
  takeOutbox(world);
  commitDisks(world);
  const { eventId, timeUs } = world.state;
  const hash = stateHash(world);
  return { header: run.header, eventId, timeUs, inputs, stateHash: hash, recorded, same: recorded !== undefined && recorded.stateHash === hash };
}

function goTo(world: World, moment: { eventId: number; timeUs: number }, what: string, observe: ReplayOptions['observe']): void {
  const { state } = world;
  while (state.eventId < moment.eventId) {
    const record = step(world);
    if (record === undefined) throw new DivergenceError(`${what} came after event ${moment.eventId}, the run stands still after event ${state.eventId}`);
    observe?.(record);
    if (state.eventId % eventsPerCommit === 0) {
      commitDisks(world);
      takeOutbox(world);
    }
  }
  if (state.eventId > moment.eventId || state.timeUs > moment.timeUs) {
    throw new DivergenceError(`${what} came at event ${moment.eventId}, ${moment.timeUs} us; the run is at event ${state.eventId}, ${state.timeUs} us`);
  }
  state.timeUs = moment.timeUs;
}

function apply(world: World, input: JournalInput, what: string, observe: ReplayOptions['observe']): void {
  switch (input.type) {
    case 'command':
      try {
        const record = executeCommand(world, input.command as WorldCommand);
        observe?.(record);
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        throw new DivergenceError(`${what} was carried out when it was recorded and is refused now: ${error.message}`);
      }
      return;
    case 'open': {
      const connectionId = openConnection(world, input.broker, input.clientAddress);
      if (connectionId !== input.connectionId) throw new DivergenceError(`${what} gave connection ${input.connectionId} when it was recorded, now ${connectionId ?? 'none'}`);
      return;
    }
    case 'request':
      receiveFrame(world, input.connectionId, input.frame);
      return;
    case 'close':
      closeConnection(world, input.connectionId);
  }
}
