// What an operator wants to know of every tenant at a glance, without reading a token.

import pMap from 'p-map';
import { readCounter } from '../resources/counters-table.ts';
import { countInIndex } from '../resources/resources-table.ts';
import { groupType, userType } from '../scim/resource-types.ts';
import { readActivity } from '../store/activity.ts';
import { type Closure, findClosure } from '../store/switches.ts';
import { listTenants, type TenantItem } from '../tenants/read-tenant.ts';
import type { Incarnation } from '../tenants/tenant.ts';
import { readInventory, type TokenInventory } from '../tokens/inventory.ts';

export interface TenantOverview extends TenantItem {
  /** As the counters have it, a moment ago. */
  readonly users: number;
  readonly groups: number;
  /** Noted once an hour. */
  readonly lastRequestAt: Date | undefined;
  readonly closure: Closure | undefined;
  /** Undefined when the tenant has no secret. */
  readonly tokens: TokenInventory | undefined;
}

/** So many tenants are looked at together. */
const PARALLEL = 10;

/** All tenants, by id. */
export const listOverviews = async (): Promise<TenantOverview[]> =>
  pMap(await listTenants(), readOverview, { concurrency: PARALLEL });

const readOverview = async (tenant: TenantItem): Promise<TenantOverview> => {
  const { incarnation } = tenant;
  const count = async (typeName: string) =>
    (await readCounter(incarnation, typeName)) ?? countInIndex(incarnation, typeName);
  const [users, groups, { lastRequestAt }, closure, tokens] = await Promise.all([
    count(userType.name),
    count(groupType.name),
    readActivity(incarnation),
    findClosure(incarnation),
    readInventory(incarnation),
  ]);
  return { ...tenant, users, groups, lastRequestAt, closure, tokens };
};

/** How many users and groups the tenant has; walks an index, so it takes a second per 100,000 or so. */
export const countDirectory = async (tenant: Incarnation): Promise<{ users: number; groups: number }> => {
  const [users, groups] = await Promise.all([
    countInIndex(tenant, userType.name),
    countInIndex(tenant, groupType.name),
  ]);
  return { users, groups };
};
