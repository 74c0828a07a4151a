// From a name, an external id or an e-mail address to ids, through the indexes.

import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { TenantId } from '../tenants/tenant.ts';
import { documents, tableName } from '../table/client.ts';
import { emailPK, externalIdPK, indexes, resourcesPK, type UniqueValue, uniqueKey } from '../table/keys.ts';

/** `name`, `email`: as they are compared. An index may lag behind the table: read the resources and compare before believing in these ids. */
export const findIdsByName = (tenant: TenantId, typeName: string, name: string): Promise<string[]> =>
  queryIndex(indexes.byName, resourcesPK(tenant, typeName), name);

export const findIdsByExternalId = (
  tenant: TenantId,
  typeName: string,
  externalId: string,
): Promise<string[]> => queryIndex(indexes.byExternalId, externalIdPK(tenant, typeName, externalId));

export const findIdsByEmail = (tenant: TenantId, typeName: string, email: string): Promise<string[]> =>
  queryIndex(indexes.byEmail, emailPK(tenant, typeName, email));

/** Who holds the value now, strongly consistent: this knows what by-name has not heard of yet. */
export const findHolder = async (
  tenant: TenantId,
  typeName: string,
  value: UniqueValue,
): Promise<string | undefined> => {
  const { Item } = await documents.send(
    new GetCommand({ TableName: tableName, Key: uniqueKey(tenant, typeName, value), ConsistentRead: true }),
  );
  return Item?.Id as string | undefined;
};

/** How many resources the tenant has of the type, by their index entries (117 bytes each, eventually consistent). */
export const countResources = async (tenant: TenantId, typeName: string): Promise<number> => {
  let count = 0;
  let start: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: indexes.byName.indexName,
        KeyConditionExpression: `${indexes.byName.partitionKey} = :pk`,
        ExpressionAttributeValues: { ':pk': resourcesPK(tenant, typeName) },
        Select: 'COUNT',
        ExclusiveStartKey: start,
      }),
    );
    count += page.Count ?? 0;
    start = page.LastEvaluatedKey;
  } while (start);
  return count;
};

/** More than this many resources with one external id or address are a mistake that an administrator must mend. */
const MAX_HITS = 100;

const queryIndex = async (
  index: (typeof indexes)[keyof typeof indexes],
  partition: string,
  sort?: string,
): Promise<string[]> => {
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName: tableName,
      IndexName: index.indexName,
      KeyConditionExpression: `${index.partitionKey} = :pk${sort === undefined ? '' : ` AND ${index.sortKey} = :sk`}`,
      ExpressionAttributeValues: { ':pk': partition, ...(sort !== undefined && { ':sk': sort }) },
      Limit: MAX_HITS,
    }),
  );
  return Items.map((item) => item.SK as string);
};
