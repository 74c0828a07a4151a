// An item that the deployment writes once a minute, so that the stream has a record to deliver even when there is no
// traffic. It costs a write unit and an invocation a minute: 0.03 and 0.02 USD a month (us-east-1).

import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { documents, tableName } from '../table/client.ts';
import { canaryKey } from '../table/keys.ts';

/** Writes the canary with the time in it (`nowMs`, milliseconds), because only a write that changes an item has a record. */
export const writeCanary = async (nowMs: number): Promise<void> => {
  await documents.send(new PutCommand({ TableName: tableName, Item: { ...canaryKey, At: nowMs } }));
};

/** Whether a stream record is the canary's; no follower acts on it. */
export const isCanary = ({ dynamodb }: DynamoDBRecord): boolean =>
  dynamodb?.Keys?.PK?.S === canaryKey.PK && dynamodb.Keys.SK?.S === canaryKey.SK;
