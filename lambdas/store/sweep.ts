// Removes what ties a resource that is gone to others: the memberships in it and of it, a slice at a time.

import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Incarnation } from '../tenants/tenant.ts';
import { batchWrite } from '../table/batch-write.ts';
import { documents, tableName } from '../table/client.ts';
import { groupsOfPK, membersPK } from '../table/keys.ts';

export interface Slice {
  /** Memberships that were found, and deleted. */
  readonly deleted: number;
  /** Whether none is left. */
  readonly finished: boolean;
}

/** Deletes at most `limit` memberships in which `id` is the group, and as many in which it is the member. Repeatable. */
export const sweepMemberships = async (tenant: Incarnation, id: string, limit: number): Promise<Slice> => {
  const [members, groups] = await Promise.all([
    findIds(membersPK(tenant, id), limit),
    findIds(groupsOfPK(tenant, id), limit),
  ]);
  const memberships = [
    ...members.ids.map((member) => ({ group: id, member })),
    ...groups.ids.map((group) => ({ group, member: id })),
  ];
  const keys = memberships.flatMap(({ group, member }) => [
    { PK: membersPK(tenant, group), SK: member },
    { PK: groupsOfPK(tenant, member), SK: group },
  ]);
  await batchWrite(keys.map((Key) => ({ DeleteRequest: { Key } })));
  return { deleted: memberships.length, finished: !members.more && !groups.more };
};

const findIds = async (partition: string, limit: number) => {
  const { Items = [], LastEvaluatedKey } = await documents.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'PK = :partition',
      ExpressionAttributeValues: { ':partition': partition },
      ProjectionExpression: 'SK',
      Limit: limit,
    }),
  );
  return { ids: Items.map(({ SK }) => String(SK)), more: LastEvaluatedKey !== undefined };
};
