// A run without a tenant would have nothing to show, so `acme` exists from the start.

import type { TenantId } from '../../lambdas/platform/tenant.ts';
import { ensureThrottleKey, type ThrottleOutputs } from '../shared/throttle-keys.ts';

/** The tenant that every local run creates. */
export const FIRST_TENANT = 'acme' as TenantId;

/**
 * The current token of tenant `acme`, which is created if it is missing. The modules of lambdas/ read their environment (table,
 * endpoints) when they load, so they are imported here and not above.
 */
export const ensureFirstTenant = async (outputs?: ThrottleOutputs): Promise<string> => {
  const { createTenant } = await import('../../lambdas/operations/create-tenant.ts');
  const { deleteTenant } = await import('../../lambdas/operations/delete-tenant.ts');
  const { findTenant } = await import('../../lambdas/tenants/tenants-table.ts');
  const { readCurrentToken } = await import('../../lambdas/credentials/token-secret.ts');
  const { isRevocation } = await import('../../lambdas/credentials/revocation-key.ts');
  const { rotateToken } = await import('../../lambdas/credentials/rotation.ts');
  if (outputs) await ensureThrottleKey(outputs, FIRST_TENANT);
  const found = await findTenant(FIRST_TENANT);
  if (found?.state === 'deleting') await deleteTenant(FIRST_TENANT);
  if (found?.state !== 'active') return (await createTenant(FIRST_TENANT)).token;
  const current = await readCurrentToken(found.incarnation);
  if (current && !isRevocation(current.keyId)) return current.token;
  return (await rotateToken(found.incarnation, { force: true })).current.token;
};
