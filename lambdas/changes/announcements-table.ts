// Notes of how far the members that a group was created with have been published, where one invocation could not publish
// them all. Every change of a note is a record in the stream, and every record has the next members published.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { MembershipSide } from '../resources/reader.ts';
import { deleteItems } from '../table/batch-write.ts';
import { documents, tableName } from '../table/client.ts';
import { bornKey } from '../table/keys.ts';
import type { Incarnation } from '../tenants/tenant.ts';

/** Notes that the members up to `after` are published, of that life of the group. */
export const noteAnnounced = async (
  tenant: Incarnation,
  { id, life }: MembershipSide,
  after: string,
): Promise<void> => {
  await documents.send(
    new UpdateCommand({
      TableName: tableName,
      Key: bornKey(tenant, id),
      // Counted up, so that a repetition that got no further changes the note as well; otherwise nobody would go on.
      UpdateExpression: 'ADD Slice :one SET #after = :after, Life = :life',
      ExpressionAttributeNames: { '#after': 'After' },
      ExpressionAttributeValues: { ':one': 1, ':after': after, ':life': life },
    }),
  );
};

/** All members are published. Repeatable. */
export const endAnnouncement = (tenant: Incarnation, groupId: string): Promise<void> =>
  deleteItems([bornKey(tenant, groupId)]);
