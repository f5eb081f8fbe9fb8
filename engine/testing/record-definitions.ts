/** The definitions of all records that Kafka keeps in its own topics, in control batches, in files and inside other messages. */
import type { MessageDefinition } from '#engine/protocol/message.ts';
import * as consumer from '#engine/protocol/records/consumer-protocol.ts';
import * as control from '#engine/protocol/records/control-records.ts';
import * as metadata from '#engine/protocol/records/metadata-records.ts';
import * as offsets from '#engine/protocol/records/consumer-offsets-records.ts';
import * as principal from '#engine/protocol/records/principal.ts';
import * as quorum from '#engine/protocol/records/quorum-state.ts';
import * as shareGroups from '#engine/protocol/records/share-group-records.ts';
import * as streamsGroups from '#engine/protocol/records/streams-group-records.ts';
import * as transactions from '#engine/protocol/records/transaction-state-records.ts';

export const recordDefinitions: readonly MessageDefinition[] = [metadata, offsets, shareGroups, streamsGroups, transactions, control, quorum, consumer, principal]
  .flatMap((module): MessageDefinition[] => Object.values(module));
