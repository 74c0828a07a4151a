// Partitions that are emptied: a page of keys is in memory at a time, however many items there are.

import { type BatchWrite, batchWrite } from './batch-write.ts';
import { queryPages } from './query-pages.ts';

/** An item's whole key. */
export interface ItemKey {
  readonly PK: string;
  readonly SK: string;
}

const PAGE_SIZE = 1000;

/** The keys of a partition, strongly consistent, a page at a time. */
export const walkKeys = (partition: string, pageSize = PAGE_SIZE): AsyncGenerator<ItemKey[], void, void> =>
  queryPages(partition, { ProjectionExpression: 'PK, SK', Limit: pageSize }) as AsyncGenerator<
    unknown[]
  > as AsyncGenerator<ItemKey[], void, void>;

/** Deletes these items; one that is not there is no error. A key may be named twice. */
export const deleteItems = (keys: readonly ItemKey[]): Promise<void> => {
  // A batch must not have two deletions of one item.
  const distinct = new Map(keys.map(({ PK, SK }) => [JSON.stringify([PK, SK]), { PK, SK }]));
  return batchWrite([...distinct.values()].map((Key): BatchWrite => ({ DeleteRequest: { Key } })));
};

/** Deletes all items of a partition, a tenth of a second per thousand or so. Repeatable. */
export const erasePartition = async (partition: string): Promise<void> => {
  for await (const page of walkKeys(partition)) await deleteItems(page);
};
