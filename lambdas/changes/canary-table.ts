// A note that the deployment writes to itself each minute, so that the stream has something to deliver although nobody
// writes. It costs a write unit and an invocation a minute: 0.03 and 0.02 USD a month (us-east-1).

import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { documents, tableName } from '../table/client.ts';
import { canaryKey } from '../table/keys.ts';

/** Writes the note with the time in it, because only what changes an item comes to the stream. `now` in milliseconds. */
export const writeCanary = async (now: number): Promise<void> => {
  await documents.send(new PutCommand({ TableName: tableName, Item: { ...canaryKey, At: now } }));
};

/** Whether a record of the stream is of the note; nobody acts on it. */
export const isCanary = ({ dynamodb }: DynamoDBRecord): boolean =>
  dynamodb?.Keys?.PK?.S === canaryKey.PK && dynamodb.Keys.SK?.S === canaryKey.SK;
