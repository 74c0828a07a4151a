// Many puts and deletes that need no condition.

import { BatchWriteCommand, type BatchWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from './client.ts';
import { backOff } from './retry.ts';

export type BatchWrite = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

const BATCH_SIZE = 25;
const PARALLEL_BATCHES = 4;

/** Writes everything, 25 items a call and four calls at a time; what DynamoDB leaves unprocessed is sent again. */
export const batchWrite = async (writes: readonly BatchWrite[]): Promise<void> => {
  const batches: BatchWrite[][] = [];
  for (let at = 0; at < writes.length; at += BATCH_SIZE) batches.push(writes.slice(at, at + BATCH_SIZE));
  const worker = async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) await writeBatch(batch);
  };
  await Promise.all(Array.from({ length: PARALLEL_BATCHES }, worker));
};

const writeBatch = async (batch: BatchWrite[]) => {
  let pending = batch;
  for (let attempt = 0; pending.length > 0; attempt++) {
    if (attempt > 0) await backOff(attempt);
    const { UnprocessedItems } = await documents.send(
      new BatchWriteCommand({ RequestItems: { [tableName]: pending } }),
    );
    pending = UnprocessedItems?.[tableName] ?? [];
  }
};
