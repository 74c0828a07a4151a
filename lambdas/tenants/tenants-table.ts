// The item of a tenant, written before all its others and deleted after them: the current incarnation, and the state of its
// creation or deletion.

import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import {
  asTenantId,
  type Incarnation,
  incarnationOf,
  partsOf,
  type TenantId,
  tenantOf,
} from '../platform/tenant.ts';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { graveKey, TENANTS_PK, tenantKey, unfollowed } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import { cancellationCodes, retryConflicts } from '../table/retry.ts';

/** `creating` until the creation is complete, `deleting` until everything is erased. */
type TenantState = 'creating' | 'active' | 'deleting';

/** A tenant, as stored. */
export interface TenantItem {
  readonly id: TenantId;
  readonly incarnation: Incarnation;
  readonly state: TenantState;
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
  /** RFC 3339 in UTC; only while the tenant is being deleted. */
  readonly deletingSince?: string;
  /** The names of all custom resource types that it ever had: their items are found by these. */
  readonly types: readonly string[];
}

type Item = Record<string, unknown>;

const fromItem = (item: Item | undefined): TenantItem | undefined => {
  const id = asTenantId(item?.SK as string | undefined);
  const incarnation = incarnationOf(id, item?.Incarnation);
  if (!item || !id || !incarnation) return undefined;
  return {
    id,
    incarnation,
    state: item.State as TenantState,
    createdAt: String(item.CreatedAt),
    ...(item.DeletingSince !== undefined && { deletingSince: String(item.DeletingSince) }),
    types: [...((item.Types ?? []) as Iterable<string>)],
  };
};

/**
 * Stores a new tenant, as `creating`. Answers `exists` when there is one with this id, and `buried` when an incarnation of
 * the same second was deleted and still has a grave (graves-table.ts): then use another second.
 */
export const insertTenant = async (
  incarnation: Incarnation,
  createdAt: string,
): Promise<'inserted' | 'exists' | 'buried'> => {
  const absent = { TableName: tableName, ConditionExpression: 'attribute_not_exists(PK)' };
  const State: TenantState = 'creating';
  const Item = { ...tenantKey(tenantOf(incarnation)), Incarnation: lettersOf(incarnation), State };
  const items = [
    { Put: { ...absent, Item: { ...Item, CreatedAt: createdAt } } },
    { ConditionCheck: { ...absent, Key: graveKey(incarnation) } },
  ];
  try {
    await retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: items })));
    return 'inserted';
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const [tenant, grave] = cancellationCodes(error);
    if (tenant === 'ConditionalCheckFailed') return 'exists';
    if (grave === 'ConditionalCheckFailed') return 'buried';
    throw error;
  }
};

/** The tenant, strongly consistent; undefined when there is none. */
export const findTenant = async (id: TenantId): Promise<TenantItem | undefined> => {
  const request = new GetCommand({ TableName: tableName, Key: tenantKey(id), ConsistentRead: true });
  return fromItem((await documents.send(request)).Item);
};

/** All tenants in any state, by id. */
export async function* walkTenants(): AsyncGenerator<TenantItem, void, void> {
  for await (const page of queryPages(TENANTS_PK)) {
    for (const item of page) {
      const tenant = fromItem(item);
      if (tenant) yield tenant;
    }
  }
}

/** Marks the tenant as active; false when it is not being created, or has been replaced by another incarnation. */
export const activateTenant = (incarnation: Incarnation): Promise<boolean> =>
  updateTenant(incarnation, {
    // `Completed` triggers the event. A tenant that was never completed has no `tenant.created`, and no `tenant.deleted`.
    UpdateExpression: 'SET #state = :active, Completed = :true',
    ConditionExpression: 'Incarnation = :letters AND #state = :creating',
    ExpressionAttributeNames: { '#state': 'State' },
    ExpressionAttributeValues: { ':active': 'active', ':creating': 'creating', ':true': true },
  });

/** Adds a resource type to the tenant, permanently; false when it is being deleted, or has been replaced by another incarnation. */
export const addTenantType = (incarnation: Incarnation, typeName: string): Promise<boolean> =>
  updateTenant(incarnation, {
    UpdateExpression: 'ADD #types :types',
    ConditionExpression: 'Incarnation = :letters AND #state <> :deleting',
    ExpressionAttributeNames: { '#state': 'State', '#types': 'Types' },
    ExpressionAttributeValues: { ':types': new Set([typeName]), ':deleting': 'deleting' },
  });

const updateTenant = (
  incarnation: Incarnation,
  update: {
    readonly UpdateExpression: string;
    readonly ConditionExpression: string;
    readonly ExpressionAttributeNames: Record<string, string>;
    readonly ExpressionAttributeValues: Record<string, unknown>;
  },
): Promise<boolean> =>
  unlessConditionFails(
    documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key: tenantKey(tenantOf(incarnation)),
        ...update,
        ExpressionAttributeValues: {
          ...update.ExpressionAttributeValues,
          ':letters': lettersOf(incarnation),
        },
      }),
    ),
  );

/**
 * Marks the tenant as being deleted, since `since` (RFC 3339) unless it was marked before, and returns it; undefined
 * when there is none. From then on no type can be added.
 */
export const markTenantDeleting = async (id: TenantId, since: string): Promise<TenantItem | undefined> => {
  let marked: Item | undefined;
  const mark = async () => {
    const { Attributes } = await documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key: tenantKey(id),
        UpdateExpression: 'SET #state = :deleting, DeletingSince = if_not_exists(DeletingSince, :since)',
        ConditionExpression: 'attribute_exists(PK)',
        ExpressionAttributeNames: { '#state': 'State' },
        ExpressionAttributeValues: { ':deleting': 'deleting', ':since': since },
        ReturnValues: 'ALL_NEW',
      }),
    );
    marked = Attributes;
  };
  await unlessConditionFails(mark());
  return fromItem(marked);
};

/**
 * Deletes the item of a tenant that is erased, which frees its id, and leaves a grave. False when that was done before; a new
 * tenant with the same id is not touched.
 */
export const buryTenant = async (
  { incarnation, types }: Pick<TenantItem, 'incarnation' | 'types'>,
  deletedAtMs: number,
): Promise<boolean> => {
  const remove = {
    TableName: tableName,
    Key: tenantKey(tenantOf(incarnation)),
    ConditionExpression: 'Incarnation = :letters AND #state = :deleting',
    ExpressionAttributeNames: { '#state': 'State' },
    ExpressionAttributeValues: { ':letters': lettersOf(incarnation), ':deleting': 'deleting' },
  };
  const grave = {
    ...graveKey(incarnation),
    ...unfollowed,
    DeletedAt: deletedAtMs,
    ...(types.length > 0 && { Types: new Set(types) }),
  };
  const items = [{ Delete: remove }, { Put: { TableName: tableName, Item: grave } }];
  try {
    await retryConflicts(() => documents.send(new TransactWriteCommand({ TransactItems: items })));
    return true;
  } catch (error) {
    const codes = error instanceof TransactionCanceledException ? cancellationCodes(error) : [];
    if (codes[0] === 'ConditionalCheckFailed') return false;
    throw error;
  }
};

const lettersOf = (incarnation: Incarnation): string => partsOf(incarnation).incarnation;
