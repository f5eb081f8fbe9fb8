/** Every story, in the order in which they are told: what comes first sets nothing up that a later one could miss. */
import type { Story } from './stories/story.ts';
import { sweepStories, versionStories } from './stories/sweep.ts';
import { sceneStory } from './stories/scene.ts';

export const allStories: readonly Story[] = [sceneStory, ...versionStories, ...sweepStories];
