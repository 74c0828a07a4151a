// Deletes a tenant in several steps. It is closed and its token ended, so that nothing new comes in; then everything it stored
// is erased; its own item goes last, because until then it says that there is something to delete.

import { deleteToken } from '../credentials/write-token-secret.ts';
import { closeForDeletion } from '../tenants/switches-table.ts';
import type { TenantId } from '../tenants/tenant.ts';
import { buryTenant, markTenantDeleting } from '../tenants/tenants-table.ts';
import { eraseIncarnation } from './erase.ts';

/** What the caller does between the steps. */
export interface DeletionSteps {
  /** No token of the tenant is accepted any more, except by a gateway that remembers it. */
  readonly onTokensEnded?: () => Promise<void>;
  /** A page of so many resources is gone; large tenants take minutes. */
  readonly onErased?: (resources: number) => void;
}

/**
 * Deletes the tenant, whether or not its creation was completed; its name is free at once. Whatever a request that is under
 * way still writes is swept a few minutes later (sweep-graves.ts). Repeatable, also for a tenant that is gone already.
 */
export const deleteTenant = async (
  id: TenantId,
  { onTokensEnded, onErased }: DeletionSteps = {},
): Promise<void> => {
  const since = new Date().toISOString();
  const tenant = await markTenantDeleting(id, since);
  if (!tenant) return;
  const { incarnation, types } = tenant;
  await closeForDeletion(incarnation, since);
  await deleteToken(incarnation);
  await onTokensEnded?.();
  await eraseIncarnation(incarnation, types, onErased);
  await buryTenant(tenant, Date.now());
};
