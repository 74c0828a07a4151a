// Queries a whole partition: DynamoDB answers at most 1 MB a call, with a key to continue from.

import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { documents, pageTimeout, tableName } from './client.ts';
import type { TableItem } from './read.ts';

/** One strongly consistent read unit reads this many bytes. */
const BYTES_PER_READ_UNIT = 4096;

/**
 * The items of a partition in the order of their sort keys, page by page. Strongly consistent by default; a query of an
 * index, `IndexName` in `more`, is eventually consistent. `onBytes` is called with the bytes read for each page, rounded to
 * 4 KB.
 */
export const queryPages = async function* (
  partition: string,
  more: Partial<QueryCommandInput> = {},
  onBytes?: (bytes: number) => void,
): AsyncGenerator<TableItem[], void, void> {
  let start = more.ExclusiveStartKey;
  do {
    const {
      Items = [],
      LastEvaluatedKey,
      ConsumedCapacity,
    } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'PK = :pk',
        ExpressionAttributeValues: { ':pk': partition },
        ...(more.IndexName === undefined && { ConsistentRead: true }),
        ...(onBytes && { ReturnConsumedCapacity: 'TOTAL' }),
        ...more,
        ExclusiveStartKey: start,
      }),
      onBytes && pageTimeout,
    );
    onBytes?.((ConsumedCapacity?.CapacityUnits ?? 0) * BYTES_PER_READ_UNIT);
    yield Items;
    start = LastEvaluatedKey;
  } while (start);
};
