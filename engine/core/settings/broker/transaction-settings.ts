/** Transaction coordinator and producer ids. */
import { atLeast, flag, int, short } from '#engine/core/settings/setting-definition.ts';

export const transactionSettings = {
  'add.partitions.to.txn.retry.backoff.max.ms': int('100', 'HIGH', atLeast(0)),
  'add.partitions.to.txn.retry.backoff.ms': int('20', 'HIGH', atLeast(1)),
  'producer.id.expiration.ms': int('86400000', 'LOW', atLeast(1)),
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': int('10000', 'LOW', atLeast(1)),
  'transaction.max.timeout.ms': int('900000', 'HIGH', atLeast(1)),
  'transaction.partition.verification.enable': flag('true', 'LOW'),
  'transaction.remove.expired.transaction.cleanup.interval.ms': int('3600000', 'LOW', atLeast(1)),
  'transaction.state.log.load.buffer.size': int('5242880', 'HIGH', atLeast(1)),
  'transaction.state.log.min.isr': int('2', 'HIGH', atLeast(1)),
  'transaction.state.log.num.partitions': int('50', 'HIGH', atLeast(1)),
  'transaction.state.log.replication.factor': short('3', 'HIGH', atLeast(1)),
  'transaction.state.log.segment.bytes': int('104857600', 'HIGH', atLeast(1)),
  'transaction.two.phase.commit.enable': flag('false', 'LOW'),
  'transactional.id.expiration.ms': int('604800000', 'HIGH', atLeast(1)),
} as const;
