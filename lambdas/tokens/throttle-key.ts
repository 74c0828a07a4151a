// The name under which the gateway counts a tenant's requests: the value of its API key. No client sends it, the
// authorizer does; so it is no secret, and can be told from the tenant alone.

import type { TenantId } from '../tenants/tenant.ts';
import { prefix } from './client.ts';

/** `tenant-throttle-key-scim-acme`; API Gateway wants 20 to 128 characters, unique in the account and region. */
export const throttleKey = (tenant: TenantId): string => `tenant-throttle-key-${prefix}-${tenant}`;
