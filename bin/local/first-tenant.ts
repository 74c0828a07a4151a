// A run without a tenant would have nothing to show: `acme` is there from the start.

import type { TenantId } from '../../lambdas/tenants/tenant.ts';
import { ensureThrottleKey } from '../scim/throttle-keys.ts';

export const FIRST_TENANT = 'acme' as TenantId;

/**
 * The current token of tenant `acme`, which is made where it is missing. The modules that do it read their environment
 * (table, endpoints) when they load, so they are loaded here and not above.
 */
export const ensureFirstTenant = async (outputs: Readonly<Record<string, string>> = {}): Promise<string> => {
  await ensureThrottleKey(outputs, FIRST_TENANT);
  const { createTenant, deleteTenant, TenantError } = await import('../../lambdas/directory/tenants.ts');
  const { readCurrentToken } = await import('../../lambdas/tokens/secrets.ts');
  const { isRevocation } = await import('../../lambdas/tokens/revocation-key.ts');
  const { rotateToken } = await import('../../lambdas/tokens/rotation.ts');
  try {
    return (await createTenant(FIRST_TENANT)).token;
  } catch (error) {
    if (!(error instanceof TenantError)) throw error;
    if (error.code === 'beingDeleted') {
      await deleteTenant(FIRST_TENANT);
      return (await createTenant(FIRST_TENANT)).token;
    }
  }
  const current = await readCurrentToken(FIRST_TENANT);
  if (current && !isRevocation(current.keyId)) return current.token;
  return (await rotateToken(FIRST_TENANT, { force: true })).current.token;
};
