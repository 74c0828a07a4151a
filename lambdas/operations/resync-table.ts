// Touches every resource and membership of a tenant, so that the stream has a record of its current state. These records are
// ordered with concurrent changes of clients; events published without the stream would not be.

import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { documents, tableName } from '../table/client.ts';
import { unlessConditionFails } from '../table/conditions.ts';
import { ENTRIES_FROM, membersPK, resourcesPK } from '../table/keys.ts';
import { queryPages } from '../table/query-pages.ts';
import { project } from '../table/read.ts';
import type { Key } from '../table/transact.ts';
import type { Incarnation } from '../tenants/tenant.ts';

const PARALLEL_MARKS = 16;

/** Marks the resources of a type; yields the ids of those marked, a page at a time. One deleted meanwhile stays deleted. */
export const markResources = (tenant: Incarnation, typeName: string, mark: string) =>
  markAll(resourcesPK(tenant, typeName), mark);

/** Marks the memberships of a group; yields the ids of the members marked, a page at a time. */
export const markMembers = (tenant: Incarnation, groupId: string, mark: string) =>
  markAll(membersPK(tenant, groupId), mark);

async function* markAll(PK: string, mark: string): AsyncGenerator<string[], void, void> {
  const query = {
    KeyConditionExpression: 'PK = :pk AND SK < :entries',
    ExpressionAttributeValues: { ':pk': PK, ':entries': ENTRIES_FROM },
    ...project(['PK', 'SK']),
  };
  for await (const items of queryPages(PK, query)) {
    const keys = items as unknown as Key[];
    const marked = await pMap(keys, (key) => markItem(key, mark), { concurrency: PARALLEL_MARKS });
    yield keys.filter((_, index) => marked[index]).map(({ SK }) => SK);
  }
}

/** Leaves version and ETag alone, because the resource does not change. */
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
