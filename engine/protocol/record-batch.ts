/**
 * Record batches of magic 2: the door to their header (`batch-header.ts`, read and changed in place) and to the records inside
 * (`records.ts`).
 */
export * from '#engine/protocol/batch-header.ts';
export * from '#engine/protocol/records.ts';
export * from '#engine/protocol/record-scan.ts';
