/** How a client finds brokers, waits, retries and measures itself: the same for producers and consumers. */
import { atLeast, flag, int, list, long, oneOf, oneOfIgnoringCase } from '#engine/core/settings/setting-definition.ts';

export const clientConnectionSettings = {
  'bootstrap.servers': list('', 'HIGH'),
  'client.dns.lookup': oneOf('use_all_dns_ips', 'MEDIUM', ['use_all_dns_ips', 'resolve_canonical_bootstrap_servers_only']),
  'config.providers': list('', 'LOW'),
  'connections.max.idle.ms': long('540000', 'MEDIUM'),
  'enable.metrics.push': flag('true', 'LOW'),
  'interceptor.classes': list('', 'LOW'),
  'metadata.max.age.ms': long('300000', 'LOW', atLeast(0)),
  'metadata.recovery.rebootstrap.trigger.ms': long('300000', 'LOW', atLeast(0)),
  'metadata.recovery.strategy': oneOfIgnoringCase('rebootstrap', 'LOW', ['REBOOTSTRAP', 'NONE']),
  'metric.reporters': list('org.apache.kafka.common.metrics.JmxReporter', 'LOW'),
  'metrics.num.samples': int('2', 'LOW', atLeast(1)),
  'metrics.recording.level': oneOf('INFO', 'LOW', ['INFO', 'DEBUG', 'TRACE']),
  'metrics.sample.window.ms': long('30000', 'LOW', atLeast(0)),
  'reconnect.backoff.max.ms': long('1000', 'LOW', atLeast(0)),
  'reconnect.backoff.ms': long('50', 'LOW', atLeast(0)),
  'request.timeout.ms': int('30000', 'MEDIUM', atLeast(0)),
  'retry.backoff.max.ms': long('1000', 'LOW', atLeast(0)),
  'retry.backoff.ms': long('100', 'LOW', atLeast(0)),
  'send.buffer.bytes': int('131072', 'MEDIUM', atLeast(-1)),
  'socket.connection.setup.timeout.max.ms': long('30000', 'MEDIUM'),
  'socket.connection.setup.timeout.ms': long('10000', 'MEDIUM'),
} as const;
