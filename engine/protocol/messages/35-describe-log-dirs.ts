/**
 * DescribeLogDirs (35): the log directories of one broker with the replicas in them and their sizes.
 *
 * 1: throttling as in KIP-219. 2: flexible. 3: an error of the whole answer. 4: size of the volume and free space (KIP-827).
 * 5: whether the directory is cordoned (KIP-1066).
 */
import { array, bool, int16, int32, int64, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const DescribeLogDirsRequest = message('DescribeLogDirsRequest', { apiKey: 35, versions: '1-5', flexible: '2+' }, {
  topics: array({ topic: string(), partitions: array(int32()) }, { nullable: '0+' }),
});
export type DescribeLogDirsRequest = MessageOf<typeof DescribeLogDirsRequest>;

export const DescribeLogDirsResponse = message('DescribeLogDirsResponse', { apiKey: 35, versions: '1-5', flexible: '2+' }, {
  throttleTimeMs: int32(),
  errorCode: int16({ versions: '3+' }),
  results: array({
    errorCode: int16(),
    logDir: string(),
    topics: array({
      name: string(),
      partitions: array({ partitionIndex: int32(), partitionSize: int64(), offsetLag: int64(), isFutureKey: bool() }),
    }),
    totalBytes: int64({ versions: '4+', default: -1n }),
    usableBytes: int64({ versions: '4+', default: -1n }),
    isCordoned: bool({ versions: '5+' }),
  }),
});
export type DescribeLogDirsResponse = MessageOf<typeof DescribeLogDirsResponse>;
