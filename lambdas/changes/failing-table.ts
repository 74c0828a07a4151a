// Since when a change has been failing. Kept in the table, because each retry may run in another execution environment;
// and not derived from the record's own time, because in a backlog of hours every record is old before its first attempt.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '../table/client.ts';
import { failingKey } from '../table/keys.ts';
import type { TableChange } from './table-change.ts';

/** The stream keeps a record for 24 hours; after twice that this item is useless. */
const KEPT_SECONDS = 48 * 60 * 60;

/** Records that the change failed at `nowMs`, and returns when it first did; both in milliseconds since the epoch. */
export const noteFailing = async (
  { tenant, changeId }: Pick<TableChange, 'tenant' | 'changeId'>,
  nowMs: number,
): Promise<number> => {
  const { Attributes } = await documents.send(
    new UpdateCommand({
      TableName: tableName,
      Key: failingKey(tenant, changeId),
      UpdateExpression:
        'SET FailingSince = if_not_exists(FailingSince, :now), ExpiresAt = :end, Silent = :true',
      ExpressionAttributeValues: {
        ':now': nowMs,
        ':end': Math.ceil(nowMs / 1000) + KEPT_SECONDS,
        ':true': true,
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return Number(Attributes?.FailingSince ?? nowMs);
};
