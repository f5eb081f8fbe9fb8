/** Which topic a log directory belongs to (Kafka: PartitionMetadataFile, "partition.metadata"): names come back, ids do not. */
import type { Disk } from '#engine/ports/disk.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';

function pathOf(directory: string): string {
  return `${directory}/partition.metadata`;
}

export function writeTopicId(disk: Disk, directory: string, topicId: string): void {
  disk.writeSmallFile(pathOf(directory), new TextEncoder().encode(`version: 0\ntopic_id: ${topicId}\n`));
}

/** The zero id when the file is missing: such a log is of no topic that there is. */
export function readTopicId(disk: Disk, directory: string): string {
  const bytes = disk.readSmallFile(pathOf(directory));
  if (bytes === undefined) return zeroUuid;
  return /^topic_id: (\S+)$/m.exec(new TextDecoder().decode(bytes))?.[1] ?? zeroUuid;
}
