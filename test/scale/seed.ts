// Directories too large to create request by request: the items that the handlers would have written,
// 25 a call.

import '../support/own-table.ts';
import pMap from 'p-map';
import type { Incarnation } from '../../lambdas/platform/tenant.ts';
import { newResource } from '../../lambdas/resources/change-resource.ts';
import { putMembers, splitIntoTransactions } from '../../lambdas/resources/facets/members-table.ts';
import { itemsOf } from '../../lambdas/resources/resource-item.ts';
import { groupType, userType } from '../../lambdas/scim/schemas/resource-types.ts';
import type { ResourceType } from '../../lambdas/scim/schemas/schema.ts';
import { batchWrite } from '../../lambdas/table/batch-write.ts';
import { counterKey, unfollowed } from '../../lambdas/table/keys.ts';
import type { ScimClient } from '../support/scim-client.ts';
import { person } from './person.ts';
import { tellCount } from './progress.ts';

/** Users in memory at a time. */
const CHUNK = 2_500;

/** Creates the client's tenant with users `p0`, `p1`, …; answers with their ids in that order. */
export const seedTenant = async (client: ScimClient, users: number): Promise<string[]> => {
  const tenant = await client.createTenant();
  const ids: string[] = [];
  const count = tellCount('seeded', users);
  while (ids.length < users) {
    const chunk = Array.from({ length: Math.min(CHUNK, users - ids.length) }, (_, index) =>
      newResource(userType, person(`p${ids.length + index}`)),
    );
    await batchWrite(chunk.flatMap((user) => putsOf(tenant, userType, user)));
    ids.push(...chunk.map(({ id }) => id));
    count(chunk.length);
  }
  // As the changes function would leave it.
  const counter = { ...counterKey(tenant, userType.name), ...unfollowed, Resources: users, Complete: true };
  await batchWrite([{ PutRequest: { Item: counter } }]);
  return ids;
};

/** Creates a group with these users; answers with its id. */
export const seedGroup = async (
  tenant: Incarnation,
  displayName: string,
  memberIds: readonly string[],
): Promise<string> => {
  const group = newResource(groupType, { displayName });
  for (let at = 0; at < memberIds.length; at += CHUNK) {
    const members = memberIds.slice(at, at + CHUNK).map((id) => ({ id, type: 'User' as const, life: 1 }));
    await pMap(splitIntoTransactions(members), (some) => putMembers(tenant, group.id, some), {
      concurrency: 4,
    });
  }
  await batchWrite(putsOf(tenant, groupType, group));
  return group.id;
};

const putsOf = (tenant: Incarnation, type: ResourceType, resource: ReturnType<typeof newResource>) =>
  itemsOf(tenant, type.name, resource).map((Item) => ({ PutRequest: { Item } }));
