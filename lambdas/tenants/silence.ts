// When a customer that stopped asking counts as silent. Nothing fails at such a customer, so only the clock can tell.

import type { Activity } from './activity-table.ts';
import type { Closure } from './switches-table.ts';

/** Entra asks every 40 minutes, and others once a day: two hours more than that is nobody's habit. */
const AT_LEAST_MS = 26 * 60 * 60 * 1000;

const LONGEST_GAPS = 3;

/**
 * The last request of a tenant that was longer quiet than three times its longest gap of the 14 days before, and 26 h at
 * least. Undefined for one that is not, never asked, or is closed: that is its operator's doing.
 */
export const silentSince = (
  { lastRequestAt, longestGapMs }: Pick<Activity, 'lastRequestAt' | 'longestGapMs'>,
  closure: Closure | undefined,
  now: Date,
): Date | undefined => {
  if (!lastRequestAt || closure) return undefined;
  const quietMs = now.getTime() - lastRequestAt.getTime();
  return quietMs > Math.max(AT_LEAST_MS, LONGEST_GAPS * longestGapMs) ? lastRequestAt : undefined;
};
