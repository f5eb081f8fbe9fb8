/** AllocateProducerIds: blocks of producer ids for brokers, never given twice (Kafka: ProducerIdControlManager; KIP-730). */
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { AllocateProducerIdsRequest, AllocateProducerIdsResponse } from '#engine/protocol/messages/67-allocate-producer-ids.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import { metadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { decideAndAnswer, type ActiveController } from '#engine/core/controller/active-controller.ts';

const blockSize = 1_000;

export function allocateProducerIds(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const { brokerId, brokerEpoch } = request.body as AllocateProducerIdsRequest;
  if (active.image.brokers.get(brokerId)?.epoch !== brokerEpoch) return context.respond(request, answer(ErrorCode.STALE_BROKER_EPOCH, 0n, 0));
  const first = active.image.nextProducerId;
  const record = metadataRecord('ProducerIdsRecord', { brokerId, brokerEpoch, nextProducerId: first + BigInt(blockSize) });
  decideAndAnswer(active, request, [record], answer(ErrorCode.NONE, first, blockSize), context);
}

function answer(errorCode: number, producerIdStart: bigint, producerIdLen: number): AllocateProducerIdsResponse {
  return { throttleTimeMs: 0, errorCode, producerIdStart, producerIdLen };
}
