// Many puts and deletes that need no condition.

import { BatchWriteCommand, type BatchWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { documents, tableName } from './client.ts';
import { backOffUnprocessed } from './retry.ts';
import type { Key } from './transact.ts';

export type BatchWrite = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

const BATCH_SIZE = 25;
const PARALLEL_BATCHES = 4;

/** How a call is made: it may be given up. */
type Attempt = (send: (options: { readonly abortSignal?: AbortSignal }) => Promise<void>) => Promise<void>;

/**
 * Writes everything, 25 items a call and four calls at a time; what DynamoDB leaves unprocessed is sent again, and when it
 * does so for too long, throws TableBusyError. `attempt` limits the time of each 25.
 */
export const batchWrite = async (
  writes: readonly BatchWrite[],
  attempt: Attempt = (send) => send({}),
): Promise<void> => {
  const batches = Array.from({ length: Math.ceil(writes.length / BATCH_SIZE) }, (_, index) =>
    writes.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  );
  await pMap(batches, (batch) => attempt((options) => writeBatch(batch, options)), {
    concurrency: PARALLEL_BATCHES,
  });
};

/** Deletes the items. Some may be gone already, and a key may be named twice. */
export const deleteItems = (keys: readonly Key[]): Promise<void> => {
  // A batch must not have two deletions of one item.
  const distinct = new Map(keys.map(({ PK, SK }) => [JSON.stringify([PK, SK]), { PK, SK }]));
  return batchWrite([...distinct.values()].map((Key) => ({ DeleteRequest: { Key } })));
};

const writeBatch = async (
  batch: readonly BatchWrite[],
  options: { readonly abortSignal?: AbortSignal },
): Promise<void> => {
  let pending: readonly BatchWrite[] = batch;
  for (let attempt = 0; pending.length > 0; attempt++) {
    if (attempt > 0) await backOffUnprocessed(attempt);
    options.abortSignal?.throwIfAborted();
    const { UnprocessedItems } = await documents.send(
      new BatchWriteCommand({ RequestItems: { [tableName]: [...pending] } }),
      options,
    );
    pending = UnprocessedItems?.[tableName] ?? [];
  }
};
