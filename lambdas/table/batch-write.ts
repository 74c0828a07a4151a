// Many unconditional puts and deletes.

import { BatchWriteCommand, type BatchWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { documents, tableName } from './client.ts';
import { backOffUnprocessed } from './retry.ts';
import type { Key } from './transact.ts';

/** A `PutRequest` or `DeleteRequest`, as BatchWriteItem takes it. */
export type BatchWrite = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

const BATCH_SIZE = 25;
const PARALLEL_BATCHES = 4;

/** Runs a call, and may abort it. */
type Attempt = (send: (options: { readonly abortSignal?: AbortSignal }) => Promise<void>) => Promise<void>;

/**
 * Writes all items, 25 a call and four calls in parallel; items that DynamoDB leaves unprocessed are retried, and after eight
 * attempts TableBusyError is thrown. `attempt` may limit the time of each 25.
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

/** Deletes the items. Missing items and duplicate keys are fine. */
export const deleteItems = (keys: readonly Key[]): Promise<void> => {
  // BatchWriteItem rejects two operations on one item.
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
