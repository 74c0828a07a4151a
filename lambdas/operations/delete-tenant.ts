// A tenant goes in several steps: it is closed and its token ended, so that nothing new comes in, then goes all it has
// stored, then its own item, which until the end says that there is something to delete.

import { closeForDeletion } from '../store/switches.ts';
import type { TenantId } from '../tenants/tenant.ts';
import { buryTenant, markTenantDeleting } from '../tenants/tenants-table.ts';
import { deleteToken } from '../tokens/secrets.ts';
import { eraseIncarnation } from './erase.ts';

export interface DeletionSteps {
  /** No token of the tenant is accepted any more, but where the gateway remembers one. */
  readonly onTokensEnded?: () => Promise<void>;
  /** A page of so many resources is gone; large tenants take minutes. */
  readonly onErased?: (resources: number) => void;
}

/**
 * Deletes the tenant, whether its creation was completed or not; its name is free at once. What a request that is under way
 * still writes is swept a few minutes later (sweep-graves.ts). Repeatable, also for a tenant that is gone already.
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
