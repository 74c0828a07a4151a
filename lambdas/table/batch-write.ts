// Many puts and deletes that need no condition.

import { BatchWriteCommand, type BatchWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { documents, tableName } from './client.ts';
import { backOff } from './retry.ts';
import type { Key } from './transact.ts';

export type BatchWrite = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

const BATCH_SIZE = 25;
const PARALLEL_BATCHES = 4;

/** Writes everything, 25 items a call and four calls at a time; what DynamoDB leaves unprocessed is sent again. */
export const batchWrite = async (writes: readonly BatchWrite[]): Promise<void> => {
  const batches = Array.from({ length: Math.ceil(writes.length / BATCH_SIZE) }, (_, index) =>
    writes.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  );
  await pMap(batches, writeBatch, { concurrency: PARALLEL_BATCHES });
};

/** Deletes the items. Some may be gone already, and a key may be named twice. */
export const deleteItems = (keys: readonly Key[]): Promise<void> => {
  // A batch must not have two deletions of one item.
  const distinct = new Map(keys.map(({ PK, SK }) => [JSON.stringify([PK, SK]), { PK, SK }]));
  return batchWrite([...distinct.values()].map((Key) => ({ DeleteRequest: { Key } })));
};

const writeBatch = async (batch: readonly BatchWrite[]): Promise<void> => {
  let pending: readonly BatchWrite[] = batch;
  for (let attempt = 0; pending.length > 0; attempt++) {
    if (attempt > 0) await backOff(attempt);
    const { UnprocessedItems } = await documents.send(
      new BatchWriteCommand({ RequestItems: { [tableName]: [...pending] } }),
    );
    pending = UnprocessedItems?.[tableName] ?? [];
  }
};
