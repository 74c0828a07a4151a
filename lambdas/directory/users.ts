// Users: every attribute is stored, but for the groups they are in.

import type { Tenant } from '../tenants/tenant.ts';
import { locate } from '../scim/representation.ts';
import { groupType } from '../scim/resource-types.ts';
import { findGroupIdsOf, isMember } from '../store/members.ts';
import { getResources } from '../store/resources.ts';
import type { AnswerBudget, ComputedAttribute } from './computed-attribute.ts';
import { type Defaults, resourceService } from './resource-service.ts';

const GROUPS_PER_READ = 100;

/** The direct groups of a user. A group that is gone is left out, though its memberships may still be there. */
export const groupsOfUser: ComputedAttribute = {
  name: 'groups',
  load: async (tenant, userId, budget, only) => {
    const ids = await findGroupIds(tenant, userId, only);
    const groups = [];
    for (let at = 0; at < ids.length; at += GROUPS_PER_READ) {
      groups.push(...(await readGroups(tenant, ids.slice(at, at + GROUPS_PER_READ), budget)));
    }
    return groups;
  },
};

const findGroupIds = async (
  tenant: Tenant,
  userId: string,
  only: string | undefined,
): Promise<readonly string[]> => {
  if (only === undefined) return findGroupIdsOf(tenant.id, userId);
  return (await isMember(tenant.id, only, userId)) ? [only] : [];
};

const readGroups = async (tenant: Tenant, ids: readonly string[], budget: AnswerBudget) =>
  (await getResources(tenant.id, groupType.name, ids)).map((group) => {
    const value = {
      value: group.id,
      $ref: locate(tenant.tenantUrl, groupType.endpoint, group.id),
      display: group.attributes.displayName ?? '',
      type: 'direct',
    };
    budget.spend(value);
    return value;
  });

/** A new user is active unless the client says otherwise; a PUT that leaves `active` out lets nobody back in. */
const userDefaults: Defaults = (current) => ({ active: current?.active ?? true });

export const users = resourceService(({ user }) => user, groupsOfUser, userDefaults);
