// Counts the resources of a tenant from the stream. Every creation and deletion counts once, however often its record is
// delivered and with whichever other records.
//
// A counter and the marks of the changes that it includes are written in one transaction. There is one mark per change (2
// write units, a quarter of the cost of creating a user) instead of the last sequence number of a shard, because a record
// that was set aside and is replayed comes after that number, and may never have been counted.

import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Incarnation } from '../platform/tenant.ts';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { countedKey, counterKey, unfollowed } from '../table/keys.ts';
import { getItems } from '../table/read.ts';
import { cancellationCodes, retryConflicts } from '../table/retry.ts';

/** A record is processed within a day, or set aside and kept for two weeks, during which `redrive` can replay it. */
const MARK_TTL_SECONDS = 17 * 24 * 60 * 60;

/** A transaction takes 100 items, one of which is the counter. */
const CHANGES_PER_TRANSACTION = 99;

/** The creation or deletion of a resource. */
export interface CountedChange {
  /** Identifies the change; the same each time its record is delivered. */
  readonly changeId: string;
  /** The id of the resource, a UUID. */
  readonly id: string;
  /** 1 for a creation, -1 for a deletion. */
  readonly delta: 1 | -1;
}

/** Adds the changes to the counter of the type, except those already included. `nowMs` is in milliseconds since the epoch. */
export const countOnce = async (
  tenant: Incarnation,
  typeName: string,
  changes: readonly CountedChange[],
  nowMs: number,
): Promise<void> => {
  const distinct = [...new Map(changes.map((change) => [change.changeId, change])).values()];
  for (let at = 0; at < distinct.length; at += CHANGES_PER_TRANSACTION) {
    await addNew(tenant, typeName, distinct.slice(at, at + CHANGES_PER_TRANSACTION), nowMs);
  }
};

/** DynamoDB reports which marks exist already; the transaction is repeated without those changes. */
const addNew = async (
  tenant: Incarnation,
  typeName: string,
  changes: readonly CountedChange[],
  nowMs: number,
): Promise<void> => {
  if (changes.length === 0) return;
  try {
    await retryConflicts(() => documents.send(countingTransaction(tenant, typeName, changes, nowMs)));
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const [, ...marks] = cancellationCodes(error);
    const unmarked = changes.filter((_, index) => marks[index] !== 'ConditionalCheckFailed');
    if (unmarked.length === changes.length) throw error;
    await addNew(tenant, typeName, unmarked, nowMs);
  }
};

const countingTransaction = (
  tenant: Incarnation,
  typeName: string,
  changes: readonly CountedChange[],
  nowMs: number,
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
  const ExpiresAt = Math.ceil(nowMs / 1000) + MARK_TTL_SECONDS;
  const marks = changes.map(({ changeId }) => ({
    Put: {
      TableName: tableName,
      Item: { ...countedKey(tenant, changeId), ...unfollowed, ExpiresAt },
      ConditionExpression: 'attribute_not_exists(PK)',
    },
  }));
  return new TransactWriteCommand({ TransactItems: [{ Update }, ...marks] });
};

const sumOf = (changes: readonly CountedChange[]) => changes.reduce((sum, { delta }) => sum + delta, 0);

/**
 * The resources of a type are also counted in 128 parts by the first seven bits of their ids, which are random, so that the
 * parts are equally large and show where a position in the list is. With 128 parts the item stays below 1 KB up to a million
 * resources; above 1 KB every counting transaction would cost twice as much.
 */
const PARTS = 128;

const partOf = (id: string): number => Math.floor(Number.parseInt(id.slice(0, 2), 16) / (256 / PARTS));

/** The attribute that counts a part: `P0` to `P127`. */
const partName = (part: number) => `P${part}`;

/** Creates the counter of a type that has no resources yet; idempotent. */
export const startCounter = async (tenant: Incarnation, typeName: string): Promise<void> => {
  await unlessConditionFails(
    documents.send(
      new PutCommand({
        TableName: tableName,
        Item: { ...counterKey(tenant, typeName), ...unfollowed, Resources: 0, Complete: true },
        ConditionExpression: 'attribute_not_exists(PK)',
      }),
    ),
  );
};

/**
 * The number of resources of the type, which may lag for a moment; one read. Undefined if counting did not start with the
 * first resource, so that the counter is incomplete.
 */
export const readCounter = async (tenant: Incarnation, typeName: string): Promise<number | undefined> => {
  const { Item } = await documents.send(
    new GetCommand({ TableName: tableName, Key: counterKey(tenant, typeName) }),
  );
  return Item?.Complete === true ? Item.Resources : undefined;
};

/** Like readCounter for many counters, in the given order; reads in batches of 100. */
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
