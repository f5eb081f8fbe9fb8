/** Every story, in the order in which they are told. Each sets its own scene: what an earlier one did, no later one needs. */
import { clusterStories } from './stories/cluster.ts';
import { commitStories } from './stories/commits.ts';
import { compressionStories } from './stories/compression.ts';
import { configStories } from './stories/configs.ts';
import { featuresOffStories } from './stories/features-off.ts';
import { deletedRecordsStories } from './stories/deleted-records.ts';
import { fetchStories } from './stories/fetch.ts';
import { groupStories } from './stories/groups.ts';
import { offsetStories } from './stories/offsets.ts';
import { produceStories } from './stories/produce.ts';
import { featureLevelStories, quotaStories } from './stories/quotas-and-features.ts';
import { sceneStory } from './stories/scene.ts';
import { sweepStories, versionStories } from './stories/sweep.ts';
import { toolStories } from './stories/tools.ts';
import { topicStories } from './stories/topics.ts';
import type { Story } from './stories/story.ts';

export const allStories: readonly Story[] = [
  sceneStory,
  ...versionStories,
  ...sweepStories,
  ...topicStories,
  ...produceStories,
  ...compressionStories,
  ...fetchStories,
  ...offsetStories,
  ...deletedRecordsStories,
  ...groupStories,
  ...commitStories,
  ...configStories,
  ...clusterStories,
  ...featuresOffStories,
  ...quotaStories,
  ...featureLevelStories,
  ...toolStories,
];
