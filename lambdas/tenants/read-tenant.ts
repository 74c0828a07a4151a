// Finds tenants for the commands of operators, with an error that says what is wrong.

import type { TenantId } from './tenant.ts';
import { beingCreated, beingDeleted, noSuchTenant } from './tenant-errors.ts';
import { findTenant, type TenantItem, walkTenants } from './tenants-table.ts';

export { TenantError } from './tenant-errors.ts';
export type { TenantItem } from './tenants-table.ts';

/** All tenants by id, in whatever state. */
export const listTenants = (): Promise<TenantItem[]> => Array.fromAsync(walkTenants());

/** The tenant in whatever state; throws a `TenantError` when there is none. */
export const readTenantInAnyState = async (id: TenantId): Promise<TenantItem> => {
  const tenant = await findTenant(id);
  if (!tenant) throw noSuchTenant(id);
  return tenant;
};

/** The tenant; throws a `TenantError` when there is none, or not all of it yet. */
export const readTenant = async (id: TenantId): Promise<TenantItem> => {
  const tenant = await readTenantInAnyState(id);
  if (tenant.state === 'creating') throw beingCreated(id);
  return tenant;
};

/** The tenant; throws a `TenantError` when there is none, not all of it yet, or when it is being deleted. */
export const readActiveTenant = async (id: TenantId): Promise<TenantItem> => {
  const tenant = await readTenant(id);
  if (tenant.state === 'deleting') throw beingDeleted(id);
  return tenant;
};
