// Removes all that a tenant has stored. What leads to other items goes last, so that an erasure that was cut
// off anywhere finds the rest when it is repeated; and it holds one page of keys at a time, whatever the
// tenant's size.

import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { TenantId } from '../platform/tenant.ts';
import { batchWrite } from './batch-write.ts';
import { documents, tableName } from './client.ts';
import { indexes, membersPK, nameLockKey, resourcesPK } from './keys.ts';
import { deleteMembers, findGroupIdsOf, walkMembers } from './members.ts';

interface NamedKey {
  readonly id: string;
  readonly name: string;
}

/** The memberships of so many resources are looked for at the same time. */
const PAGE_SIZE = 50;

/**
 * Deletes every resource of a type with its name and its memberships, on either side: those that a deleted
 * group left behind are found by their members. `onErased` hears how many resources each page held.
 */
export const eraseResources = async (
  tenant: TenantId,
  typeName: string,
  onErased: (resources: number) => void,
): Promise<void> => {
  for await (const page of walkNames(tenant, typeName)) {
    await Promise.all(page.map(({ id }) => eraseMemberships(tenant, id)));
    await deleteItems(page.map(({ name }) => nameLockKey(tenant, typeName, name)));
    await deleteItems(page.map(({ id }) => ({ PK: resourcesPK(tenant, typeName), SK: id })));
    if (page.length > 0) onErased(page.length);
  }
};

const eraseMemberships = async (tenant: TenantId, id: string): Promise<void> => {
  for await (const members of walkMembers(tenant, id)) {
    await deleteMembers(
      tenant,
      id,
      members.map((member) => member.id),
    );
  }
  const groupIds = await findGroupIdsOf(tenant, id);
  await deleteItems(groupIds.map((groupId) => ({ PK: membersPK(tenant, groupId), SK: id })));
};

async function* walkNames(tenant: TenantId, typeName: string): AsyncGenerator<NamedKey[], void, void> {
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'PK = :pk',
        ExpressionAttributeValues: { ':pk': resourcesPK(tenant, typeName) },
        ProjectionExpression: `SK, ${indexes.byName.sortKey}`,
        ConsistentRead: true,
        Limit: PAGE_SIZE,
        ExclusiveStartKey: start,
      }),
    );
    yield Items.map((item) => ({ id: item.SK, name: item[indexes.byName.sortKey] }));
    start = LastEvaluatedKey;
  } while (start);
}

const deleteItems = (keys: readonly { readonly PK: string; readonly SK: string }[]): Promise<void> =>
  batchWrite(keys.map((key) => ({ DeleteRequest: { Key: key } })));
