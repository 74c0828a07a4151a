// The settings of tenants, cached by each function.

import { staleIfErrorCache } from '../platform/stale-if-error-cache.ts';
import type { Incarnation } from '../platform/tenant.ts';
import { readSettings, type Settings } from './settings-table.ts';

/** That a tenant is gone is cached only briefly: it may have been created a moment ago. */
const lasts = ({ closure }: Settings) => closure?.reason !== 'deleted';

/** The settings of a tenant, cached for a minute, and for ten more while the table cannot be read. */
export const { get: settingsOf, evict: evictSettings } = staleIfErrorCache(
  'The settings of a tenant',
  (tenant: Incarnation) => readSettings(tenant),
  lasts,
);
