/** Opens compressed batches for the inspector. */
import { nodeCompression } from '#engine/runtime/compression.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import type { Decompress } from '#engine/protocol/record-batch.ts';

export const decompress: Decompress = (type, bytes) => {
  const opened = nodeCompression.decompress(type, bytes);
  if (opened === undefined) throw new ProtocolError(`${type} passes through unopened: its records are not shown`);
  return opened;
};
