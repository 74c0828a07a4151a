// Refuses what DynamoDB refuses and its emulators let pass: mostly keys that are empty or too long, where nothing is written.
// What they refuse themselves is not repeated here; test/bin/local/table/strict-calls.test.ts has the whole list.

import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { indexes, tableKey } from '../../../lambdas/table/keys.ts';

/** In bytes (DynamoDB Developer Guide, "Quotas"). */
const MAX_PARTITION_KEY_BYTES = 2048;
const MAX_SORT_KEY_BYTES = 1024;
const MAX_NAME_BYTES = 65_535;

/** Operands of one IN. */
const MAX_OPERANDS = 100;

const keys = [tableKey, ...Object.values(indexes)];
const partitionKeys: ReadonlySet<string> = new Set(keys.map(({ partitionKey }) => partitionKey));
const sortKeys: ReadonlySet<string> = new Set(keys.map(({ sortKey }) => sortKey));

type Fields = Readonly<Record<string, unknown>>;

/** The members of an input that are read here; each command has some of them. */
interface Input {
  readonly KeyConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Fields;
  readonly ExclusiveStartKey?: Fields;
  readonly Item?: Fields;
  readonly TransactItems?: readonly Readonly<Record<string, Input>>[];
  readonly RequestItems?: Readonly<Record<string, readonly { readonly PutRequest?: Input }[]>>;
}

/** Makes every document client check its calls first. Repeated, it changes nothing. */
export const refuseLikeDynamoDB = ({ prototype }: { readonly prototype: DynamoDBDocumentClient }): void => {
  const send = prototype.send as ((...args: unknown[]) => Promise<unknown>) & { isStrict?: boolean };
  if (send.isStrict) return;
  const strict = async function (this: unknown, ...args: unknown[]): Promise<unknown> {
    const [command] = args as [{ readonly input: Input }];
    assertValid(command.input);
    return send.apply(this, args);
  };
  Object.assign(prototype, { send: Object.assign(strict, { isStrict: true }) });
};

const assertValid = (input: Input): void => {
  assertKeyConditions(input);
  assertUpdate(input);
  assertStartKey(input);
  assertItem(input.Item);
  for (const expression of [input.ConditionExpression, input.FilterExpression]) assertFewOperands(expression);
  for (const writes of input.TransactItems ?? []) Object.values(writes).forEach(assertValid);
  for (const writes of Object.values(input.RequestItems ?? {})) {
    if (Array.isArray(writes)) for (const { PutRequest } of writes) assertItem(PutRequest?.Item);
  }
};

/** The comparisons of a key condition; ours are `name operator :value`, `begins_with(name, :value)` and BETWEEN. */
const COMPARISONS = [
  /(#?\w+) *(?:=|<=|>=|<|>) *(:\w+)/g,
  /begins_with *\( *(#?\w+) *, *(:\w+) *\)/g,
  /(#?\w+) +BETWEEN +(:\w+)/gi,
  /(#?\w+) +BETWEEN +:\w+ +AND +(:\w+)/gi,
];

const assertKeyConditions = (input: Input): void => {
  for (const comparison of COMPARISONS)
    for (const [name, value] of pairsIn(input.KeyConditionExpression, comparison, input))
      assertKeyValue(name, value);
};

const assertUpdate = (input: Input): void => {
  for (const [name, value] of pairsIn(input.UpdateExpression, /(#?\w+) *= *(:\w+)/g, input))
    if (sortKeys.has(name)) assertKeyValue(name, value);
};

/** The names and values that `pair` finds in an expression. */
const pairsIn = (
  expression: string | undefined,
  pair: RegExp,
  { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} }: Input,
): [name: string, value: unknown][] =>
  Array.from((expression ?? '').matchAll(pair), ([, name = '', value = '']) => [
    names[name] ?? name,
    values[value],
  ]);

const assertStartKey = ({ ExclusiveStartKey: start, ...input }: Input): void => {
  if (!start) return;
  for (const [name, value] of Object.entries(start)) assertKeyValue(name, value);
  const [, name = '', value = ''] = /(#?\w+) *= *(:\w+)/.exec(input.KeyConditionExpression ?? '') ?? [];
  const partition = input.ExpressionAttributeNames?.[name] ?? name;
  if (partitionKeys.has(partition) && start[partition] !== input.ExpressionAttributeValues?.[value])
    throw invalid('The provided starting key is outside query boundaries based on provided conditions');
};

const assertItem = (item: Fields = {}): void => {
  for (const [name, value] of Object.entries(item)) {
    if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw invalid('Attribute name is too large');
    if (partitionKeys.has(name) || sortKeys.has(name)) assertKeyValue(name, value);
  }
};

const assertKeyValue = (name: string, value: unknown): void => {
  if (typeof value !== 'string') return;
  if (value === '')
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
    );
  const isPartition = partitionKeys.has(name);
  const max = isPartition ? MAX_PARTITION_KEY_BYTES : MAX_SORT_KEY_BYTES;
  if (Buffer.byteLength(value) > max)
    throw invalid(
      `One or more parameter values were invalid: Size of ${isPartition ? 'hashkey' : 'rangekey'} has exceeded the maximum size limit of ${max} bytes`,
    );
};

const assertFewOperands = (expression = ''): void => {
  for (const [, operands = ''] of expression.matchAll(/ IN *\(([^)]*)\)/gi)) {
    if (operands.split(',').length > MAX_OPERANDS)
      throw invalid('Invalid expression: Too many operands for operator IN; the maximum is 100');
  }
};

const invalid = (message: string): DynamoDBServiceException =>
  new DynamoDBServiceException({
    name: 'ValidationException',
    message,
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });
