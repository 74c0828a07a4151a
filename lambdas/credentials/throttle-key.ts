// The API keys by which the gateway throttles each tenant. Clients never send one: the authorizer returns its value
// (`usageIdentifierKey`). So a key is not secret, and is derived from the secret prefix and the tenant alone.

import { createHash } from 'node:crypto';
import type { TenantId } from '../platform/tenant.ts';

interface ThrottleKey {
  /** Begins with `scim/`, by which API Gateway lists the keys of all tenants of a deployment. */
  readonly name: string;
  /** 64 hexadecimal digits; API Gateway requires 20 to 128 letters and digits, unique in the account and region. */
  readonly value: string;
}

/** The key of a tenant: `scim/acme`. */
export const throttleKey = (prefix: string, tenant: TenantId): ThrottleKey => ({
  name: `${throttleKeyFolder(prefix)}${tenant}`,
  value: hashOf(prefix, tenant),
});

/** The common prefix of all tenants' key names: `scim/`. */
export const throttleKeyFolder = (prefix: string): string => `${prefix}/`;

/** The key used instead of a tenant's while that may not exist yet, `scim-stand-in`; the stack creates it. */
export const standInKey = (prefix: string): ThrottleKey => ({
  name: `${prefix}-stand-in`,
  value: hashOf(prefix, ''),
});

/** Neither part contains a NUL, so different pairs have different hashes. */
const hashOf = (prefix: string, tenant: string): string =>
  createHash('sha256').update(`${prefix}\0${tenant}`).digest('hex');

/** A new key takes minutes to propagate through API Gateway. */
export const NEW_KEY_MS = 5 * 60_000;
