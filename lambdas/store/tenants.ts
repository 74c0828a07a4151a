// The item of a tenant: that it exists, since when, and whether it is being deleted.

import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { asTenantId, type TenantId } from '../tenants/tenant.ts';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { TENANTS_PK, tenantKey } from '../table/keys.ts';

export interface TenantItem {
  readonly id: TenantId;
  /** RFC 3339 in UTC, as is `deletingSince`. */
  readonly createdAt: string;
  readonly deletingSince?: string;
}

const fromItem = (item: Record<string, unknown> | undefined): TenantItem | undefined => {
  const id = asTenantId(item?.SK as string | undefined);
  if (!item || !id) return undefined;
  return {
    id,
    createdAt: String(item.CreatedAt),
    ...(item.DeletingSince !== undefined && { deletingSince: String(item.DeletingSince) }),
  };
};

/** Stores a new tenant; false when it exists already. */
export const insertTenant = ({ id, createdAt }: TenantItem): Promise<boolean> =>
  unlessConditionFails(
    documents.send(
      new PutCommand({
        TableName: tableName,
        Item: { ...tenantKey(id), CreatedAt: createdAt },
        ConditionExpression: 'attribute_not_exists(PK)',
      }),
    ),
  );

/** The tenant, read strongly consistent; undefined when there is none. */
export const findTenant = async (id: TenantId): Promise<TenantItem | undefined> => {
  const request = new GetCommand({ TableName: tableName, Key: tenantKey(id), ConsistentRead: true });
  return fromItem((await documents.send(request)).Item);
};

/** All tenants by id, a page at a time. */
export async function* walkTenants(): AsyncGenerator<TenantItem> {
  let from: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'PK = :tenants',
        ExpressionAttributeValues: { ':tenants': TENANTS_PK },
        ConsistentRead: true,
        ExclusiveStartKey: from,
      }),
    );
    for (const item of page.Items ?? []) {
      const tenant = fromItem(item);
      if (tenant) yield tenant;
    }
    from = page.LastEvaluatedKey;
  } while (from);
}

/** Notes that the tenant is being deleted, keeping the first time; false when there is no such tenant. */
export const markTenantDeleting = (id: TenantId, since: string): Promise<boolean> =>
  unlessConditionFails(
    documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key: tenantKey(id),
        UpdateExpression: 'SET DeletingSince = if_not_exists(DeletingSince, :since)',
        ConditionExpression: 'attribute_exists(PK)',
        ExpressionAttributeValues: { ':since': since },
      }),
    ),
  );

/** Removes the tenant's own item, the last one of a deletion. */
export const removeTenant = async (id: TenantId): Promise<void> => {
  await documents.send(new DeleteCommand({ TableName: tableName, Key: tenantKey(id) }));
};
