// Deletes a tenant in several steps. First it is closed and its tokens are deleted, so that nothing new comes in; then all its
// data is erased; its own item goes last, because until then it records that a deletion is unfinished.

import { confirmDeleted, deleteToken } from '../credentials/write-token-secret.ts';
import { now, timestamp } from '../platform/clock.ts';
import type { TenantId } from '../platform/tenant.ts';
import { closeForDeletion } from '../tenants/switches-table.ts';
import { buryTenant, markTenantDeleting } from '../tenants/tenants-table.ts';
import { eraseIncarnation } from './erase.ts';

/** Hooks between the steps. */
interface DeletionSteps {
  /** No token of the tenant is accepted any more, except from the gateway's cache. */
  readonly onTokensEnded?: () => Promise<void>;
  /** So many more resources are erased; large tenants take minutes. */
  readonly onErased?: (resources: number) => void;
}

/**
 * Deletes the tenant, even if its creation was never completed; its name is free afterwards. Writes of requests in flight
 * are swept a few minutes later (sweep-graves.ts). Idempotent, also for a tenant that no longer exists.
 */
export const deleteTenant = async (
  id: TenantId,
  { onTokensEnded, onErased }: DeletionSteps = {},
): Promise<void> => {
  const since = timestamp();
  const tenant = await markTenantDeleting(id, since);
  if (!tenant) return;
  const { incarnation, types } = tenant;
  await closeForDeletion(incarnation, since);
  await deleteToken(incarnation);
  await confirmDeleted(incarnation);
  await onTokensEnded?.();
  await eraseIncarnation(incarnation, types, onErased);
  await buryTenant(tenant, now());
};
