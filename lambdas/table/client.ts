// The DynamoDB client, one per function, created at cold start.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { readEnvironment } from '../platform/environment.ts';

/** The one table, for all tenants. */
export const { TABLE_NAME: tableName } = readEnvironment({ TABLE_NAME: v.pipe(v.string(), v.minLength(3)) });

/** The document client: items are plain JavaScript objects, and undefined attributes are left out. */
export const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});
