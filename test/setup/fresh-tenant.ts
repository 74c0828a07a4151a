// All tests share one table and one Secrets Manager; a tenant of its own keeps a test apart from the others.

import { randomBytes } from 'node:crypto';
import { asTenantId, type TenantId } from '../../lambdas/tenants/tenant.ts';

export const tenantId = (text: string): TenantId => {
  const id = asTenantId(text);
  if (!id) throw new Error(`"${text}" is not a tenant id.`);
  return id;
};

/** A tenant id that no other test uses. */
export const freshTenantId = (): TenantId => tenantId(`test-${randomBytes(8).toString('hex')}`);
