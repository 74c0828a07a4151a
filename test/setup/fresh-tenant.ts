// All tests share one table and one Secrets Manager; its own tenant isolates a test from the others.

import { randomBytes } from 'node:crypto';
import {
  asIncarnation,
  asTenantId,
  type Incarnation,
  incarnationAt,
  type TenantId,
} from '../../lambdas/platform/tenant.ts';

export const tenantId = (text: string): TenantId => {
  const id = asTenantId(text);
  if (!id) throw new Error(`"${text}" is not a tenant id.`);
  return id;
};

export const incarnation = (text: string): Incarnation => {
  const found = asIncarnation(text);
  if (!found) throw new Error(`"${text}" is not an incarnation.`);
  return found;
};

/** A tenant id that no other test uses. */
export const freshTenantId = (): TenantId => tenantId(`test-${randomBytes(8).toString('hex')}`);

/** The incarnation of a tenant that was never created. */
export const freshIncarnation = (): Incarnation => incarnationAt(freshTenantId(), Date.now());
