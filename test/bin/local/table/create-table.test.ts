// The table of the test run itself, as the store will find it.

import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { tableName } from '../../../../lambdas/table/client.ts';
import { indexes } from '../../../../lambdas/table/keys.ts';

test('every test run has a table with the indexes of the store', async () => {
  const { Table } = await new DynamoDBClient({}).send(new DescribeTableCommand({ TableName: tableName }));

  expect(Table?.TableStatus).toBe('ACTIVE');
  expect(Table?.GlobalSecondaryIndexes?.map((index) => index.IndexName).sort()).toEqual(
    Object.values(indexes)
      .map((index) => index.indexName)
      .sort(),
  );
});
