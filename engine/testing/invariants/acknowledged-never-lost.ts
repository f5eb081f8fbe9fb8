/**
 * A record that a producer with acks=all was told is written is in the log of whoever leads its partition. Looked at where a leader
 * runs and has taken office; in between there is nobody to ask.
 */
import { brokerStateOf, latestImage } from '#engine/core/world/inspect.ts';
import { topicByName } from '#engine/core/metadata/image.ts';
import type { World } from '#engine/core/world/world-state.ts';
import { lostBatches } from '#engine/runtime/scenario/acknowledgements.ts';
import type { Invariant } from '#engine/testing/invariants/invariant.ts';

/** The whole history is compared, so not at each look. */
const everyLooks = 50;

export const acknowledgedNeverLost: Invariant = {
  name: 'AcknowledgedNeverLost',
  begin(world, acknowledgements) {
    let looks = 0;
    return {
      check() {
        if (++looks % everyLooks !== 0) return undefined;
        const [first] = lostBatches(acknowledgements, world, ({ acks }) => acks === -1).filter(({ partition }) => hasLeader(world, partition));
        if (first === undefined) return undefined;
        return `${first.records} records at ${first.partition} offset ${first.baseOffset}, acknowledged to ${first.client} in event ${first.eventId}, are gone`;
      },
    };
  },
};

function hasLeader(world: World, key: string): boolean {
  const split = key.lastIndexOf('-');
  const image = latestImage(world);
  const partition = image && topicByName(image, key.slice(0, split))?.partitions[Number(key.slice(split + 1))];
  if (partition === undefined || partition.leader === -1) return false;
  const replica = brokerStateOf(world, partition.leader)?.partitions.get(key);
  return replica !== undefined && replica.role === 'leader' && replica.leaderEpoch === partition.leaderEpoch;
}
