/**
 * A cluster for clients outside, in this one process: brokers, gateway and control server. It is ready when every broker
 * answers, and says so in one line; the boot runs ahead of real time.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { clusterSpecSchema, type ClusterSpec } from '#engine/contract/cluster-spec.ts';
import { resolveBrokerSecurity } from '#engine/core/security/broker-security.ts';
import { mergedBrokerTexts, resolveBrokerSettings } from '#engine/core/settings/resolve-settings.ts';
import { startClusterHost, type ClusterHost } from '#engine/host/cluster-host.ts';
import type { ServeFlags } from '#engine/host/cli/serve-command.ts';
import { UsageError } from '#engine/host/cli/usage-error.ts';
import { startControlServer } from '#engine/host/control/control-server.ts';
import { DataDirectoryError, openDataDirectory, userDataDirectory } from '#engine/host/data-directory.ts';
import { releaseMemoryWhenQuiet } from '#engine/host/memory-release.ts';
import { DiskError } from '#engine/ports/disk.ts';
import { readClusterMeta } from '#engine/runtime/cluster-meta.ts';

const brokersDefault = 3;

/** Runs until a signal ends it. */
export async function serve(flags: ServeFlags): Promise<void> {
  const dataDirectory = flags.memory ? undefined : (flags.data ?? freshDirectory());
  const spec = specOf(flags, dataDirectory);
  const host = await startHost(flags, spec, dataDirectory);
  const controlToken = randomBytes(32).toString('base64url');
  const control = await startControlServer({ port: flags.controlPort, token: controlToken, runtime: host.runtime }).catch(async (error: unknown) => {
    await host.close('abruptly');
    throw error;
  });
  endOnSignals(host, () => control.close());
  releaseMemoryWhenQuiet();
  const { bootstrap } = host;
  process.stdout.write(`${JSON.stringify({ ready: true, bootstrap, control: control.address, controlToken, data: host.dataDirectory, startMs: Math.round(performance.now()) })}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function freshDirectory(): string {
  const stamp = new Date().toISOString().replaceAll(/[-:]/g, '').slice(0, 15);
  return join(userDataDirectory(), 'served', `${stamp}-${randomBytes(3).toString('hex')}`);
}

/** The cluster that was asked for. What was not said is as the folder has it, when it holds a cluster. */
export function specOf(flags: ServeFlags, dataDirectory: string | undefined): ClusterSpec {
  if (flags.host === '0.0.0.0' || flags.host === '::') throw new UsageError(`--host ${flags.host} is no place that clients can be told of; give the address by which they reach this machine`);
  const text = dataDirectory === undefined ? undefined : openDataDirectory(dataDirectory).metaStore.read();
  const existing = text === undefined ? undefined : readClusterMeta(text).spec;
  const preset = flags.preset ?? existing?.preset ?? 'kafka';
  checkSettings({ ...existing?.settings, ...flags.set }, preset);
  const ids = flags.brokers === undefined && existing !== undefined ? existing.brokers.map(({ id }) => id) : Array.from({ length: flags.brokers ?? brokersDefault }, (_, index) => index + 1);
  if (flags.port !== 0 && flags.port + ids.length - 1 > 65_535) throw new UsageError(`--port ${flags.port} leaves no room for ${ids.length} brokers; the last port is 65535`);
  const brokers = existing?.brokers.length ?? ids.length;
  for (const { name, replicationFactor } of flags.topic) {
    if (replicationFactor > brokers) throw new UsageError(`--topic ${name}: replication factor ${replicationFactor} needs as many brokers, there ${brokers === 1 ? 'is' : 'are'} ${brokers}`);
  }
  return clusterSpecSchema.parse({
    brokers: ids.map((id) => ({ id })),
    preset,
    settings: flags.set,
    topics: flags.topic,
  });
}

/** A wrong setting is refused before anything is begun. */
function checkSettings(settings: Record<string, string>, preset: ClusterSpec['preset']): void {
  resolveBrokerSecurity(mergedBrokerTexts(settings, preset), resolveBrokerSettings(settings, preset));
}

async function startHost(flags: ServeFlags, spec: ClusterSpec, dataDirectory: string | undefined): Promise<ClusterHost> {
  try {
    return await startClusterHost({
      spec,
      seed: flags.seed ?? randomInt(2 ** 47),
      dataDirectory,
      durability: flags.durability,
      listen: { host: flags.host, port: flags.port },
      ...(flags.rate === undefined ? {} : { rate: flags.rate }),
      recordTo: flags.record,
      log: say,
      onFatal(error) {
        say(`terrarium: the engine has failed and stops here; the disks are as they were last committed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        process.exit(1);
      },
    });
  } catch (error) {
    throw explained(error, dataDirectory, flags.record);
  }
}

/** The same error in words that say what to do. */
function explained(error: unknown, dataDirectory: string | undefined, record: string | undefined): unknown {
  if (error instanceof DiskError && error.code === 'EBUSY') {
    return new DataDirectoryError(`--data ${dataDirectory} is in use by another process; stop that one, or give another folder`, 3);
  }
  const { code, path } = (error ?? {}) as { code?: unknown; path?: unknown };
  if (code === 'EEXIST' && path === record) return new UsageError(`--record ${record} exists already, and a recording writes over nothing; give another file`);
  return error;
}

/** The first signal ends the cluster in order, a second one at once. */
function endOnSignals(host: ClusterHost, closeControl: () => Promise<void>): void {
  let ending = false;
  const end = (): void => {
    if (ending) process.exit(1);
    ending = true;
    void closeControl()
      .then(() => host.close('in order'))
      .then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
}
