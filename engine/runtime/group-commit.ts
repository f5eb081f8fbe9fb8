/**
 * Persist, then send, for the outside: every disk that was written to is committed, and only then do answers and frames leave. When
 * a disk refuses, its broker is dead and the disk broken (a fault like any other, and journalled as one), and no answer of that
 * turn leaves: the connections they were for are closed, so that nobody was told what is not kept.
 */
import type { Command } from '#engine/contract/commands.ts';
import { DiskError } from '#engine/ports/disk.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import type { WorldCommand } from '#engine/core/world/commands/command.ts';
import { executeCommand } from '#engine/core/world/commands/execute-command.ts';
import { observe } from '#engine/runtime/engine.ts';
import type { Engine } from '#engine/runtime/engine.ts';
import { addToJournal } from '#engine/runtime/journal/journal.ts';
import { closeConnection, takeAnswers } from '#engine/runtime/outside.ts';
import type { OutsideAnswer } from '#engine/runtime/outside.ts';

/** Commits, and answers what may leave now. */
export function commitTurn(engine: Engine, log: (line: string) => void): OutsideAnswer[] {
  const failures = commitDisks(engine);
  const answers = takeAnswers(engine.world);
  if (failures.length === 0) return answers;
  for (const { broker, error } of failures) {
    log(`the disk of broker ${broker} refused a commit: ${error.message}`);
    inject(engine, { kind: error.code === 'ENOSPC' ? 'disk.full' : 'disk.fail', broker });
    inject(engine, { kind: 'broker.crash', broker });
  }
  return withoutPromises(engine, answers);
}

function commitDisks(engine: Engine): { broker: number; error: DiskError }[] {
  const failures: { broker: number; error: DiskError }[] = [];
  for (const [broker, disk] of engine.world.disks) {
    if (!disk.dirty) continue;
    try {
      disk.commit();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      failures.push({ broker, error });
    }
  }
  return failures;
}

/** A fault that the real world injected. */
function inject(engine: Engine, command: Command): void {
  const { state } = engine.world;
  const before = { eventId: state.eventId, timeUs: state.timeUs };
  try {
    observe(engine, executeCommand(engine.world, command as WorldCommand));
  } catch (error) {
    // It is so already: the broker was down, for instance, when its last writes were refused.
    if (error instanceof CommandError) return;
    throw error;
  }
  addToJournal(engine.journal, { ...before, input: { type: 'command', command } });
}

/** In the place of each answer its connection is closed; the client asks again and learns what is true now. */
function withoutPromises(engine: Engine, answers: OutsideAnswer[]): OutsideAnswer[] {
  const closed = new Set<number>();
  const rest: OutsideAnswer[] = [];
  for (const answer of answers) {
    const { connectionId } = answer;
    if (closed.has(connectionId)) continue;
    if (answer.type === 'handled') {
      rest.push(answer);
      continue;
    }
    closed.add(connectionId);
    if (answer.type === 'frame') {
      const { eventId, timeUs } = engine.world.state;
      addToJournal(engine.journal, { eventId, timeUs, input: { type: 'close', connectionId } });
      closeConnection(engine.world, connectionId);
    }
    rest.push({ type: 'close', connectionId, reason: 'a disk failed before the answer was kept' });
  }
  return rest;
}
