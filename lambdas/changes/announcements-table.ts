// How far the members are published that a group was created with, where one invocation could not publish all: every change
// of the note is a record of the stream, which has the next ones published.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { deleteItems } from '../table/batch-write.ts';
import { documents, tableName } from '../table/client.ts';
import { bornKey } from '../table/keys.ts';
import type { Incarnation } from '../tenants/tenant.ts';

export const noteAnnounced = async (tenant: Incarnation, groupId: string, after: string): Promise<void> => {
  await documents.send(
    new UpdateCommand({
      TableName: tableName,
      Key: bornKey(tenant, groupId),
      // A repetition that comes no further is a change too, or nobody would go on.
      UpdateExpression: 'ADD Slice :one SET #after = :after',
      ExpressionAttributeNames: { '#after': 'After' },
      ExpressionAttributeValues: { ':one': 1, ':after': after },
    }),
  );
};

export const endAnnouncement = (tenant: Incarnation, groupId: string): Promise<void> =>
  deleteItems([bornKey(tenant, groupId)]);
