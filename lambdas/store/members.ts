// Memberships: one item each, so that parallel changes of one group never overwrite one another and the cost of a change
// does not grow with the group.

import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Incarnation } from '../tenants/tenant.ts';
import { batchWrite } from '../table/batch-write.ts';
import { documents, tableName } from '../table/client.ts';
import { groupsOfPK, membersPK, resourcesPK, silent } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import { fromItem, type ResourceItem, type StoredResource } from './resources.ts';
import { retryConflicts } from '../table/retry.ts';

export interface Member {
  readonly id: string;
  readonly type: 'User' | 'Group';
}

/** Makes each of `members` a member; one that is already stays as it is. */
export const putMembers = (tenant: Incarnation, groupId: string, members: Iterable<Member>): Promise<void> =>
  batchWrite(
    Array.from(members).flatMap(({ id, type }) => [
      { PutRequest: { Item: { PK: membersPK(tenant, groupId), SK: id, Type: type } } },
      { PutRequest: { Item: { PK: groupsOfPK(tenant, id), SK: groupId, ...silent } } },
    ]),
  );

/** Ends each membership; one that does not exist is no error. */
export const deleteMembers = (
  tenant: Incarnation,
  groupId: string,
  memberIds: Iterable<string>,
): Promise<void> =>
  batchWrite(
    Array.from(memberIds).flatMap((id) => [
      { DeleteRequest: { Key: { PK: membersPK(tenant, groupId), SK: id } } },
      { DeleteRequest: { Key: { PK: groupsOfPK(tenant, id), SK: groupId } } },
    ]),
  );

/** One strongly consistent read, whatever the size of the group. */
export const isMember = async (tenant: Incarnation, groupId: string, memberId: string): Promise<boolean> => {
  const { Item } = await documents.send(
    new GetCommand({
      TableName: tableName,
      Key: { PK: membersPK(tenant, groupId), SK: memberId },
      ProjectionExpression: 'SK',
      ConsistentRead: true,
    }),
  );
  return Item !== undefined;
};

/** All members by id, strongly consistent, in pages of 1 MB at most (about 5,000 members). */
export const walkMembers = async function* (
  tenant: Incarnation,
  groupId: string,
): AsyncGenerator<Member[], void, void> {
  for await (const items of queryPages(membersPK(tenant, groupId))) {
    yield items.map(({ SK, Type }) => ({ id: String(SK), type: Type as Member['type'] }));
  }
};

/** The ids of the groups that `memberId` is directly in, strongly consistent; some may be deleted already. */
export const findGroupIdsOf = async (tenant: Incarnation, memberId: string): Promise<string[]> => {
  const pages = await Array.fromAsync(queryPages(groupsOfPK(tenant, memberId)));
  return pages.flat().map(({ SK }) => String(SK));
};

/**
 * Counts one more write of the group, so that its entity tag tells of a change of members. A single-item update never
 * conflicts with another one, as transactions on the group would. The group as it is then; undefined when there is no such group, or none of
 * version `ifVersion`.
 */
export const touchGroup = async (
  tenant: Incarnation,
  groupId: string,
  now: number,
  ifVersion?: number,
): Promise<StoredResource | undefined> => {
  try {
    const { Attributes } = await retryConflicts(() =>
      documents.send(
        new UpdateCommand({
          TableName: tableName,
          Key: { PK: resourcesPK(tenant, 'Group'), SK: groupId },
          UpdateExpression: 'ADD Version :one SET LastModified = :now',
          ConditionExpression: ifVersion === undefined ? 'attribute_exists(PK)' : 'Version = :version',
          ExpressionAttributeValues: {
            ':one': 1,
            ':now': now,
            ...(ifVersion !== undefined && { ':version': ifVersion }),
          },
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    return Attributes && fromItem(Attributes as ResourceItem);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
};
