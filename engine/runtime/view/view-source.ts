/** What every projection reads, and the little that is remembered for the time when nobody can be asked. */
import type { ClusterImage } from '#engine/core/metadata/image.ts';
import { latestImage } from '#engine/core/world/inspect.ts';
import type { World } from '#engine/core/world/world-state.ts';
import type { ReplicaViews } from '#engine/runtime/view/broker-replicas.ts';

export interface ViewSource {
  readonly world: World;
  /** As a person gave it. */
  readonly seed: number;
  readonly replicas: ReplicaViews;
  /** Metadata of the running broker that knows most; the last known while none runs. */
  image(): ClusterImage | undefined;
}

export function createViewSource(world: World, seed: number, replicas: ReplicaViews): ViewSource {
  let last: ClusterImage | undefined;
  return {
    world,
    seed,
    replicas,
    image() {
      last = latestImage(world) ?? last;
      return last;
    },
  };
}
