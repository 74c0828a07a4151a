// Gives a group very many members, fast: users who need not exist, and only the items under the group, which its lists are read
// from and changed by.

import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import type { Incarnation } from '../../lambdas/platform/tenant.ts';
import { membershipKeys } from '../../lambdas/resources/facets/members-table.ts';
import { documents, tableName } from '../../lambdas/table/client.ts';

/** The limit of BatchWriteItem. */
const ITEMS_PER_WRITE = 25;

/** The id of the nth of such users. */
export const seededId = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Members 0 to `count` - 1, by `seededId`. */
export const seedMembers = async (tenant: Incarnation, groupId: string, count: number): Promise<void> => {
  const items = Array.from({ length: count }, (_, n) => ({
    ...membershipKeys(tenant, groupId, { id: seededId(n), type: 'User' })[0],
    Type: 'User',
  }));
  const batches = Array.from({ length: Math.ceil(count / ITEMS_PER_WRITE) }, (_, n) =>
    items.slice(n * ITEMS_PER_WRITE, (n + 1) * ITEMS_PER_WRITE),
  );
  await pMap(
    batches,
    (some) =>
      documents.send(
        new BatchWriteCommand({
          RequestItems: { [tableName]: some.map((Item) => ({ PutRequest: { Item } })) },
        }),
      ),
    { concurrency: 8 },
  );
};
