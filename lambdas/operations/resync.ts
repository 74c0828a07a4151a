// Publishes the current state of a tenant again, for a subscriber that is new or missed events.

import { groupType, userType } from '../scim/schemas/resource-types.ts';
import type { Incarnation } from '../tenants/tenant.ts';
import { markMembers, markResources } from './resync-table.ts';

/** How many of each will be published. */
interface ResyncCounts {
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
}

/**
 * Publishes every user, group and membership as `user.created`, `group.created` and `group.member.added` with `resync`,
 * through the stream and the bus like any other event. Costs one write each; `onProgress` is called with the counts so far.
 */
export const resyncTenant = async (
  tenant: Incarnation,
  onProgress: (soFar: ResyncCounts) => void = () => {},
): Promise<ResyncCounts> => {
  const mark = String(Date.now());
  let counts = { users: 0, groups: 0, memberships: 0 };
  const add = (more: Partial<ResyncCounts>) => {
    counts = {
      users: counts.users + (more.users ?? 0),
      groups: counts.groups + (more.groups ?? 0),
      memberships: counts.memberships + (more.memberships ?? 0),
    };
    onProgress(counts);
  };
  for await (const ids of markResources(tenant, userType.name, mark)) add({ users: ids.length });
  for await (const ids of markResources(tenant, groupType.name, mark)) {
    add({ groups: ids.length });
    for (const id of ids) {
      for await (const members of markMembers(tenant, id, mark)) add({ memberships: members.length });
    }
  }
  return counts;
};
