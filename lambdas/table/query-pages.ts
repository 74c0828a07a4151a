// A query that goes on until its partition ends: DynamoDB answers with 1 MB at most, and says where to continue.

import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { documents, pagePatience, tableName } from './client.ts';
import type { TableItem } from './read.ts';

/** A strongly consistent read unit is for so many bytes. */
const BYTES_PER_UNIT = 4096;

/**
 * The items of a partition in the order of their sort keys, page by page; of the table, strongly consistent, unless
 * `more` says otherwise (an index allows no consistency). `onBytes` hears how much of the table each page was, to the 4 KB.
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
      onBytes && pagePatience,
    );
    onBytes?.((ConsumedCapacity?.CapacityUnits ?? 0) * BYTES_PER_UNIT);
    yield Items;
    start = LastEvaluatedKey;
  } while (start);
};
