// Empties partitions, with one page of keys in memory at a time however many items there are.

import { deleteItems } from './batch-write.ts';
import { queryPages } from './query-pages.ts';
import type { Key } from './transact.ts';

const PAGE_SIZE = 1000;

/** The keys of a partition, strongly consistent, a page at a time. */
export const walkKeys = (partition: string, pageSize = PAGE_SIZE): AsyncGenerator<Key[], void, void> =>
  queryPages(partition, { ProjectionExpression: 'PK, SK', Limit: pageSize }) as AsyncGenerator<
    unknown[]
  > as AsyncGenerator<Key[], void, void>;

/** Deletes all items of a partition, a tenth of a second per thousand or so. Repeatable. */
export const erasePartition = async (partition: string): Promise<void> => {
  for await (const page of walkKeys(partition)) await deleteItems(page);
};
