// How many resources a tenant has, kept from the stream: every creation and deletion counts once, however often and in
// whatever company its record is delivered.
//
// A counter and the marks of the changes that it has in it are written in one transaction. One mark per change (2 write
// units, a quarter of what creating a user costs) rather than the last sequence number of a shard, because a record that
// was set aside and comes back is behind that number, and may never have been counted.

import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { countedKey, counterKey, silent } from '../table/keys.ts';
import { getItems } from '../table/read.ts';
import { cancellationCodes, retryConflicts } from '../table/retry.ts';
import type { Incarnation } from '../tenants/tenant.ts';

/** A record is followed within a day, or set aside and kept for two weeks, from which `redrive` may bring it back. */
const MARKED_SECONDS = 17 * 24 * 60 * 60;

/** A transaction takes 100 items, one of which is the counter. */
const CHANGES_PER_TRANSACTION = 99;

export interface CountedChange {
  readonly changeId: string;
  /** Of the resource: a UUID. */
  readonly id: string;
  /** 1 for a creation, -1 for a deletion. */
  readonly delta: 1 | -1;
}

/** Adds the changes to the counter of the type, each unless it is in it already. */
export const countOnce = async (
  tenant: Incarnation,
  typeName: string,
  changes: readonly CountedChange[],
  now: number,
): Promise<void> => {
  const distinct = [...new Map(changes.map((change) => [change.changeId, change])).values()];
  for (let at = 0; at < distinct.length; at += CHANGES_PER_TRANSACTION) {
    await addNew(tenant, typeName, distinct.slice(at, at + CHANGES_PER_TRANSACTION), now);
  }
};

/** DynamoDB says which marks were there: the rest is tried again without them. */
const addNew = async (
  tenant: Incarnation,
  typeName: string,
  changes: readonly CountedChange[],
  now: number,
): Promise<void> => {
  if (changes.length === 0) return;
  try {
    await retryConflicts(() => documents.send(countingTransaction(tenant, typeName, changes, now)));
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const [, ...marks] = cancellationCodes(error);
    const unmarked = changes.filter((_, index) => marks[index] !== 'ConditionalCheckFailed');
    if (unmarked.length === changes.length) throw error;
    await addNew(tenant, typeName, unmarked, now);
  }
};

const countingTransaction = (
  tenant: Incarnation,
  typeName: string,
  changes: readonly CountedChange[],
  now: number,
) => {
  const parts = Array.from(
    Map.groupBy(changes, ({ id }) => partOf(id)),
    ([part, those]) => [part, sumOf(those)] as const,
  );
  const Update = {
    TableName: tableName,
    Key: counterKey(tenant, typeName),
    UpdateExpression: `ADD Resources :delta, ${parts.map(([part]) => `#p${part} :p${part}`).join(', ')} SET Silent = :true`,
    ExpressionAttributeNames: Object.fromEntries(parts.map(([part]) => [`#p${part}`, partName(part)])),
    ExpressionAttributeValues: {
      ':delta': sumOf(changes),
      ':true': true,
      ...Object.fromEntries(parts.map(([part, delta]) => [`:p${part}`, delta])),
    },
  };
  const ExpiresAt = Math.ceil(now / 1000) + MARKED_SECONDS;
  const marks = changes.map(({ changeId }) => ({
    Put: {
      TableName: tableName,
      Item: { ...countedKey(tenant, changeId), ...silent, ExpiresAt },
      ConditionExpression: 'attribute_not_exists(PK)',
    },
  }));
  return new TransactWriteCommand({ TransactItems: [{ Update }, ...marks] });
};

const sumOf = (changes: readonly CountedChange[]) => changes.reduce((sum, { delta }) => sum + delta, 0);

/**
 * Ids are random, so the list of a type falls into equal parts by the first seven bits of its ids. How many there are in each
 * tells where a place in the list is. With 128 parts the item stays under 1 KB up to a million resources: above that every
 * counting transaction would cost twice as much.
 */
const PARTS = 128;

const partOf = (id: string): number => Math.floor(Number.parseInt(id.slice(0, 2), 16) / (256 / PARTS));

/** The attribute with the count of a part: `P0` to `P127`. */
const partName = (part: number) => `P${part}`;

/** Begins to count a type of which the tenant has nothing yet; repeatable. */
export const startCounter = async (tenant: Incarnation, typeName: string): Promise<void> => {
  await unlessConditionFails(
    documents.send(
      new PutCommand({
        TableName: tableName,
        Item: { ...counterKey(tenant, typeName), ...silent, Resources: 0, Complete: true },
        ConditionExpression: 'attribute_not_exists(PK)',
      }),
    ),
  );
};

/**
 * How many resources of the type there are, a moment ago; one read. Undefined where counting did not begin with the
 * first resource, so that the counter only has a part of them.
 */
export const readCounter = async (tenant: Incarnation, typeName: string): Promise<number | undefined> => {
  const { Item } = await documents.send(
    new GetCommand({ TableName: tableName, Key: counterKey(tenant, typeName) }),
  );
  return Item?.Complete === true ? Item.Resources : undefined;
};

/** The same for many counters, in their order: 100 a call. */
export const readCounters = async (
  counters: readonly { readonly tenant: Incarnation; readonly typeName: string }[],
): Promise<(number | undefined)[]> => {
  const keys = counters.map(({ tenant, typeName }) => counterKey(tenant, typeName));
  const items = await getItems(keys, ['PK', 'SK', 'Complete', 'Resources']);
  const byKey = new Map(items.map((item) => [`${item.PK} ${item.SK}`, item]));
  return keys.map(({ PK, SK }) => {
    const item = byKey.get(`${PK} ${SK}`);
    return item?.Complete === true ? (item.Resources as number) : undefined;
  });
};
