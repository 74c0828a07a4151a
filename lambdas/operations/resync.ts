// Tells the state of a tenant again, for a product that missed events or is new.

import { groupType, userType } from '../scim/schemas/resource-types.ts';
import type { Incarnation } from '../tenants/tenant.ts';
import { markMembers, markResources } from './resync-table.ts';

/** How many of each were marked. */
export interface Resynced {
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
}

/**
 * Has the product told of every user, group and membership again: as `user.created`, `group.created` and
 * `group.member.added` with `resync`, through the stream and the bus like every other event. Costs a write each;
 * `onProgress` hears how far it is.
 */
export const resyncTenant = async (
  tenant: Incarnation,
  onProgress: (soFar: Resynced) => void = () => {},
): Promise<Resynced> => {
  const mark = String(Date.now());
  let told = { users: 0, groups: 0, memberships: 0 };
  const tell = (more: Partial<Resynced>) => {
    told = {
      users: told.users + (more.users ?? 0),
      groups: told.groups + (more.groups ?? 0),
      memberships: told.memberships + (more.memberships ?? 0),
    };
    onProgress(told);
  };
  for await (const ids of markResources(tenant, userType.name, mark)) tell({ users: ids.length });
  for await (const ids of markResources(tenant, groupType.name, mark)) {
    tell({ groups: ids.length });
    for (const id of ids) {
      for await (const members of markMembers(tenant, id, mark)) tell({ memberships: members.length });
    }
  }
  return told;
};
