// A query that goes on until its partition ends: DynamoDB answers with 1 MB at most, and says where to continue.

import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from './client.ts';
import type { TableItem } from './read.ts';

/**
 * The items of a partition in the order of their sort keys, page by page; of the table, strongly consistent, unless
 * `more` says otherwise (an index allows no consistency; one with another partition needs its own key condition).
 */
export const queryPages = async function* (
  partition: string,
  more: Partial<QueryCommandInput> = {},
): AsyncGenerator<TableItem[], void, void> {
  let start = more.ExclusiveStartKey;
  do {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'PK = :pk',
        ExpressionAttributeValues: { ':pk': partition },
        ...(more.IndexName === undefined && { ConsistentRead: true }),
        ...more,
        ExclusiveStartKey: start,
      }),
    );
    yield Items;
    start = LastEvaluatedKey;
  } while (start);
};
