// Under a wildcard domain each tenant has a host of its own, so that one DNS record moves it: acme.scim.example.com.

import * as v from 'valibot';
import { readEnvironment } from '../platform/environment.ts';
import type { TenantId } from '../tenants/tenant.ts';

const { DOMAIN_NAMES } = readEnvironment({ DOMAIN_NAMES: v.optional(v.string(), '') });

/** The domains of this deployment if one of them is a wildcard, else none. */
export const namedDomains: readonly string[] = DOMAIN_NAMES.split(',');

/** Whether `host` is one that a wildcard among `domains` gives to another tenant. Other hosts are nobody's. */
export const isHostOfAnother = (
  host: string | undefined,
  tenant: TenantId,
  domains: readonly string[],
): boolean => {
  const [first = '', ...rest] = host?.toLowerCase().split('.') ?? [];
  // As at the gateway, a domain that has the whole name goes before a wildcard.
  if (domains.includes([first, ...rest].join('.'))) return false;
  return domains.includes(['*', ...rest].join('.')) && first !== tenant;
};
