// Reads tenants for operator commands, with errors that say what is wrong.

import type { TenantId } from '../platform/tenant.ts';
import { beingCreated, beingDeleted, noSuchTenant } from './tenant-errors.ts';
import { findTenant, type TenantItem, walkTenants } from './tenants-table.ts';

export { TenantError } from './tenant-errors.ts';
export type { TenantItem } from './tenants-table.ts';

/** All tenants in any state, by id. */
export const listTenants = (): Promise<TenantItem[]> => Array.fromAsync(walkTenants());

/** The tenant in any state; throws a `TenantError` when there is none. */
export const readTenantInAnyState = async (id: TenantId): Promise<TenantItem> => {
  const tenant = await findTenant(id);
  if (!tenant) throw noSuchTenant(id);
  return tenant;
};

/** The tenant; throws a `TenantError` when there is none, or its creation is incomplete. */
export const readTenant = async (id: TenantId): Promise<TenantItem> => {
  const tenant = await readTenantInAnyState(id);
  if (tenant.state === 'creating') throw beingCreated(id);
  return tenant;
};

/** The tenant; throws a `TenantError` when there is none, its creation is incomplete, or it is being deleted. */
export const readActiveTenant = async (id: TenantId): Promise<TenantItem> => {
  const tenant = await readTenant(id);
  if (tenant.state === 'deleting') throw beingDeleted(id);
  return tenant;
};
