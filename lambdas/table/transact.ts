// Several writes, all or nothing. A transaction costs twice as much as single writes, so one write is made without.

import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from './client.ts';
import { unlessConditionFails } from './conditions.ts';
import { cancellationCodes, retryConflicts } from './retry.ts';

type Item = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type Condition = Pick<
  NonNullable<Item['Put']>,
  'ConditionExpression' | 'ExpressionAttributeValues' | 'ExpressionAttributeNames'
>;

/** The primary key of an item. */
export interface Key {
  readonly PK: string;
  readonly SK: string;
}

/** One write of an item, perhaps conditional. */
export type Write =
  | ({ readonly put: Key & Readonly<Record<string, unknown>> } & Condition)
  | ({ readonly remove: Key } & Condition)
  | ({ readonly update: Key; readonly UpdateExpression: string } & Condition);

/** Makes the writes, at most 100. Answers with the indices of those whose condition failed; unless empty, nothing was written. */
export const transact = async (writes: readonly Write[]): Promise<ReadonlySet<number>> => {
  const [only, ...others] = writes;
  if (!only) return new Set();
  if (others.length === 0) return (await writeAlone(only)) ? new Set() : new Set([0]);
  try {
    await retryConflicts(() =>
      documents.send(new TransactWriteCommand({ TransactItems: writes.map(toItem) })),
    );
    return new Set();
  } catch (error) {
    const failed = error instanceof TransactionCanceledException ? failedPlaces(error) : new Set<number>();
    if (failed.size === 0) throw error;
    return failed;
  }
};

const failedPlaces = (error: TransactionCanceledException): Set<number> =>
  new Set(
    cancellationCodes(error).flatMap((code, place) => (code === 'ConditionalCheckFailed' ? place : [])),
  );

const writeAlone = (write: Write): Promise<boolean> => {
  const { Put, Delete, Update } = toItem(write);
  return unlessConditionFails(
    retryConflicts<unknown>(() => {
      if (Put) return documents.send(new PutCommand(Put));
      return Delete
        ? documents.send(new DeleteCommand(Delete))
        : documents.send(new UpdateCommand(Update as never));
    }),
  );
};

const toItem = (write: Write): Item => {
  const TableName = tableName;
  if ('put' in write) {
    const { put: ItemToPut, ...condition } = write;
    return { Put: { TableName, Item: ItemToPut, ...condition } };
  }
  if ('remove' in write) {
    const { remove: KeyToRemove, ...condition } = write;
    return { Delete: { TableName, Key: KeyToRemove, ...condition } };
  }
  const { update: KeyToUpdate, ...expressions } = write;
  return { Update: { TableName, Key: KeyToUpdate, ...expressions } };
};
