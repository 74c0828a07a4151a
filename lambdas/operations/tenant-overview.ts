// An overview of all tenants for `tenant list`, without reading their tokens.

import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import { readInventory, type TokenInventory } from '../credentials/inventory.ts';
import { now } from '../platform/clock.ts';
import type { Incarnation } from '../platform/tenant.ts';
import { readCounters } from '../resources/counters-table.ts';
import { countInIndex } from '../resources/resources-table.ts';
import { groupType, userType } from '../scim/schemas/resource-types.ts';
import { readActivities } from '../tenants/activity-table.ts';
import { listTenants, type TenantItem } from '../tenants/read-tenant.ts';
import { silentSince } from '../tenants/silence.ts';
import { type Closure, findClosures } from '../tenants/switches-table.ts';

/** A tenant, with its counts, activity and tokens. */
export interface TenantOverview extends TenantItem {
  /** From the counter, which lags by a moment. */
  readonly users: number;
  /** From the counter, which lags by a moment. */
  readonly groups: number;
  /** Precise to the hour; undefined when there was none. */
  readonly lastRequestAt: Date | undefined;
  /** The last request, if the tenant counts as silent (tenants/silence.ts). */
  readonly silentSince: Date | undefined;
  /** Undefined when requests are accepted. */
  readonly closure: Closure | undefined;
  /** Undefined when the tenant has no secret. */
  readonly tokens: TokenInventory | undefined;
}

/** Tenants that are read in one batch. */
const TENANTS_PER_BATCH = 50;

/** Indexes that are counted in parallel, where a counter is missing. */
const PARALLEL_WALKS = 4;

/**
 * Secrets Manager allows an account 50 ListSecretVersionIds calls a second, and ListSecrets does not return the age of a
 * version. This rate leaves some of that to others; 2,000 tenants take 50 s.
 */
const INVENTORIES_PER_SECOND = 40;

interface OverviewOptions {
  /** Called after each tenant. */
  readonly onProgress?: (done: number, all: number) => void;
  readonly inventoriesPerSecond?: number;
}

/** All tenants, by id. Takes 5 DynamoDB calls per 50 tenants, and one call to Secrets Manager per tenant. */
export const listOverviews = async ({
  onProgress,
  inventoriesPerSecond = INVENTORIES_PER_SECOND,
}: OverviewOptions = {}): Promise<TenantOverview[]> => {
  const tenants = await listTenants();
  const begun = now();
  let [asked, done] = [0, 0];
  const inventory = async ({ incarnation }: TenantItem) => {
    const due = begun + (asked++ * 1000) / inventoriesPerSecond;
    await sleep(Math.max(0, due - now()));
    const found = await readInventory(incarnation);
    onProgress?.(++done, tenants.length);
    return found;
  };
  const found: TenantOverview[] = [];
  for (let at = 0; at < tenants.length; at += TENANTS_PER_BATCH) {
    found.push(...(await readOverviews(tenants.slice(at, at + TENANTS_PER_BATCH), inventory)));
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
  const nowMs = now();
  return tenants.map((tenant, index) => {
    const [activity, closure] = [activities[index], closures[index]];
    return {
      ...tenant,
      users: users[index] ?? 0,
      groups: groups[index] ?? 0,
      lastRequestAt: activity?.lastRequestAt,
      silentSince: activity && silentSince(activity, closure, nowMs),
      closure,
      tokens: inventories[index],
    };
  });
};

const countAll = async (tenants: readonly Incarnation[], typeName: string): Promise<number[]> => {
  const counters = await readCounters(tenants.map((tenant) => ({ tenant, typeName })));
  return pMap(tenants, async (tenant, index) => counters[index] ?? countInIndex(tenant, typeName), {
    concurrency: PARALLEL_WALKS,
  });
};

/** The exact number of users and groups; counts an index, so it takes about a second per 100,000. */
export const countDirectory = async (tenant: Incarnation): Promise<{ users: number; groups: number }> => {
  const [users, groups] = await Promise.all([
    countInIndex(tenant, userType.name),
    countInIndex(tenant, groupType.name),
  ]);
  return { users, groups };
};
