// A query that goes on until its partition ends: DynamoDB answers with 1 MB at most, and says where to continue.

import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from './client.ts';

type Item = Record<string, unknown>;

/**
 * The items of a partition in the order of their sort keys, page by page; of the table, strongly consistent, unless
 * `more` says otherwise (an `IndexName` needs its own key condition and allows no consistency).
 */
export const queryPages = async function* (
  partition: string,
  more: Partial<QueryCommandInput> = {},
): AsyncGenerator<Item[], void, void> {
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
