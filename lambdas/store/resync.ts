// Marks every resource and membership of a tenant, so that the stream tells of each as it is now: in order with the
// changes that clients make meanwhile, which a list of the state that was published beside the stream could not be.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Incarnation } from '../tenants/tenant.ts';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { membersPK, resourcesPK } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';

const PARALLEL_MARKS = 16;

interface Key {
  readonly PK: string;
  readonly SK: string;
}

/** Marks the resources of a type; answers with their ids, a page at a time. What is deleted meanwhile stays deleted. */
export const markResources = (tenant: Incarnation, typeName: string, mark: string) =>
  markAll(resourcesPK(tenant, typeName), mark);

/** Marks the memberships of a group; answers with the ids of its members, a page at a time. */
export const markMembers = (tenant: Incarnation, groupId: string, mark: string) =>
  markAll(membersPK(tenant, groupId), mark);

async function* markAll(PK: string, mark: string): AsyncGenerator<string[], void, void> {
  for await (const items of queryPages(PK, { ProjectionExpression: 'PK, SK' })) {
    const keys = items as unknown as Key[];
    const waiting = [...keys];
    const worker = async () => {
      for (let key = waiting.shift(); key; key = waiting.shift()) await markItem(key, mark);
    };
    await Promise.all(Array.from({ length: PARALLEL_MARKS }, worker));
    yield keys.map(({ SK }) => SK);
  }
}

/** Neither version nor entity tag change: the resource does not. */
const markItem = (Key: Key, mark: string) =>
  unlessConditionFails(
    documents.send(
      new UpdateCommand({
        TableName: tableName,
        Key,
        UpdateExpression: 'SET Resync = :mark',
        ConditionExpression: 'attribute_exists(PK)',
        ExpressionAttributeValues: { ':mark': mark },
      }),
    ),
  );
