// What an operator wants to know of every tenant at a glance, without reading a token.

import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import { readInventory, type TokenInventory } from '../credentials/inventory.ts';
import { readCounters } from '../resources/counters-table.ts';
import { countInIndex } from '../resources/resources-table.ts';
import { groupType, userType } from '../scim/schemas/resource-types.ts';
import { readActivities } from '../tenants/activity-table.ts';
import { listTenants, type TenantItem } from '../tenants/read-tenant.ts';
import { silentSince } from '../tenants/silence.ts';
import { type Closure, findClosures } from '../tenants/switches-table.ts';
import type { Incarnation } from '../tenants/tenant.ts';

export interface TenantOverview extends TenantItem {
  /** As the counters have it, a moment ago. */
  readonly users: number;
  readonly groups: number;
  /** Noted once an hour. */
  readonly lastRequestAt: Date | undefined;
  /** The last request of a tenant that stopped asking (silence.ts). */
  readonly silentSince: Date | undefined;
  readonly closure: Closure | undefined;
  /** Undefined when the tenant has no secret. */
  readonly tokens: TokenInventory | undefined;
}

/** A batch of the table's. */
const TOGETHER = 50;

/** Indexes that are walked at once, where counters do not have everything. */
const WALKS = 4;

/**
 * Secrets Manager gives an account 50 calls a second that list the versions of a secret, and no listing of all secrets has
 * the age of a version: so many a second leave some to others. 2,000 tenants take 50 s.
 */
const INVENTORIES_PER_SECOND = 40;

export interface Watching {
  /** Called after each tenant. */
  readonly onProgress?: (done: number, all: number) => void;
  readonly inventoriesPerSecond?: number;
}

/** All tenants, by id. Of the table 5 calls for 50 tenants, of Secrets Manager one for each. */
export const listOverviews = async ({
  onProgress,
  inventoriesPerSecond = INVENTORIES_PER_SECOND,
}: Watching = {}): Promise<TenantOverview[]> => {
  const tenants = await listTenants();
  const begun = performance.now();
  let [asked, done] = [0, 0];
  const inventory = async ({ incarnation }: TenantItem) => {
    const due = begun + (asked++ * 1000) / inventoriesPerSecond;
    await sleep(Math.max(0, due - performance.now()));
    const found = await readInventory(incarnation);
    onProgress?.(++done, tenants.length);
    return found;
  };
  const found: TenantOverview[] = [];
  for (let at = 0; at < tenants.length; at += TOGETHER) {
    found.push(...(await readOverviews(tenants.slice(at, at + TOGETHER), inventory)));
  }
  return found;
};

const readOverviews = async (
  tenants: readonly TenantItem[],
  inventory: (tenant: TenantItem) => Promise<TokenInventory | undefined>,
): Promise<TenantOverview[]> => {
  const incarnations = tenants.map(({ incarnation }) => incarnation);
  const [users, groups, activities, closures, inventories] = await Promise.all([
    countAll(incarnations, userType.name),
    countAll(incarnations, groupType.name),
    readActivities(incarnations),
    findClosures(incarnations),
    pMap(tenants, inventory, { concurrency: 10 }),
  ]);
  const now = new Date();
  return tenants.map((tenant, index) => {
    const [activity, closure] = [activities[index], closures[index]];
    return {
      ...tenant,
      users: users[index] ?? 0,
      groups: groups[index] ?? 0,
      lastRequestAt: activity?.lastRequestAt,
      silentSince: activity && silentSince(activity, closure, now),
      closure,
      tokens: inventories[index],
    };
  });
};

const countAll = async (tenants: readonly Incarnation[], typeName: string): Promise<number[]> => {
  const counters = await readCounters(tenants.map((tenant) => ({ tenant, typeName })));
  return pMap(tenants, async (tenant, index) => counters[index] ?? countInIndex(tenant, typeName), {
    concurrency: WALKS,
  });
};

/** How many users and groups the tenant has; walks an index, so it takes a second per 100,000 or so. */
export const countDirectory = async (tenant: Incarnation): Promise<{ users: number; groups: number }> => {
  const [users, groups] = await Promise.all([
    countInIndex(tenant, userType.name),
    countInIndex(tenant, groupType.name),
  ]);
  return { users, groups };
};
