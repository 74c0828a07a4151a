// The one DynamoDB client of a function, made at cold start.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { readEnvironment } from '../platform/environment.ts';

export const { TABLE_NAME: tableName } = readEnvironment({ TABLE_NAME: v.pipe(v.string(), v.minLength(3)) });

export const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});
