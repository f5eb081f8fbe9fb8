/**
 * The producers' state at an offset, kept as a small file where a segment begins and where a log was closed, so that it can
 * be rebuilt without reading the whole log. Kafka: the .snapshot files of ProducerStateManager (ours are text: one producer
 * a line, its numbers first, then five numbers for each batch it is remembered by).
 */
import type { Disk } from '#engine/ports/disk.ts';
import { DiskError } from '#engine/ports/disk.ts';
import { checkpointText, parseLines } from '#engine/core/log/checkpoint-text.ts';
import type { LogState, ProducerBatch, ProducerEntry } from '#engine/core/log/log-state.ts';
import { offsetFilePath } from '#engine/core/log/segment-files.ts';

const numbersPerProducer = 4;
const numbersPerBatch = 5;

export function writeProducerSnapshot(disk: Disk, log: LogState, offset: bigint): void {
  const lines = [...log.producers.values()].map((entry) => {
    const batches = entry.batches.flatMap((batch) => [batch.firstSequence, batch.lastSequence, batch.firstOffset, batch.lastOffset, batch.timestamp]);
    return [entry.producerId, entry.producerEpoch, entry.coordinatorEpoch, entry.lastTimestamp, ...batches].join(' ');
  });
  disk.writeSmallFile(offsetFilePath(log.directory, offset, 'snapshot'), checkpointText(lines));
}

/** The state as of `offset`; undefined when none was kept there. */
export function readProducerSnapshot(disk: Disk, directory: string, offset: bigint): Map<bigint, ProducerEntry> | undefined {
  const path = offsetFilePath(directory, offset, 'snapshot');
  const bytes = disk.readSmallFile(path);
  if (bytes === undefined) return undefined;
  const entries = parseLines(path, bytes).map((line, index) => parseProducer(line, () => new DiskError('ECORRUPT', `"${path}", line ${index + 3}: not a producer's state`)));
  return new Map(entries.map((entry) => [entry.producerId, entry]));
}

export function deleteProducerSnapshot(disk: Disk, directory: string, offset: bigint): void {
  disk.deleteSmallFile(offsetFilePath(directory, offset, 'snapshot'));
}

function parseProducer(line: string, malformed: () => DiskError): ProducerEntry {
  const words = line.split(' ');
  if ((words.length - numbersPerProducer) % numbersPerBatch !== 0 || !words.every((word) => /^-?\d+$/.test(word))) throw malformed();
  const batches: ProducerBatch[] = [];
  for (let at = numbersPerProducer; at < words.length; at += numbersPerBatch) {
    batches.push({
      firstSequence: Number(words[at]),
      lastSequence: Number(words[at + 1]),
      firstOffset: BigInt(words[at + 2]!),
      lastOffset: BigInt(words[at + 3]!),
      timestamp: BigInt(words[at + 4]!),
    });
  }
  return { producerId: BigInt(words[0]!), producerEpoch: Number(words[1]), coordinatorEpoch: Number(words[2]), lastTimestamp: BigInt(words[3]!), batches };
}
