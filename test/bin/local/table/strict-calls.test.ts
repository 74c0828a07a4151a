// The table refuses what DynamoDB refuses, whichever emulator keeps it.

import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, test } from '@jest/globals';
import { documents, tableName as TableName } from '../../../../lambdas/table/client.ts';
import { freshTenantId } from '../../../setup/fresh-tenant.ts';

const partition = `T#${freshTenantId()}`;
const text = (length: number) => 'x'.repeat(length);
const key = (SK = 's') => ({ PK: partition, SK });
const nested = (depth: number): unknown => (depth === 0 ? 'v' : { a: nested(depth - 1) });
const many = <Value>(count: number, make: (n: number) => Value) =>
  Array.from({ length: count }, (_, n) => make(n));

const put = (more: object) => new PutCommand({ TableName, Item: { ...key('new'), ...more } });
const query = (condition: string, values: object, more: object = {}) =>
  new QueryCommand({
    TableName,
    KeyConditionExpression: condition,
    ExpressionAttributeValues: { ':p': partition, ...values },
    ...more,
  });
const from = (ExclusiveStartKey: object) => query('PK = :p', {}, { ExclusiveStartKey });
const update = (expression: string, values: object, more: object = {}) =>
  new UpdateCommand({
    TableName,
    Key: key(),
    UpdateExpression: expression,
    ExpressionAttributeValues: values as Record<string, unknown>,
    ...more,
  });
const transact = (...puts: readonly object[]) =>
  new TransactWriteCommand({ TransactItems: puts.map((Item) => ({ Put: { TableName, Item } })) });
const batchGet = (...Keys: Record<string, unknown>[]) =>
  new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } });
const batchWrite = (...requests: object[]) =>
  new BatchWriteCommand({ RequestItems: { [TableName]: requests } });

beforeAll(() => documents.send(new PutCommand({ TableName, Item: key() })));

/** DynamoDB Developer Guide: "Quotas", "Constraints", and the API reference of each call. */
test.each<[what: string, command: object]>([
  ['an empty partition key', put({ PK: '' })],
  ['an empty sort key', put({ SK: '' })],
  ['a partition key over 2,048 bytes', put({ PK: text(2049) })],
  ['a sort key over 1,024 bytes', put({ SK: text(1025) })],
  ['a sort key of 1,026 bytes in 513 characters', put({ SK: 'é'.repeat(513) })],
  ['an empty key of an index', put({ Name: '' })],
  ['a key of an index over 1,024 bytes', put({ Email: text(1025) })],
  ['a number as the key of an index', put({ Name: 5 })],
  ['an item over 400 KB', put({ v: text(410_000) })],
  ['33 levels', put({ v: nested(33) })],
  ['a name of 64 KB', put({ [text(65_536)]: 1 })],
  ['a read with an empty key', new GetCommand({ TableName, Key: key('') })],
  ['a read with a long key', new GetCommand({ TableName, Key: key(text(1025)) })],
  ['a read with more than the key', new GetCommand({ TableName, Key: { ...key(), v: 1 } })],
  ['a deletion with an empty key', new DeleteCommand({ TableName, Key: key('') })],
  ['a query of an empty partition', query('PK = :p', { ':p': '' })],
  ['a query of a long partition', query('PK = :p', { ':p': text(2049) })],
  ['a query for an empty key', query('PK = :p AND SK = :s', { ':s': '' })],
  ['a query for a long key', query('PK = :p AND SK = :s', { ':s': text(1025) })],
  ['a query for a long beginning', query('PK = :p AND begins_with(SK, :s)', { ':s': text(1025) })],
  ['a query for an empty beginning', query('PK = :p AND begins_with(SK, :s)', { ':s': '' })],
  ['a query up to an empty key', query('PK = :p AND SK BETWEEN :a AND :b', { ':a': 'a', ':b': '' })],
  [
    'a query between keys in the wrong order',
    query('PK = :p AND SK BETWEEN :b AND :a', { ':a': 'a', ':b': 'b' }),
  ],
  [
    'a query of an index for an empty key',
    query('PK = :p AND Email = :s', { ':s': '' }, { IndexName: 'by-email' }),
  ],
  [
    'a query by a name for a long key',
    query('PK = :p AND #k = :s', { ':s': text(1025) }, { ExpressionAttributeNames: { '#k': 'SK' } }),
  ],
  ['a consistent query of an index', query('PK = :p', {}, { IndexName: 'by-email', ConsistentRead: true })],
  ['a page of none', query('PK = :p', {}, { Limit: 0 })],
  ['a filter on the key', query('PK = :p', { ':s': 's' }, { FilterExpression: 'SK = :s' })],
  ['two conditions on the sort key', query('PK = :p AND SK > :a AND SK < :b', { ':a': 'a', ':b': 'b' })],
  ['a start in another partition', from({ PK: `${partition}x`, SK: 's' })],
  ['a start at an empty key', from(key(''))],
  ['a start at a long key', from(key(text(1025)))],
  ['a start with more than the key', from({ ...key(), v: 1 })],
  ['a value that no expression uses', update('SET a = :a', { ':a': 1, ':b': 2 })],
  [
    'a name that no expression uses',
    update('SET a = :a', { ':a': 1 }, { ExpressionAttributeNames: { '#x': 'x' } }),
  ],
  ['a value that is not given', update('SET a = :a, b = :b', { ':a': 1 })],
  ['a reserved word', update('SET Name = :a', { ':a': 'x' })],
  ['one path twice', update('SET a = :a, a = :b', { ':a': 1, ':b': 2 })],
  ['a path within another', update('SET m = :a, m.b = :b', { ':a': {}, ':b': 2 })],
  ['a part of nothing', update('SET nothing.b = :b', { ':b': 2 })],
  ['a change of the key', update('SET SK = :b', { ':b': 'x' })],
  ['an empty key of an index in an update', update('SET Email = :a', { ':a': '' })],
  ['a long key of an index in an update', update('SET Email = :a', { ':a': text(1025) })],
  ['an update to over 400 KB', update('SET v = :a', { ':a': text(410_000) })],
  [
    'an expression over 4 KB',
    update(`SET ${many(500, (n) => `attribute${n} = :a`).join(', ')}`, { ':a': 1 }),
  ],
  [
    'more than 100 operands',
    new DeleteCommand({
      TableName,
      Key: key('nothing'),
      ConditionExpression: `a IN (${many(101, (n) => `:v${n}`).join(', ')})`,
      ExpressionAttributeValues: Object.fromEntries(many(101, (n) => [`:v${n}`, n])),
    }),
  ],
  ['a transaction of 101', transact(...many(101, (n) => key(`t${n}`)))],
  ['a transaction of none', transact()],
  ['a transaction over 4 MB', transact(...many(13, (n) => ({ ...key(`m${n}`), v: text(350_000) })))],
  ['one item twice in a transaction', transact(key('x'), key('x'))],
  ['an empty key in a transaction', transact(key(''), key('y'))],
  ['a long key in a transaction', transact(key(text(1025)), key('y'))],
  ['a long key of an index in a transaction', transact({ ...key('x'), Email: text(1025) }, key('y'))],
  ['a batch of 101 reads', batchGet(...many(101, (n) => key(`t${n}`)))],
  ['a batch with one key twice', batchGet(key(), key())],
  ['a batch with an empty key', batchGet(key(''))],
  ['a batch with a long key', batchGet(key(text(1025)))],
  ['a batch of no reads', batchGet()],
  ['a batch of 26 writes', batchWrite(...many(26, (n) => ({ PutRequest: { Item: key(`t${n}`) } })))],
  [
    'a batch with one item twice',
    batchWrite({ PutRequest: { Item: key() } }, { DeleteRequest: { Key: key() } }),
  ],
  ['a batch that deletes an empty key', batchWrite({ DeleteRequest: { Key: key('') } })],
  [
    'a batch that writes a long key of an index',
    batchWrite({ PutRequest: { Item: { ...key('x'), Name: text(1025) } } }),
  ],
])('%s is refused (S1.9)', async (_, command) => {
  await expect(documents.send(command as never)).rejects.toMatchObject({ name: 'ValidationException' });
});

test('another transaction with the same token is refused (S1.9)', async () => {
  const ClientRequestToken = crypto.randomUUID();
  const write = (v: number) =>
    new TransactWriteCommand({
      ClientRequestToken,
      TransactItems: ['a', 'b'].map((SK) => ({ Put: { TableName, Item: { ...key(SK), v } } })),
    });
  await documents.send(write(1));
  await documents.send(write(1));
  await expect(documents.send(write(2))).rejects.toMatchObject({
    name: 'IdempotentParameterMismatchException',
  });
});

test('keys at the limit are taken (S1.9)', async () => {
  const Item = { PK: `${partition}${text(2048 - partition.length)}`, SK: text(1024), Email: text(1024) };
  await documents.send(new PutCommand({ TableName, Item }));
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'PK = :p AND begins_with(SK, :s)',
      ExpressionAttributeValues: { ':p': Item.PK, ':s': Item.SK },
    }),
  );
  expect(Items).toEqual([Item]);
});
