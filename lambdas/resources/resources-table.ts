// Reads and writes the items of resources. Includes pending groups; reader.ts decides what is visible.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Incarnation } from '../platform/tenant.ts';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { claimsPK, ENTRIES_FROM, idInEntry, indexes, resourcesPK } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import { getItem, getItems } from '../table/read.ts';
import { retryConflicts } from '../table/retry.ts';
import { canBeSortKey } from '../table/sort-key.ts';
import { transact } from '../table/transact.ts';
import type { Claim } from './held-values.ts';
import { fromItem, resourceKey } from './resource-item.ts';
import type { StoredResource } from './stored-resource.ts';
import { plannedWrites, type Transition, withoutClaim } from './transition.ts';

/** The result of a transition: the state `written` (undefined after a deletion), a conflict, or the claim already taken. */
export type WriteResult =
  | { readonly written: StoredResource | undefined }
  | 'changedMeanwhile'
  | { readonly taken: Claim };

/** Writes a transition atomically; optional claims that another resource holds are dropped. */
export const writeTransition = async (transition: Transition): Promise<WriteResult> => {
  const planned = plannedWrites(transition);
  const failed = await transact(planned.map(({ write }) => write));
  if (failed.size === 0) return { written: transition.after };
  const failures = planned.filter((_, place) => failed.has(place)).map(({ ifFailed }) => ifFailed);
  if (failures.some(({ means }) => means === 'changed')) return 'changedMeanwhile';
  let next = transition;
  for (const failure of failures) {
    if (failure.means === 'taken') return { taken: failure.claim };
    if (failure.means === 'without') next = withoutClaim(next, failure.claim);
  }
  return writeTransition(next);
};

/** The stored resource with this id, with one strongly consistent read. */
export const getStored = async (
  tenant: Incarnation,
  typeName: string,
  id: string,
): Promise<StoredResource | undefined> => {
  const item = await getItem(resourceKey(tenant, typeName, id));
  return item && fromItem(item);
};

/** The stored resources among `ids`, strongly consistent, in no particular order; reads in batches of 100. */
export const getManyStored = async (
  tenant: Incarnation,
  typeName: string,
  ids: readonly string[],
): Promise<StoredResource[]> =>
  (await getItems(ids.map((id) => resourceKey(tenant, typeName, id)))).map(fromItem);

/** The options of a walk through all resources of a type. */
export interface Walk {
  /** The id after which the walk starts. */
  readonly after?: string | undefined;
  /** The maximum number of resources per page. */
  readonly pageSize?: number | undefined;
  /** Called with the bytes that each page read. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** Resources after `after`, in order of id, strongly consistent; a page is at most 1 MB. */
export const walkStored = async function* (
  tenant: Incarnation,
  typeName: string,
  { after, pageSize, onBytes }: Walk = {},
): AsyncGenerator<StoredResource[], void, void> {
  const PK = resourcesPK(tenant, typeName);
  const query = {
    KeyConditionExpression: 'PK = :pk AND SK < :entries',
    ExpressionAttributeValues: { ':pk': PK, ':entries': ENTRIES_FROM },
    ...(after !== undefined && { ExclusiveStartKey: { PK, SK: after } }),
    Limit: pageSize,
  };
  const pages = queryPages(PK, query, onBytes);
  for await (const items of pages) yield items.map(fromItem);
};

/** The id of the resource that holds the claim, strongly consistent. */
export const findHolder = async (
  tenant: Incarnation,
  typeName: string,
  claim: string,
): Promise<string | undefined> => {
  if (!canBeSortKey(claim)) return undefined;
  return (await getItem({ PK: claimsPK(tenant, typeName), SK: claim }))?.Id as string | undefined;
};

/** The ids of the resources that hold claims with this prefix, strongly consistent: one read unit for about 40 claims. */
export const findHolders = async (
  tenant: Incarnation,
  typeName: string,
  prefix: string,
): Promise<string[]> => {
  if (!canBeSortKey(prefix)) return [];
  const partition = claimsPK(tenant, typeName);
  const pages = await Array.fromAsync(
    queryPages(partition, {
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :prefix)',
      ExpressionAttributeValues: { ':pk': partition, ':prefix': prefix },
    }),
  );
  return pages.flat().map(({ Id }) => Id as string);
};

/** All ids in an index for a value; the index may lag behind the table. */
export const findInIndex = async (
  tenant: Incarnation,
  typeName: string,
  index: keyof typeof indexes,
  value: string,
): Promise<string[]> => {
  if (!canBeSortKey(value)) return [];
  const { indexName, partitionKey, sortKey } = indexes[index];
  const partition = resourcesPK(tenant, typeName);
  const pages = await Array.fromAsync(
    queryPages(partition, {
      IndexName: indexName,
      KeyConditionExpression: `${partitionKey} = :pk AND #sort = :value`,
      ExpressionAttributeNames: { '#sort': sortKey },
      ExpressionAttributeValues: { ':pk': partition, ':value': value },
    }),
  );
  return pages.flat().map(({ SK }) => idInEntry(SK as string));
};

/** Counts the resources of the type in by-name (117 bytes each, eventually consistent). */
export const countInIndex = async (tenant: Incarnation, typeName: string): Promise<number> => {
  let count = 0;
  const query = { IndexName: indexes.byName.indexName, ProjectionExpression: 'SK' };
  for await (const page of queryPages(resourcesPK(tenant, typeName), query)) count += page.length;
  return count;
};

/**
 * Increments the version of a visible group, so that its entity tag changes with its members. A single update never conflicts
 * with another one, as transactions on the group would. Returns the updated group; undefined if there is none, or not at
 * version `ifVersion`. `nowMs` is in milliseconds since the epoch.
 */
export const touchGroup = async (
  tenant: Incarnation,
  groupId: string,
  nowMs: number,
  ifVersion?: number,
): Promise<StoredResource | undefined> => {
  let touched: StoredResource | undefined;
  const update = new UpdateCommand({
    TableName: tableName,
    Key: resourceKey(tenant, 'Group', groupId),
    UpdateExpression: 'ADD Version :one SET Modified = :now',
    ConditionExpression:
      ifVersion === undefined
        ? 'attribute_exists(PK) AND attribute_not_exists(Pending)'
        : 'Version = :version',
    ExpressionAttributeValues: {
      ':one': 1,
      ':now': nowMs,
      ...(ifVersion !== undefined && { ':version': ifVersion }),
    },
    ReturnValues: 'ALL_NEW',
  });
  await unlessConditionFails(
    retryConflicts(async () => {
      const { Attributes } = await documents.send(update);
      touched = Attributes && fromItem(Attributes);
    }),
  );
  return touched;
};

/** Makes a pending group visible; false if it was taken over or removed in the meantime. */
export const revealGroup = (tenant: Incarnation, groupId: string, pendingSince: number): Promise<boolean> =>
  unlessConditionFails(
    retryConflicts(() =>
      documents.send(
        new UpdateCommand({
          TableName: tableName,
          Key: resourceKey(tenant, 'Group', groupId),
          UpdateExpression: 'REMOVE Pending SET Version = :first',
          ConditionExpression: 'Pending = :since',
          ExpressionAttributeValues: { ':first': 1, ':since': pendingSince },
        }),
      ),
    ),
  );

/** Identifies the group or the member of a membership, of any tenant. */
export interface SideReference {
  readonly tenant: Incarnation;
  readonly typeName: string;
  readonly id: string;
}

/** Looks up one of the resources that were read; undefined if it does not exist. */
export type Sides = (
  tenant: Incarnation,
  typeName: string,
  id: string,
) => { readonly life: number; readonly pending: boolean } | undefined;

/** Reads which of the groups and members exist, strongly consistent, in batches of 100. */
export const findSides = async (references: readonly SideReference[]): Promise<Sides> => {
  const textOf = ({ PK, SK }: { readonly PK?: unknown; readonly SK?: unknown }) => `${PK} ${SK}`;
  const keys = references.map(({ tenant, typeName, id }) => resourceKey(tenant, typeName, id));
  const distinct = new Map(keys.map((key) => [textOf(key), key]));
  const items = await getItems([...distinct.values()], ['PK', 'SK', 'Life', 'Pending']);
  const found = new Map(
    items.map((item) => [
      textOf(item),
      { life: Number(item.Life ?? 1), pending: item.Pending !== undefined },
    ]),
  );
  return (tenant, typeName, id) => found.get(textOf(resourceKey(tenant, typeName, id)));
};
