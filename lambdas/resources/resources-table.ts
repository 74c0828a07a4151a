// Reads and writes the items of resources, as the table has them. Who is visible is decided by reader.ts.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { claimsPK, ENTRIES_FROM, idInEntry, indexes, resourcesPK } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import { getItem, getItems } from '../table/read.ts';
import { retryConflicts } from '../table/retry.ts';
import { canBeSortKey } from '../table/sort-key.ts';
import { transact } from '../table/transact.ts';
import type { Incarnation } from '../tenants/tenant.ts';
import type { Claim } from './held-values.ts';
import { fromItem, resourceKey } from './resource-item.ts';
import type { StoredResource } from './stored-resource.ts';
import { plannedWrites, type Transition, withoutClaim } from './transition.ts';

/** `written`: the state that the transition left. */
export type WriteResult =
  | { readonly written: StoredResource | undefined }
  | 'changedMeanwhile'
  | { readonly taken: Claim };

/** Makes a transition, all or nothing; claims that it can do without are dropped when somebody else holds them. */
export const writeTransition = async (transition: Transition): Promise<WriteResult> => {
  const planned = plannedWrites(transition);
  const failed = await transact(planned.map(({ write }) => write));
  if (failed.size === 0) return { written: transition.after };
  const refusals = planned.filter((_, place) => failed.has(place)).map(({ refused }) => refused);
  if (refusals.some(({ means }) => means === 'changed')) return 'changedMeanwhile';
  let next = transition;
  for (const refusal of refusals) {
    if (refusal.means === 'taken') return { taken: refusal.claim };
    if (refusal.means === 'without') next = withoutClaim(next, refusal.claim);
  }
  return writeTransition(next);
};

/** One strongly consistent read. */
export const getStored = async (
  tenant: Incarnation,
  typeName: string,
  id: string,
): Promise<StoredResource | undefined> => {
  const item = await getItem(resourceKey(tenant, typeName, id));
  return item && fromItem(item);
};

/** Those of `ids` that exist, strongly consistent, in no particular order; 100 a call. */
export const getManyStored = async (
  tenant: Incarnation,
  typeName: string,
  ids: readonly string[],
): Promise<StoredResource[]> =>
  (await getItems(ids.map((id) => resourceKey(tenant, typeName, id)))).map(fromItem);

/** Where a walk begins, how much a page has at most, and who hears what it read. */
export interface Walk {
  readonly after?: string | undefined;
  readonly pageSize?: number | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** Resources in the order of their ids, strongly consistent, from behind `after`; one page is 1 MB at most. */
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

/** Who holds the claim now, strongly consistent. */
export const findHolder = async (
  tenant: Incarnation,
  typeName: string,
  claim: string,
): Promise<string | undefined> => {
  if (!canBeSortKey(claim)) return undefined;
  return (await getItem({ PK: claimsPK(tenant, typeName), SK: claim }))?.Id as string | undefined;
};

/** Who hold the claims that begin with `prefix`, strongly consistent: one unit for some 40 of them. */
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

/** The ids that an index has for a value, all of them; it may lag behind the table. */
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

/** How many resources of the type by-name has (117 bytes each, eventually consistent). */
export const countInIndex = async (tenant: Incarnation, typeName: string): Promise<number> => {
  let count = 0;
  const query = { IndexName: indexes.byName.indexName, ProjectionExpression: 'SK' };
  for await (const page of queryPages(resourcesPK(tenant, typeName), query)) count += page.length;
  return count;
};

/**
 * Counts the version of a visible group up, so that its entity tag shows that its members changed. One update of one item
 * never conflicts with another, as transactions on the group would. Answers with the group as it is then; undefined when
 * there is none, or none of version `ifVersion`.
 */
export const touchGroup = async (
  tenant: Incarnation,
  groupId: string,
  now: number,
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
      ':now': now,
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

/** Makes a pending group visible, unless it was taken over or removed meanwhile: false. */
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

/** One side of a membership, of whatever tenant. */
export interface SideReference {
  readonly tenant: Incarnation;
  readonly typeName: string;
  readonly id: string;
}

/** What is there of a side; undefined when nothing is. */
export type Sides = (
  tenant: Incarnation,
  typeName: string,
  id: string,
) => { readonly life: number; readonly pending: boolean } | undefined;

/** Which of the sides are there, strongly consistent; 100 a call. */
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
