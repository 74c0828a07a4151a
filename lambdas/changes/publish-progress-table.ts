// How far the initial members of a group (those it was created with) have been published, where one invocation could not
// publish them all. Each update of the item is a record in the stream, and that record triggers the next slice.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Incarnation } from '../platform/tenant.ts';
import type { MembershipSide } from '../resources/reader.ts';
import { deleteItems } from '../table/batch-write.ts';
import { documents, tableName } from '../table/client.ts';
import { publishProgressKey } from '../table/keys.ts';

/** Saves that the members of this life of the group are published up to the member id `after`. */
export const savePublishProgress = async (
  tenant: Incarnation,
  { id, life }: MembershipSide,
  after: string,
): Promise<void> => {
  await documents.send(
    new UpdateCommand({
      TableName: tableName,
      Key: publishProgressKey(tenant, id),
      // Incremented, so that the item changes even when a retry got no further: without a record there is no next slice.
      UpdateExpression: 'ADD Slice :one SET #after = :after, Life = :life',
      ExpressionAttributeNames: { '#after': 'After' },
      ExpressionAttributeValues: { ':one': 1, ':after': after, ':life': life },
    }),
  );
};

/** Deletes the progress once all members are published. Idempotent. */
export const deletePublishProgress = (tenant: Incarnation, groupId: string): Promise<void> =>
  deleteItems([publishProgressKey(tenant, groupId)]);
