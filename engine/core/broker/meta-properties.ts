/**
 * Whose disk this is: Kafka's meta.properties (version 1), and `.kafka_cleanshutdown`, which is there only after an orderly
 * end and holds the broker epoch of that life (KIP-966: an unclean restart costs a broker its place in the ELR).
 *
 * A disk of another cluster or another node is refused with a sentence that says so.
 */
import type { BrokerConfig } from '#engine/core/broker/state.ts';
import { DiskError, type Disk } from '#engine/ports/disk.ts';
import type { Random } from '#engine/ports/random.ts';

const metaPropertiesPath = 'meta.properties';
const cleanShutdownPath = '.kafka_cleanshutdown';

/** The id of the log directory; a new disk is formatted. */
export function openLogDirectory(disk: Disk, config: BrokerConfig, random: Random): string {
  const bytes = disk.readSmallFile(metaPropertiesPath);
  if (bytes === undefined) return formatLogDirectory(disk, config, random);
  const properties = parseProperties(bytes);
  expectProperty(properties, 'version', '1');
  expectProperty(properties, 'node.id', String(config.brokerId));
  expectProperty(properties, 'cluster.id', config.clusterId);
  const directoryId = properties.get('directory.id');
  if (directoryId === undefined) throw new DiskError('ECORRUPT', `${metaPropertiesPath} names no directory.id`);
  return directoryId;
}

function formatLogDirectory(disk: Disk, config: BrokerConfig, random: Random): string {
  const directoryId = random.uuid();
  const lines = [`version=1`, `node.id=${config.brokerId}`, `cluster.id=${config.clusterId}`, `directory.id=${directoryId}`, ''];
  disk.writeSmallFile(metaPropertiesPath, new TextEncoder().encode(lines.join('\n')));
  return directoryId;
}

function parseProperties(bytes: Uint8Array): Map<string, string> {
  const properties = new Map<string, string>();
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0 && !line.startsWith('#')) properties.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  return properties;
}

function expectProperty(properties: ReadonlyMap<string, string>, name: string, expected: string): void {
  const found = properties.get(name);
  if (found !== expected) throw new DiskError('ECORRUPT', `${metaPropertiesPath} says ${name}=${found ?? ''}, this broker expects ${expected}`);
}

/** Broker epoch of the life that ended in order; -1n when it did not. The mark is gone once it was read. */
export function takeCleanShutdownMark(disk: Disk): bigint {
  const bytes = disk.readSmallFile(cleanShutdownPath);
  if (bytes === undefined) return -1n;
  disk.deleteSmallFile(cleanShutdownPath);
  const epoch = /"brokerEpoch":(\d+)/.exec(new TextDecoder().decode(bytes))?.[1];
  return epoch === undefined ? -1n : BigInt(epoch);
}

export function writeCleanShutdownMark(disk: Disk, brokerEpoch: bigint): void {
  disk.writeSmallFile(cleanShutdownPath, new TextEncoder().encode(`{"version":0,"brokerEpoch":${brokerEpoch}}`));
}
