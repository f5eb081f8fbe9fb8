/** Looks into a request frame for the one case in which Kafka's protocol has no answer: Produce with acks=0. */
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ByteReader } from '#engine/protocol/byte-reader.ts';
import { ProduceRequest } from '#engine/protocol/messages/00-produce.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';

export function expectsResponse(frame: Uint8Array): boolean {
  // The key's two bytes are 0 for Produce alone; almost all other frames need no more than this look.
  if (frame[0] !== 0 || frame[1] !== ApiKey.Produce) return true;
  try {
    return acksOf(frame) !== 0;
  } catch (error) {
    // A malformed one is the door's to refuse.
    if (error instanceof ProtocolError) return true;
    throw error;
  }
}

function acksOf(frame: Uint8Array): number {
  const reader = new ByteReader(frame, 2);
  const flexible = reader.int16() >= ProduceRequest.flexibleFrom;
  reader.int32();
  skipString(reader, false);
  if (flexible) {
    for (let tags = reader.unsignedVarint(); tags > 0; tags--) {
      reader.unsignedVarint();
      reader.skip(reader.unsignedVarint());
    }
  }
  skipString(reader, flexible);
  return reader.int16();
}

function skipString(reader: ByteReader, flexible: boolean): void {
  reader.skip(Math.max(0, reader.stringLength(flexible)));
}
