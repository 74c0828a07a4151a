// Resources of any type: one item each, and one item for the name that is unique in the tenant.

import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { TenantId } from '../platform/tenant.ts';
import type { JsonObject } from '../scim/json.ts';
import { documents, tableName } from './client.ts';
import { emailPK, externalIdPK, foldName, nameLockKey, resourcesPK } from './keys.ts';
import { backOff, cancellationCodes, retryConflicts } from './retry.ts';

/** A resource without its representation: `attributes` has neither `id`, `schemas`, `meta` nor members. */
export interface StoredResource {
  readonly id: string;
  /** Counts the writes, from 1. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly lastModified: number;
  readonly attributes: JsonObject;
}

/** The values that a resource is found by. */
export interface IndexedValues {
  /** Unique among the tenant's resources of the type. */
  readonly name: string;
  readonly externalId?: string | undefined;
  readonly email?: string | undefined;
}

interface ResourceItem {
  PK: string;
  SK: string;
  Version: number;
  Created: number;
  LastModified: number;
  Attributes: JsonObject;
}

export type WriteResult = 'written' | 'nameTaken' | 'changedMeanwhile';

/** One strongly consistent read. */
export const getResource = async (
  tenant: TenantId,
  typeName: string,
  id: string,
): Promise<StoredResource | undefined> => {
  const { Item } = await documents.send(
    new GetCommand({
      TableName: tableName,
      Key: { PK: resourcesPK(tenant, typeName), SK: id },
      ConsistentRead: true,
    }),
  );
  return Item && fromItem(Item as ResourceItem);
};

/** Those of `ids` (100 at most) that exist, strongly consistent, in no particular order. */
export const getResources = async (
  tenant: TenantId,
  typeName: string,
  ids: readonly string[],
): Promise<StoredResource[]> =>
  (await batchGet(tenant, typeName, ids)).map((item) => fromItem(item as unknown as ResourceItem));

/** Which of `ids` (100 at most) exist, strongly consistent. */
export const findExisting = async (
  tenant: TenantId,
  typeName: string,
  ids: readonly string[],
): Promise<string[]> => (await batchGet(tenant, typeName, ids, 'SK')).map((item) => item.SK as string);

const batchGet = async (tenant: TenantId, typeName: string, ids: readonly string[], projection?: string) => {
  const items: Record<string, unknown>[] = [];
  let keys: Record<string, unknown>[] = ids.map((SK) => ({ PK: resourcesPK(tenant, typeName), SK }));
  for (let attempt = 0; keys.length > 0; attempt++) {
    if (attempt > 0) await backOff(attempt);
    const { Responses, UnprocessedKeys } = await documents.send(
      new BatchGetCommand({
        RequestItems: {
          [tableName]: {
            Keys: keys,
            ConsistentRead: true,
            ...(projection && { ProjectionExpression: projection }),
          },
        },
      }),
    );
    items.push(...(Responses?.[tableName] ?? []));
    keys = UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return items;
};

/** Stores a new resource and takes its name, both or neither. */
export const insertResource = (
  tenant: TenantId,
  typeName: string,
  resource: StoredResource,
  indexed: IndexedValues,
): Promise<WriteResult> =>
  transact([
    { Put: { TableName: tableName, Item: toItem(tenant, typeName, resource, indexed), ...ifAbsent } },
    takeName(tenant, typeName, indexed.name, resource.id),
  ]);

/** Replaces the state that `previous` describes; a new name is taken and the old one given back in the same transaction. */
export const updateResource = async (
  tenant: TenantId,
  typeName: string,
  resource: StoredResource,
  indexed: IndexedValues,
  previous: { readonly version: number; readonly name: string },
): Promise<WriteResult> => {
  const put = {
    TableName: tableName,
    Item: toItem(tenant, typeName, resource, indexed),
    ...ifVersion(previous.version),
  };
  if (foldName(indexed.name) !== foldName(previous.name)) {
    return transact([
      { Put: put },
      takeName(tenant, typeName, indexed.name, resource.id),
      giveNameBack(tenant, typeName, previous.name, resource.id),
    ]);
  }
  try {
    await retryConflicts(() => documents.send(new PutCommand(put)));
    return 'written';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'changedMeanwhile';
    throw error;
  }
};

/** Removes the state that `previous` describes, and gives its name back. */
export const deleteResource = (
  tenant: TenantId,
  typeName: string,
  id: string,
  previous: { readonly version: number; readonly name: string },
): Promise<WriteResult> =>
  transact([
    {
      Delete: {
        TableName: tableName,
        Key: { PK: resourcesPK(tenant, typeName), SK: id },
        ...ifVersion(previous.version),
      },
    },
    giveNameBack(tenant, typeName, previous.name, id),
  ]);

/** Resources in the order of their ids, strongly consistent, from behind `after`; one page is 1 MB at most. */
export const walkResources = async function* (
  tenant: TenantId,
  typeName: string,
  { after, pageSize }: { readonly after?: string | undefined; readonly pageSize?: number | undefined } = {},
): AsyncGenerator<StoredResource[], void, void> {
  const PK = resourcesPK(tenant, typeName);
  let start: Record<string, unknown> | undefined = after === undefined ? undefined : { PK, SK: after };
  do {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'PK = :pk',
        ExpressionAttributeValues: { ':pk': PK },
        ExclusiveStartKey: start,
        ConsistentRead: true,
        Limit: pageSize,
      }),
    );
    yield Items.map((item) => fromItem(item as ResourceItem));
    start = LastEvaluatedKey;
  } while (start);
};

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** In every transaction here the resource comes first and the name that it takes, if any, second. */
const transact = async (items: TransactItem[]): Promise<WriteResult> => {
  try {
    await retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: items })));
    return 'written';
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const [resource, name] = cancellationCodes(error);
    if (resource === 'ConditionalCheckFailed') return 'changedMeanwhile';
    if (name === 'ConditionalCheckFailed') return 'nameTaken';
    throw error;
  }
};

const ifAbsent = { ConditionExpression: 'attribute_not_exists(PK)' };

const ifVersion = (version: number) => ({
  ConditionExpression: 'Version = :version',
  ExpressionAttributeValues: { ':version': version },
});

const takeName = (tenant: TenantId, typeName: string, name: string, id: string): TransactItem => ({
  Put: {
    TableName: tableName,
    Item: { ...nameLockKey(tenant, typeName, name), Id: id },
    ...ifAbsent,
  },
});

const giveNameBack = (tenant: TenantId, typeName: string, name: string, id: string): TransactItem => ({
  Delete: {
    TableName: tableName,
    Key: nameLockKey(tenant, typeName, name),
    ConditionExpression: 'attribute_not_exists(PK) OR Id = :id',
    ExpressionAttributeValues: { ':id': id },
  },
});

const toItem = (tenant: TenantId, typeName: string, resource: StoredResource, indexed: IndexedValues) => {
  const PK = resourcesPK(tenant, typeName);
  const { name, externalId, email } = indexed;
  return {
    PK,
    SK: resource.id,
    NamePK: PK,
    NameSK: foldName(name),
    ...(externalId && { ExternalIdPK: externalIdPK(tenant, typeName, externalId) }),
    ...(email && { EmailPK: emailPK(tenant, email) }),
    Version: resource.version,
    Created: resource.created,
    LastModified: resource.lastModified,
    Attributes: resource.attributes,
  };
};

const fromItem = (item: ResourceItem): StoredResource => ({
  id: item.SK,
  version: item.Version,
  created: item.Created,
  lastModified: item.LastModified,
  attributes: item.Attributes,
});
