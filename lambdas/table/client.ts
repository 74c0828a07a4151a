// The one DynamoDB client of a function, made at cold start.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { readEnvironment } from '../platform/environment.ts';
import { patienceMs } from '../platform/patience.ts';

export const { TABLE_NAME: tableName } = readEnvironment({ TABLE_NAME: v.pipe(v.string(), v.minLength(3)) });

/** An attempt at a call ends when no byte came for so long; the SDK makes three. */
const ATTEMPT_MS = patienceMs(1_000);

/** The same for a page of a walk, which may be 1 MB: for `send`. */
export const pagePatience = { requestTimeout: patienceMs(3_000) } as const;

export const documents = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    requestHandler: {
      connectionTimeout: ATTEMPT_MS,
      requestTimeout: ATTEMPT_MS,
      throwOnRequestTimeout: true,
      // Between two bytes of an answer that has begun.
      socketTimeout: pagePatience.requestTimeout,
    },
  }),
  { marshallOptions: { removeUndefinedValues: true } },
);
