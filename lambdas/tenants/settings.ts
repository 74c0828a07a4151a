// What is set for a tenant, as a function remembers it from one request to the next.

import { keptCache } from '../platform/kept-cache.ts';
import { readSettings, type Settings } from './settings-table.ts';
import type { Incarnation } from './tenant.ts';

/** That a tenant is gone is no setting: it may have been created a moment ago. */
const lasts = ({ closure }: Settings) => closure?.reason !== 'deleted';

/**
 * The settings of a tenant; a change of theirs is seen everywhere within a minute. While the table falters they are used for ten
 * more.
 */
export const { get: settingsOf, forget: forgetSettings } = keptCache(
  'The settings of a tenant',
  (tenant: Incarnation) => readSettings(tenant),
  lasts,
);
