// Reads items by key, strongly consistent.

import { BatchGetCommand, type BatchGetCommandOutput, GetCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from './client.ts';
import { backOffUnprocessed } from './retry.ts';
import type { Key } from './transact.ts';

/** An item as stored, not validated. */
export type TableItem = Readonly<Record<string, unknown>>;

/** The item, with all attributes or only these; undefined when missing. One read unit per 4 KB of the whole item. */
export const getItem = async (Key: Key, attributes?: readonly string[]): Promise<TableItem | undefined> => {
  const request = new GetCommand({ TableName: tableName, Key, ConsistentRead: true, ...project(attributes) });
  return (await documents.send(request)).Item;
};

/** The projection of these attributes, by `#` placeholders because many names are reserved words; undefined for all. */
export const project = (attributes: readonly string[] | undefined) =>
  attributes && {
    ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
  };

/** The limit of BatchGetItem. */
const KEYS_PER_READ = 100;

/** The items that exist, in no particular order; 100 keys a call, one call after the other. */
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

/** The items in the order of `keys`; undefined where one is missing. */
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
