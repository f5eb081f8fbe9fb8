/** Tells one client all stories, one after the other, and notes what became of each. */
import { Absent, Driver } from './driver.ts';
import type { Command } from './install.ts';
import { consumeStories } from './stories/consume-stories.ts';
import { groupAdminStories } from './stories/group-admin-stories.ts';
import { groupStories } from './stories/group-stories.ts';
import { produceStories } from './stories/produce-stories.ts';
import { topicStories } from './stories/topic-stories.ts';
import type { Stage, Story } from './story.ts';
import type { Column, Outcome } from './table.ts';

export const stories: Story[] = [...topicStories, ...produceStories, ...consumeStories, ...groupStories, ...groupAdminStories];
/** A client whose driver can be started, and its column while it fills. */
export interface Runner {
  command: Command;
  column: Column;
  stage: Stage;
}

export function outcomeOf(error: unknown): Outcome {
  if (error instanceof Absent) return { kind: 'absent', why: error.message };
  return { kind: 'fails', why: error instanceof Error ? error.message : String(error) };
}

/** Opens the driver; one that has died is started again, so that a story does not suffer from the one before. */
export async function started(command: Command, bootstrap: string): Promise<{ driver: Driver; version: string; choosesPartition: boolean }> {
  const driver = new Driver(command.command, command.args, command.env);
  try {
    const { version, choosesPartition = true } = await driver.call('open', { bootstrap });
    return { driver, version, choosesPartition };
  } catch (error) {
    await driver.stop();
    throw error;
  }
}

export async function tellAll({ command, column, stage }: Runner, only: string | undefined, say: (line: string) => void): Promise<void> {
  const began = performance.now();
  for (const story of stories) {
    if (only !== undefined && !story.capability.includes(only)) continue;
    const from = performance.now();
    try {
      if (!stage.driver.isAlive) stage.driver = (await started(command, stage.witness.bootstrap)).driver;
      await story.tell(stage);
      column.outcomes.set(story.capability, { kind: 'works' });
    } catch (error) {
      column.outcomes.set(story.capability, outcomeOf(error));
    }
    const outcome = column.outcomes.get(story.capability);
    const seconds = (performance.now() - from) / 1000;
    if (outcome?.kind === 'fails') say(`    ✗ ${column.title}, ${story.capability}: ${outcome.why}`);
    else if (seconds > 8) say(`    ${column.title}, ${story.capability}: ${seconds.toFixed(1)} s`);
  }
  say(`  ${column.title} ${column.version}: told in ${((performance.now() - began) / 1000).toFixed(0)} s`);
}
