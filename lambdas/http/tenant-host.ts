// Under a wildcard domain each tenant has its own host, such as acme.scim.example.com, so that one DNS record can move it.

import * as v from 'valibot';
import { readEnvironment } from '../platform/environment.ts';
import type { TenantId } from '../platform/tenant.ts';

const { DOMAIN_NAMES } = readEnvironment({ DOMAIN_NAMES: v.optional(v.string(), '') });

/** The domains of this deployment if one of them is a wildcard, else none; from DOMAIN_NAMES, comma-separated. */
export const namedDomains: readonly string[] = DOMAIN_NAMES.split(',');

/** Whether `host` belongs to another tenant under a wildcard in `domains`. Any other host belongs to no tenant. */
export const isHostOfOtherTenant = (
  host: string | undefined,
  tenant: TenantId,
  domains: readonly string[],
): boolean => {
  const [first = '', ...rest] = host?.toLowerCase().split('.') ?? [];
  // As at the gateway, an exact domain takes precedence over a wildcard.
  if (domains.includes([first, ...rest].join('.'))) return false;
  return domains.includes(['*', ...rest].join('.')) && first !== tenant;
};
