// From a name, an external id or an e-mail address to ids, through the indexes.

import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Incarnation } from '../tenants/tenant.ts';
import { documents, tableName } from '../table/client.ts';
import { indexes, resourcesPK } from '../table/keys.ts';
import { type UniqueValue, uniqueKey } from './resources.ts';

/** `name`, `email`: as they are compared. An index may lag behind the table: read the resources and compare before believing in these ids. */
export const findIdsByName = (tenant: Incarnation, typeName: string, name: string): Promise<string[]> =>
  queryIndex(indexes.byName, resourcesPK(tenant, typeName), name);

export const findIdsByExternalId = (
  tenant: Incarnation,
  typeName: string,
  externalId: string,
): Promise<string[]> => queryIndex(indexes.byExternalId, resourcesPK(tenant, typeName), externalId);

export const findIdsByEmail = (tenant: Incarnation, typeName: string, email: string): Promise<string[]> =>
  queryIndex(indexes.byEmail, resourcesPK(tenant, typeName), email);

/** Who holds the value now, strongly consistent: this knows what by-name has not heard of yet. */
export const findHolder = async (
  tenant: Incarnation,
  typeName: string,
  value: UniqueValue,
): Promise<string | undefined> => {
  const { Item } = await documents.send(
    new GetCommand({ TableName: tableName, Key: uniqueKey(tenant, typeName, value), ConsistentRead: true }),
  );
  return Item?.Id as string | undefined;
};

/** How many resources the tenant has of the type, by their index entries (117 bytes each, eventually consistent). */
export const countResources = async (tenant: Incarnation, typeName: string): Promise<number> => {
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
  sort: string,
): Promise<string[]> => {
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName: tableName,
      IndexName: index.indexName,
      KeyConditionExpression: '#pk = :pk AND #sk = :sk',
      ExpressionAttributeNames: { '#pk': index.partitionKey, '#sk': index.sortKey },
      ExpressionAttributeValues: { ':pk': partition, ':sk': sort },
      Limit: MAX_HITS,
    }),
  );
  return Items.map((item) => item.SK as string);
};
