// Removes what ties a resource that is gone to others: the memberships in it and of it, a slice at a time.

import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { TenantId } from '../tenants/tenant.ts';
import { batchWrite } from '../table/batch-write.ts';
import { documents, tableName } from '../table/client.ts';
import { groupsOfPK, indexes, membersPK } from '../table/keys.ts';

export interface Slice {
  /** Memberships that were found, and deleted. */
  readonly deleted: number;
  /** Whether none is left, as far as the index knows. */
  readonly finished: boolean;
}

/** Deletes at most `limit` memberships in which `id` is the group, and as many in which it is the member. Repeatable. */
export const sweepMemberships = async (tenant: TenantId, id: string, limit: number): Promise<Slice> => {
  const [members, groups] = await Promise.all([
    findRows('PK', membersPK(tenant, id), limit),
    findRows('NamePK', groupsOfPK(tenant, id), limit),
  ]);
  const keys = [...members.keys, ...groups.keys];
  await batchWrite(keys.map((Key) => ({ DeleteRequest: { Key } })));
  return { deleted: keys.length, finished: !members.more && !groups.more };
};

/** The table is asked with strong consistency; its index cannot be. */
const findRows = async (partitionKey: 'PK' | 'NamePK', partition: string, limit: number) => {
  const { Items = [], LastEvaluatedKey } = await documents.send(
    new QueryCommand({
      TableName: tableName,
      ...(partitionKey === 'PK' ? { ConsistentRead: true } : { IndexName: indexes.byName.indexName }),
      KeyConditionExpression: `${partitionKey} = :partition`,
      ExpressionAttributeValues: { ':partition': partition },
      ProjectionExpression: 'PK, SK',
      Limit: limit,
    }),
  );
  return { keys: Items.map(({ PK, SK }) => ({ PK, SK })), more: LastEvaluatedKey !== undefined };
};
