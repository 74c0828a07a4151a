// A tenant comes and goes in several steps, in two stores that share no transaction. Each step may be
// repeated, and the order is such that whatever was cut off is completed by doing the whole again.

import { randomUUID } from 'node:crypto';
import type { TenantId } from '../tenants/tenant.ts';
import { groupType, userType } from '../scim/resource-types.ts';
import { startCounter } from '../store/counters.ts';
import { eraseLog, eraseResources, eraseSettings } from '../store/erase.ts';
import { countResources } from '../store/lookups.ts';
import { close, open } from '../store/switches.ts';
import {
  findTenant,
  insertTenant,
  markTenantDeleting,
  removeTenant,
  type TenantItem,
  walkTenants,
} from '../store/tenants.ts';
import { createToken, deleteToken } from '../tokens/secrets.ts';
import { forgetSettings } from './tenant-settings.ts';
import { allTypes, typesOf } from './tenant-types.ts';
import { eraseWebhook } from './webhook-erasure.ts';

export type { TenantItem } from '../store/tenants.ts';

export class TenantError extends Error {
  override readonly name = 'TenantError';
  readonly code: 'noSuchTenant' | 'tenantExists' | 'beingDeleted';

  constructor(code: TenantError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Creates the tenant and its first token. The token comes first and the item, which says that the tenant
 * exists, last: after a crash in between, the next attempt finds no tenant, takes up the token that is there,
 * and succeeds. Throws a `TenantError` when the tenant exists.
 */
export const createTenant = async (id: TenantId): Promise<TenantItem & { readonly token: string }> => {
  const existing = await findTenant(id);
  if (existing) throw existing.deletingSince ? beingDeleted(id) : tenantExists(id);
  const { token } = await createToken({ tenant: id, keyId: randomUUID() });
  for (const { name } of [userType, groupType]) {
    // Of an earlier tenant with this id, in whose deletion a request was still under way.
    await eraseResources(id, name);
    await startCounter(id, name);
  }
  await eraseLog(id);
  await open(id);
  forgetSettings(id);
  const tenant = { id, createdAt: new Date().toISOString() };
  if (!(await insertTenant(tenant))) throw tenantExists(id);
  return { ...tenant, token };
};

/** All tenants, by id. */
export const listTenants = async (): Promise<TenantItem[]> => {
  const tenants: TenantItem[] = [];
  for await (const tenant of walkTenants()) tenants.push(tenant);
  return tenants;
};

/** The tenant; throws a `TenantError` when there is none. */
export const readTenant = async (id: TenantId): Promise<TenantItem> => {
  const tenant = await findTenant(id);
  if (!tenant) throw new TenantError('noSuchTenant', `There is no tenant "${id}".`);
  return tenant;
};

/** The tenant; throws a `TenantError` when there is none or when it is being deleted. */
export const readActiveTenant = async (id: TenantId): Promise<TenantItem> => {
  const tenant = await readTenant(id);
  if (tenant.deletingSince) throw beingDeleted(id);
  return tenant;
};

/** How many users and groups the tenant has; walks an index, so it takes a second per 100,000 or so. */
export const countDirectory = async (id: TenantId): Promise<{ users: number; groups: number }> => {
  const [users, groups] = await Promise.all([
    countResources(id, userType.name),
    countResources(id, groupType.name),
  ]);
  return { users, groups };
};

/** A tenant that is deleted stays closed for so long, longer than any gateway remembers its token. */
const CLOSED_SECONDS = 2 * 60 * 60;

export interface DeletionSteps {
  /** No token of the tenant is accepted any more, but where the gateway remembers one. */
  readonly onTokensEnded?: () => Promise<void>;
  /** A page of so many resources is gone; large tenants take minutes. */
  readonly onErased?: (resources: number) => void;
}

/**
 * Deletes the tenant: first it is closed and its token ended, so that nothing new comes in, then goes all it has
 * stored, then its own item, which until the end says that there is something to delete. Repeatable, also for a tenant
 * that is gone already.
 */
export const deleteTenant = async (
  id: TenantId,
  { onTokensEnded, onErased }: DeletionSteps = {},
): Promise<void> => {
  const now = new Date();
  await markTenantDeleting(id, now.toISOString());
  const expiresAt = Math.ceil(now.getTime() / 1000) + CLOSED_SECONDS;
  await close(id, { reason: 'deleted', since: now.toISOString() }, expiresAt);
  const types = allTypes(await typesOf(id));
  forgetSettings(id);
  await deleteToken(id);
  await onTokensEnded?.();
  // Once more after something was found: a request that was under way may have written behind our back.
  for (let erased = 1; erased > 0; ) {
    erased = 0;
    for (const { name } of types) erased += await eraseResources(id, name, onErased);
  }
  await eraseWebhook(id);
  await eraseSettings(id);
  await eraseLog(id);
  await removeTenant(id);
};

const tenantExists = (id: TenantId) => new TenantError('tenantExists', `Tenant "${id}" exists already.`);

const beingDeleted = (id: TenantId) =>
  new TenantError(
    'beingDeleted',
    `Tenant "${id}" is being deleted; \`npm run scim -- tenant delete ${id}\` completes that.`,
  );
