// Resources of any type: one item each, and one item for each value that is unique among the type.

import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Incarnation } from '../tenants/tenant.ts';
import type { JsonObject } from '../scim/json.ts';
import { documents, tableName } from '../table/client.ts';
import { noteDeparture } from './departures.ts';
import { claimsPK, resourcesPK, silent } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import { backOff, cancellationCodes, retryConflicts } from '../table/retry.ts';

/** A value that no two resources of a type may have. */
export interface UniqueValue {
  /** As filters write it, e.g. `userName`. */
  readonly attribute: string;
  /** The value as it is compared: folded, unless its case matters. */
  readonly key: string;
}

/** `T#acme.t1a2b3#CLAIM#USER` / `userName#alice@acme.example`. */
export const uniqueKey = (tenant: Incarnation, typeName: string, { attribute, key }: UniqueValue) => ({
  PK: claimsPK(tenant, typeName),
  SK: `${attribute}#${key}`,
});

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

/** The values that a resource is found by, as they are compared. */
export interface IndexedValues {
  /** What by-name is sorted by. */
  readonly name: string;
  readonly unique: readonly UniqueValue[];
  readonly externalId?: string | undefined;
  readonly email?: string | undefined;
}

export interface ResourceItem {
  PK: string;
  SK: string;
  Version: number;
  Created: number;
  LastModified: number;
  Attributes: JsonObject;
}

export type WriteResult = 'written' | 'changedMeanwhile' | { readonly taken: UniqueValue };

/** One strongly consistent read. */
export const getResource = async (
  tenant: Incarnation,
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
  tenant: Incarnation,
  typeName: string,
  ids: readonly string[],
): Promise<StoredResource[]> =>
  (await batchGet(tenant, typeName, ids)).map((item) => fromItem(item as unknown as ResourceItem));

/** Which of `ids` (100 at most) exist, strongly consistent. */
export const findExisting = async (
  tenant: Incarnation,
  typeName: string,
  ids: readonly string[],
): Promise<string[]> => (await batchGet(tenant, typeName, ids, 'SK')).map((item) => item.SK as string);

const batchGet = async (
  tenant: Incarnation,
  typeName: string,
  ids: readonly string[],
  projection?: string,
) => {
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

/** Stores a new resource and takes its unique values, all or nothing. */
export const insertResource = (
  tenant: Incarnation,
  typeName: string,
  resource: StoredResource,
  indexed: IndexedValues,
): Promise<WriteResult> => {
  const put = { TableName: tableName, Item: toItem(tenant, typeName, resource, indexed), ...ifAbsent };
  return write(tenant, typeName, resource.id, { Put: put }, indexed.unique, []);
};

/** The state that a write replaces. */
export interface PreviousState {
  readonly version: number;
  readonly unique: readonly UniqueValue[];
}

/** Replaces the state that `previous` describes; new unique values are taken and old ones given back with it. */
export const updateResource = (
  tenant: Incarnation,
  typeName: string,
  resource: StoredResource,
  indexed: IndexedValues,
  previous: PreviousState,
): Promise<WriteResult> => {
  const put = {
    TableName: tableName,
    Item: toItem(tenant, typeName, resource, indexed),
    ...ifVersion(previous.version),
  };
  const taken = without(indexed.unique, previous.unique);
  return write(tenant, typeName, resource.id, { Put: put }, taken, without(previous.unique, indexed.unique));
};

/**
 * Removes the state that `previous` describes, and gives its unique values back. What is left of it elsewhere, its
 * memberships, is noted in the same transaction.
 */
export const deleteResource = (
  tenant: Incarnation,
  typeName: string,
  id: string,
  previous: PreviousState,
): Promise<WriteResult> => {
  const Key = { PK: resourcesPK(tenant, typeName), SK: id };
  const remove = { TableName: tableName, Key, ...ifVersion(previous.version) };
  const note = { Put: noteDeparture(tenant, id, Date.now()) };
  return write(tenant, typeName, id, { Delete: remove }, [], previous.unique, [note]);
};

/** Resources in the order of their ids, strongly consistent, from behind `after`; one page is 1 MB at most. */
export const walkResources = async function* (
  tenant: Incarnation,
  typeName: string,
  { after, pageSize }: { readonly after?: string | undefined; readonly pageSize?: number | undefined } = {},
): AsyncGenerator<StoredResource[], void, void> {
  const PK = resourcesPK(tenant, typeName);
  const from = after === undefined ? {} : { ExclusiveStartKey: { PK, SK: after } };
  for await (const items of queryPages(PK, { ...from, Limit: pageSize })) {
    yield items.map((item) => fromItem(item as unknown as ResourceItem));
  }
};

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Writes the resource alone where it can: a transaction costs twice as much. */
const write = async (
  tenant: Incarnation,
  typeName: string,
  id: string,
  resource: Pick<TransactItem, 'Put' | 'Delete'>,
  taken: readonly UniqueValue[],
  freed: readonly UniqueValue[],
  others: readonly TransactItem[] = [],
): Promise<WriteResult> => {
  try {
    if (resource.Put && taken.length + freed.length === 0) {
      const put = resource.Put;
      await retryConflicts(() => documents.send(new PutCommand(put)));
    } else {
      const items = [
        resource,
        ...taken.map((value) => takeValue(tenant, typeName, value, id)),
        ...freed.map((value) => giveValueBack(tenant, typeName, value, id)),
        ...others,
      ];
      await retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: items })));
    }
    return 'written';
  } catch (error) {
    return refusal(error, taken);
  }
};

/** Which condition failed: that of the resource itself, or that a unique value is free. */
const refusal = (error: unknown, taken: readonly UniqueValue[]): WriteResult => {
  if (error instanceof ConditionalCheckFailedException) return 'changedMeanwhile';
  if (error instanceof TransactionCanceledException) {
    const [resource, ...values] = cancellationCodes(error);
    if (resource === 'ConditionalCheckFailed') return 'changedMeanwhile';
    const value = taken[values.indexOf('ConditionalCheckFailed')];
    if (value) return { taken: value };
  }
  throw error;
};

const without = (values: readonly UniqueValue[], others: readonly UniqueValue[]) =>
  values.filter(
    ({ attribute, key }) => !others.some((other) => other.attribute === attribute && other.key === key),
  );

const ifAbsent = { ConditionExpression: 'attribute_not_exists(PK)' };

const ifVersion = (version: number) => ({
  ConditionExpression: 'Version = :version',
  ExpressionAttributeValues: { ':version': version },
});

const takeValue = (tenant: Incarnation, typeName: string, value: UniqueValue, id: string): TransactItem => ({
  Put: { TableName: tableName, Item: uniqueItem(tenant, typeName, value, id), ...ifAbsent },
});

const giveValueBack = (
  tenant: Incarnation,
  typeName: string,
  value: UniqueValue,
  id: string,
): TransactItem => ({
  Delete: {
    TableName: tableName,
    Key: uniqueKey(tenant, typeName, value),
    ConditionExpression: 'attribute_not_exists(PK) OR Id = :id',
    ExpressionAttributeValues: { ':id': id },
  },
});

const uniqueItem = (tenant: Incarnation, typeName: string, value: UniqueValue, id: string) => ({
  ...uniqueKey(tenant, typeName, value),
  ...silent,
  Id: id,
});

/** The items that a resource comes to: its own, and one for each of its unique values. */
export const itemsOf = (
  tenant: Incarnation,
  typeName: string,
  resource: StoredResource,
  indexed: IndexedValues,
) => [
  toItem(tenant, typeName, resource, indexed),
  ...indexed.unique.map((value) => uniqueItem(tenant, typeName, value, resource.id)),
];

const toItem = (tenant: Incarnation, typeName: string, resource: StoredResource, indexed: IndexedValues) => {
  const PK = resourcesPK(tenant, typeName);
  const { name, externalId, email } = indexed;
  return {
    PK,
    SK: resource.id,
    Name: name,
    ...(externalId && { ExternalId: externalId }),
    ...(email && { Email: email }),
    Version: resource.version,
    Created: resource.created,
    LastModified: resource.lastModified,
    Attributes: resource.attributes,
  };
};

/** A resource as its item says. */
export const fromItem = (item: ResourceItem): StoredResource => ({
  id: item.SK,
  version: item.Version,
  created: item.Created,
  lastModified: item.LastModified,
  attributes: item.Attributes,
});
