// What is set for a tenant, as a function remembers it from one request to the next.

import type { TenantId } from '../tenants/tenant.ts';
import { readSettings } from '../store/settings.ts';
import { minuteCache } from './minute-cache.ts';

/** The settings of a tenant; a change of theirs is seen everywhere within a minute. */
export const { get: settingsOf, forget: forgetSettings } = minuteCache((tenant: TenantId) =>
  readSettings(tenant),
);
