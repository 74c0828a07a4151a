// The API keys by which the gateway counts requests. No client sends one, the authorizer names it by its value; so a key is
// no secret, and can be told from the prefix of the deployment's secrets and the tenant alone.

import { createHash } from 'node:crypto';
import type { TenantId } from '../tenants/tenant.ts';

export interface ThrottleKey {
  /** By whose beginning, `scim/`, API Gateway lists the keys of all tenants of a deployment. */
  readonly name: string;
  /** 64 hexadecimal digits; API Gateway wants 20 to 128 letters and digits, unique in the account and region. */
  readonly value: string;
}

/** The key of a tenant: `scim/acme`. */
export const throttleKey = (prefix: string, tenant: TenantId): ThrottleKey => ({
  name: `${throttleKeyFolder(prefix)}${tenant}`,
  value: hashOf(prefix, tenant),
});

/** What the names of all tenants' keys begin with. */
export const throttleKeyFolder = (prefix: string): string => `${prefix}/`;

/** The key that is named in place of a tenant's while that may not be there, `scim-stand-in`: the stack itself makes it. */
export const standInKey = (prefix: string): ThrottleKey => ({
  name: `${prefix}-stand-in`,
  value: hashOf(prefix, ''),
});

/** Neither a prefix nor a tenant id has a NUL, so no two pairs of them are the same text. */
const hashOf = (prefix: string, tenant: string): string =>
  createHash('sha256').update(`${prefix}\0${tenant}`).digest('hex');

/** API Gateway needs minutes until it knows a new key everywhere. */
export const NEW_KEY_MS = 5 * 60_000;
