// Items by their keys, strongly consistent.

import { BatchGetCommand, type BatchGetCommandOutput, GetCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from './client.ts';
import { backOffUnprocessed } from './retry.ts';
import type { Key } from './transact.ts';

export type TableItem = Readonly<Record<string, unknown>>;

/** One read unit for each 4 KB, also with `attributes`, which are those that leave the table (default: all). */
export const getItem = async (Key: Key, attributes?: readonly string[]): Promise<TableItem | undefined> => {
  const request = new GetCommand({ TableName: tableName, Key, ConsistentRead: true, ...project(attributes) });
  return (await documents.send(request)).Item;
};

/** Names stand in `#` names, because many of them are reserved words. */
export const project = (attributes: readonly string[] | undefined) =>
  attributes && {
    ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
  };

/** BatchGetItem takes so many keys. */
export const KEYS_PER_READ = 100;

/** Those of `keys` that exist, in no particular order; 100 a call, one call after the other. */
export const getItems = async (
  keys: readonly Key[],
  attributes?: readonly string[],
): Promise<readonly TableItem[]> => {
  const found: TableItem[] = [];
  for (let at = 0; at < keys.length; at += KEYS_PER_READ) {
    found.push(...(await getSome(keys.slice(at, at + KEYS_PER_READ), attributes)));
  }
  return found;
};

/** The item at each of these keys, in their order; undefined where there is none. */
export const getItemsInOrder = async (keys: readonly Key[]): Promise<(TableItem | undefined)[]> => {
  const found = new Map((await getItems(keys)).map((item) => [nameOf(item), item]));
  return keys.map((key) => found.get(nameOf(key)));
};

const nameOf = ({ PK, SK }: TableItem | Key): string => JSON.stringify([PK, SK]);

const getSome = async (keys: readonly Key[], attributes: readonly string[] | undefined) => {
  const items: TableItem[] = [];
  let Keys: Record<string, unknown>[] | undefined = keys.map(({ PK, SK }) => ({ PK, SK }));
  for (let attempt = 0; Keys && Keys.length > 0; attempt++) {
    if (attempt > 0) await backOffUnprocessed(attempt);
    const { Responses, UnprocessedKeys }: BatchGetCommandOutput = await documents.send(
      new BatchGetCommand({
        RequestItems: { [tableName]: { Keys, ConsistentRead: true, ...project(attributes) } },
      }),
    );
    items.push(...(Responses?.[tableName] ?? []));
    Keys = UnprocessedKeys?.[tableName]?.Keys;
  }
  return items;
};
