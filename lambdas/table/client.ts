// The DynamoDB client, one per function, created at cold start.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { readEnvironment } from '../platform/environment.ts';
import { signWithCachedKey } from '../platform/request-signer.ts';
import { storeTimeoutMs } from '../platform/store-timeout.ts';

/** The one table, for all tenants. */
export const { TABLE_NAME: tableName } = readEnvironment({ TABLE_NAME: v.pipe(v.string(), v.minLength(3)) });

/** Ends an attempt at a call that got no byte for this long; the SDK makes four. */
const ATTEMPT_TIMEOUT_MS = storeTimeoutMs(1_000);

/** The timeout for a page of a list, which may be 1 MB: an option of `send`. */
export const pageTimeout = { requestTimeout: storeTimeoutMs(3_000) } as const;

const client = new DynamoDBClient({
  requestHandler: {
    connectionTimeout: ATTEMPT_TIMEOUT_MS,
    requestTimeout: ATTEMPT_TIMEOUT_MS,
    throwOnRequestTimeout: true,
    // Between two bytes of an answer that has begun.
    socketTimeout: pageTimeout.requestTimeout,
  },
});
// Each of these lines only saves CPU (`npm run bench`); without it the client does the same.
signWithCachedKey(client);
client.middlewareStack.remove('loggerMiddleware');

/** The document client: items are plain JavaScript objects, and undefined attributes are left out. */
export const documents = DynamoDBDocumentClient.from(client, {
  marshallOptions: { removeUndefinedValues: true },
});
