// Notes of since when a change cannot be followed. In the table, because a record comes back to any container and a failing
// one may be replaced with each attempt; and not by the record's own time, which says when it was written: in a backlog
// of hours everything is old, and nothing has been tried yet.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { documents, tableName } from '../table/client.ts';
import { failingKey } from '../table/keys.ts';
import type { TableChange } from './table-change.ts';

/** The stream has a record for a day, and a note is of no use for longer. */
const NOTED_SECONDS = 48 * 60 * 60;

/** Notes that the change failed at `nowMs`; answers with when it did so for the first time. */
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
        ':end': Math.ceil(nowMs / 1000) + NOTED_SECONDS,
        ':true': true,
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return Number(Attributes?.FailingSince ?? nowMs);
};
